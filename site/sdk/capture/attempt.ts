import { STRAIGHT } from "../guidance/pose";
import type {
  Capture,
  CapturePurpose,
  Guidance,
  GuidanceState,
  LiveQuality,
  LivenessProfile,
  LookAgainReason,
  StepKind,
} from "../types";
import { CeremonyError } from "../errors";
import type { VisionEngine } from "../vision/engine";
import type { Frame } from "../vision/frame";
import { MODEL, PIPELINE } from "../vision/model";
import { Descriptors } from "./descriptors";
import { FollowedScript } from "./followed-script";
import type { FramePace } from "./frame-rate";
import { type Observation, Observer } from "./observation";
import { Pending } from "./pending";
import { probesWanted } from "./plan";
import type { Opening, ScriptSource, Step } from "./script";
import { type RecordedFrame, SeriesRecorder, WEIGHT } from "./series";
import { guided } from "./steps/look";
import { type StepSight, shown } from "./steps/step";
import { TryFailed } from "./try-failed";

// A face that is well placed for a moment only passes by.
const PLACED_FRAMES = 3;
const MAX_LOST_MS = 1_000;
const MAX_COMPANY_MS = 600;
// Below the server's 600 (liveness/timing.py): the page, the camera or the device stood still meanwhile.
export const MAX_GAP_MS = 500;
// Of a challenge whose script has not begun: the server's own limit of idleness, less a network's way (timing.py: 5 s).
export const MAX_OPENED_MS = 4_000;
const SAY_AGAIN_MS = 1_500;
const MAX_SLOW_MS = 10_000;
// Whoever shall come closer must have room to: half as wide again, and still in the frame.
const MAX_SHARE_TO_COME_CLOSER = 0.2;
const VIEWS = 4;

export interface AttemptOptions {
  engine: VisionEngine;
  script: ScriptSource;
  pace: FramePace;
  purpose: CapturePurpose;
  profile: LivenessProfile;
  stepMs?: number | undefined;
  signal: AbortSignal;
  /** Why there was none before this one that worked out. */
  again: LookAgainReason | null;
}

interface Running {
  challenge: string;
  script: FollowedScript;
  series: SeriesRecorder;
}

/** How many descriptors a try wants, as things look after these. */
export function descriptorsWanted(purpose: CapturePurpose, taken: readonly LiveQuality[] = []): number {
  return purpose === "enrolment" ? VIEWS : probesWanted(taken);
}

/** One try: a face finds its place, a challenge is fetched, and its script followed to the end. */
export class Attempt {
  readonly #observer: Observer;
  readonly #descriptors: Descriptors;
  readonly #lifetime = new AbortController();
  #state: GuidanceState = "no-face";
  #startMs: number | null = null;
  #placedFrames = 0;
  #slowSinceMs: number | null = null;
  #lostSinceMs: number | null = null;
  #companySinceMs: number | null = null;
  #opening: Pending<Opening> | null = null;
  #openedMs = 0;
  #reveal: Pending<readonly Step[]> | null = null;
  #running: Running | null = null;
  #chain: string | null = null;

  constructor(
    readonly options: AttemptOptions,
    readonly frameWidth: number,
    readonly frameHeight: number,
  ) {
    this.#observer = new Observer(options.engine);
    // By the clock, looks are of a head that may be turned: that is for the server to judge.
    this.#descriptors = new Descriptors(options.engine, options.stepMs === undefined ? undefined : Infinity);
  }

  fits(frame: Frame): boolean {
    return frame.width === this.frameWidth && frame.height === this.frameHeight;
  }

  /** Whether a challenge was asked for: what goes wrong from now on costs a try. */
  get hasBegun(): boolean {
    return this.#opening !== null;
  }

  get isComplete(): boolean {
    return this.#chain !== null;
  }

  get counts(): Pick<Guidance, "progress" | "taken" | "wanted"> {
    const { taken, live } = this.#descriptors;
    const wanted = descriptorsWanted(this.options.purpose, live);
    return { progress: this.isComplete ? 1 : 0, taken, wanted };
  }

  /** Looks at one frame. Throws `TryFailed`, and what the script's source rejects with. */
  async take(frame: Frame, timeMs: number): Promise<Guidance> {
    this.#startMs ??= timeMs;
    const observation = await this.#observer.see(frame, timeMs);
    return this.#running === null ? this.#place(observation) : this.#follow(observation);
  }

