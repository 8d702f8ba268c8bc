import type { Baseline as ViewBaseline } from "../../guidance/pose";
import { STRAIGHT } from "../../guidance/pose";
import type { GuidanceState } from "../../types";
import type { Followed, Observation } from "../observation";
import { viewPose } from "../plan";
import type { View } from "../script";
import { guided } from "./look";
import { type StepFollower, type StepSight, isSteady, shown } from "./step";

const ASKING: ReadonlySet<GuidanceState> = new Set([
  "turn-left",
  "turn-right",
  "turn-less",
  "come-closer",
  "move-back",
]);
// Some necks do not turn, and not everybody can come closer: whoever does not follow for so long is taken as they
// are. Templates of one view are worth less than of several, and more than none.
const PATIENCE_MS = 3_000;
const STEADY_FRAMES_BEFORE_CAPTURE = 2;
const MIN_CAPTURE_INTERVAL_MS = 350;
// A gap shows no frames; nobody was asked for anything in it.
const MAX_FRAME_GAP_MS = 500;

/** One view of an enrolment: a descriptor of the head held like this. */
export class ViewStep implements StepFollower {
  readonly first = shown("hold-still");
  #isTaken = false;
  #askedMs = 0;
  #lastMs: number | null = null;
  #startMs: number | null = null;
  #steadyFrames = 0;

  constructor(
    readonly view: View,
    /** The first view, as it was measured; null while there is none. */
    readonly from: ViewBaseline | null,
  ) {}

  see(followed: Followed, observation: Observation, before: GuidanceState): StepSight {
    const { timeMs } = observation;
    this.#startMs ??= timeMs;
    const pose = this.#askedMs >= PATIENCE_MS ? STRAIGHT : viewPose(this.view, this.from);
    const state = guided(observation, before, pose);
    if (ASKING.has(state)) this.#askedMs += Math.min(timeMs - (this.#lastMs ?? timeMs), MAX_FRAME_GAP_MS);
    this.#lastMs = timeMs;
    this.#steadyFrames = state === "hold-still" && isSteady(followed) ? this.#steadyFrames + 1 : 0;
    const isMoment =
      this.#steadyFrames >= STEADY_FRAMES_BEFORE_CAPTURE && timeMs - this.#startMs >= MIN_CAPTURE_INTERVAL_MS;
    return {
      state,
      share: this.#isTaken ? 1 : Math.min(0.9, 0.3 * this.#steadyFrames),
      isDone: this.#isTaken,
      wantsDescriptor: isMoment && !this.#isTaken,
    };
  }

  captured(): void {
    this.#isTaken = true;
  }
}