  result(): Capture {
    const running = this.#running;
    if (running === null || this.#chain === null) throw new Error("the ceremony is not over");
    return {
      challenge: running.challenge,
      model: MODEL,
      pipeline: PIPELINE,
      ...this.#descriptors.encode(running.series),
      series: running.series.encode(),
      chain: this.#chain,
    };
  }

  /** Gives up what is still on its way. */
  abandon(): void {
    this.#lifetime.abort();
  }

  // Before the script

  #place(observation: Observation): Guidance {
    const { timeMs } = observation;
    this.#state = this.#placed(observation);
    this.#placedFrames = this.#state === "hold-still" ? this.#placedFrames + 1 : 0;
    const { again } = this.options;
    if (again !== null && timeMs - (this.#startMs ?? timeMs) < SAY_AGAIN_MS) {
      return { ...this.#plain(observation, "look-again"), reason: again };
    }
    if (this.#isTooSlow(timeMs)) return this.#plain(observation, "camera-too-slow");
    if (this.#placedFrames >= PLACED_FRAMES && this.options.pace.isKnown) this.#open(timeMs);
    const opening = this.#opening?.value();
    // A face that left its place meanwhile is asked back before it is asked anything else.
    if (opening === undefined || this.#state !== "hold-still") {
      const isWaiting = this.#opening !== null && this.#state === "hold-still";
      return this.#plain(observation, isWaiting ? "wait-for-step" : this.#state);
    }
    // Whoever was away meanwhile would be refused, and not told why.
    if (timeMs - this.#openedMs > MAX_OPENED_MS) throw new TryFailed("too-slow");
    return this.#begin(opening, observation);
  }

  #placed(observation: Observation): GuidanceState {
    const { followed, timeMs } = observation;
    const { stepMs } = this.options;
    // By the clock, whatever face is seen has to do.
    if (stepMs !== undefined && followed !== null && timeMs - (this.#startMs ?? timeMs) >= stepMs) {
      return "hold-still";
    }
    const state = guided(observation, this.#state, STRAIGHT);
    if (state !== "hold-still" || this.options.profile !== "no-head-turn" || followed === null) return state;
    const share = followed.interOcularPx / Math.min(this.frameWidth, this.frameHeight);
    return share > MAX_SHARE_TO_COME_CLOSER ? "too-close" : state;
  }

  #isTooSlow(timeMs: number): boolean {
    if (!this.options.pace.isSlow) this.#slowSinceMs = null;
    else this.#slowSinceMs ??= timeMs;
    if (this.#slowSinceMs === null) return false;
    if (timeMs - this.#slowSinceMs > MAX_SLOW_MS) throw new CeremonyError("camera-too-slow");
    return true;
  }

  #open(timeMs: number): void {
    const { script } = this.options;
    if (this.#opening !== null) return;
    this.#opening = new Pending(script.open(this.#signal()));
    this.#openedMs = timeMs;
  }

  #begin({ challenge, steps }: Opening, observation: Observation): Guidance {
    const { profile, purpose, stepMs = null } = this.options;
    const { timeMs } = observation;
    const script = new FollowedScript(steps, profile, purpose, this.#descriptors, timeMs, stepMs);
    const series = new SeriesRecorder(challenge, this.frameWidth, this.frameHeight);
    this.#running = { challenge, script, series };
    this.#showStep();
    return this.#of(observation, script.current?.follower.first ?? shown("hold-still"));
  }

  // In the script

  async #follow(observation: Observation): Promise<Guidance> {
    const { timeMs, followed } = observation;
    const { script, series } = this.#here();
    if (script.current !== null) script.refuseWhenLate(timeMs);
    if (series.isOver(timeMs)) throw new TryFailed("too-slow");
    const recorded = followed && series.add(timeMs, followed.points, followed.signals);
    this.#refuseInterruptions(observation);
    if (followed === null || !series.mayBeSent(followed.points)) {
      this.#state = "no-face";
      return this.#of(observation, {
        ...(script.current?.follower.first ?? shown("no-face")),
        state: "no-face",
      });
    }
    if (script.current === null) return this.#awaitReveal(observation);
    const sight = script.current.follower.see(followed, observation, this.#state);
    this.#state = sight.state;
    if (this.#companySinceMs !== null) return this.#of(observation, { ...sight, state: "several-faces" });
    if (recorded === null) return this.#of(observation, sight);
    if (sight.state === "hold-still" && script.current.step.kind !== "view") recorded.weight = WEIGHT.held;
    const hasCaptured = sight.wantsDescriptor && this.#hold(observation, recorded);
    if (!sight.isDone && !this.#isDoneBy(hasCaptured)) {
      return this.#of(observation, hasCaptured ? { ...sight, state: "captured" } : sight);
    }
    return this.#next(observation);
  }

  /** A view is done with its descriptor, in the same frame. */
  #isDoneBy(hasCaptured: boolean): boolean {
    return hasCaptured && this.#here().script.current?.step.kind === "view";
  }

  async #next(observation: Observation): Promise<Guidance> {
    const { script } = this.#here();
    if (script.isLastStep) return this.#finish(observation);
    const { step } = script.current ?? {};
    script.advance(observation.timeMs);
    if (script.current === null) return this.#seal(observation);
    this.#showStep();
    const { first } = script.current.follower;
    return this.#of(observation, step?.kind === "view" ? { ...first, state: "captured" } : first);
  }

  /** The last look goes on where one of its descriptors turned out to be none. */
  async #finish(observation: Observation): Promise<Guidance> {
    const { script, series } = this.#here();
    const before = this.#descriptors.taken;
    await this.#descriptors.settle();
    const isShort = this.#descriptors.taken < before;
    if (isShort && script.current?.step.kind !== "look") throw new TryFailed("face-lost");
    if (isShort) return this.#of(observation, script.current?.follower.first ?? shown("hold-still"));
    script.advance(observation.timeMs);
    this.#chain = (await series.seal()).chain;
    return this.#plain(observation, "captured");
  }

  /** Asks for the second act. */
  async #seal(observation: Observation): Promise<Guidance> {
    const { challenge, series } = this.#here();
    const seal = await series.seal();
    this.#reveal = new Pending(this.options.script.reveal({ challenge, ...seal }, this.#signal()));
    return this.#awaitReveal(observation);
  }

  /** Has the time meanwhile to describe what was chosen in the first act: one a frame, for no longer gap than that. */
  async #awaitReveal(observation: Observation): Promise<Guidance> {
    const { script } = this.#here();
    if (!this.#descriptors.isSettled) {
      await this.#descriptors.settleNext();
      this.options.pace.pause();
      return this.#plain(observation, "wait-for-step");
    }
    // Every look has one, or the server asks why.
    if (this.#descriptors.taken < script.comparedLooks) throw new TryFailed("face-lost");
    const steps = this.#reveal?.value();
    if (steps === undefined) return this.#plain(observation, "wait-for-step");
    script.addSecondAct(steps, observation.timeMs);
    this.#showStep();
    return this.#of(observation, script.current?.follower.first ?? shown("hold-still"));
  }

  #showStep(): void {
    const { script, series } = this.#here();
    series.beginStep(weightOf(script.current?.step.kind ?? "look"));
    this.#state = script.current?.follower.first.state ?? "hold-still";
  }

  #refuseInterruptions({ timeMs, followed, facesInView }: Observation): void {
    const isStanding = this.#here().script.current !== null && this.#here().series.lastGapMs > MAX_GAP_MS;
    // A little more and the server takes no such gap, whatever made it.
    if (isStanding && this.#lostSinceMs !== null) throw new TryFailed("face-lost");
    if (isStanding || this.options.pace.isSlow) throw new TryFailed("camera-too-slow");
    if (followed === null) this.#lostSinceMs ??= timeMs;
    else this.#lostSinceMs = null;
    if (this.#lostSinceMs !== null && timeMs - this.#lostSinceMs > MAX_LOST_MS)
      throw new TryFailed("face-lost");
    if (facesInView > 1) this.#companySinceMs ??= timeMs;
    else this.#companySinceMs = null;
    if (this.#companySinceMs !== null && timeMs - this.#companySinceMs > MAX_COMPANY_MS) {
      throw new TryFailed("several-faces");
    }
  }

  #hold({ frame, timeMs, seen }: Observation, moment: RecordedFrame): boolean {
    const { current } = this.#here().script;
    if (seen === null || current === null) return false;
    this.#descriptors.hold({ frame, seen, moment, isTurned: current.step.kind === "turn" });
    current.follower.captured?.(timeMs);
    return true;
  }

  // What is said

  #of(observation: Observation, sight: StepSight): Guidance {
    const { script } = this.#here();
    return {
      ...this.#plain(observation, sight.state),
      progress: script.progress(sight.share),
      step: script.guidance(sight),
    };
  }

  #plain({ seen, frame }: Observation, state: GuidanceState): Guidance {
    const box = seen?.face.box;
    return {
      state,
      ...this.counts,
      ...(this.#running && !this.isComplete && { progress: this.#running.script.progress(0) }),
      ...(box && {
        box: {
          x: box.x / frame.width,
          y: box.y / frame.height,
          width: box.width / frame.width,
          height: box.height / frame.height,
        },
      }),
    };
  }

  #here(): Running {
    if (this.#running === null) throw new Error("the script has not begun");
    return this.#running;
  }

  #signal(): AbortSignal {
    return AbortSignal.any([this.options.signal, this.#lifetime.signal]);
  }
}

function weightOf(kind: StepKind): number {
  if (kind === "view") return WEIGHT.view;
  return kind === "close_eyes" ? WEIGHT.closing : WEIGHT.moving;
}
