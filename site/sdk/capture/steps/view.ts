import { type Pose, STRAIGHT } from "../../guidance/pose";
import type { GuidanceState } from "../../types";
import { poseChange } from "../../vision/mesh/pose";
import type { Followed, Observation } from "../observation";
import type { View } from "../script";
import { guided } from "./look";
import { type Baseline, type StepFollower, type StepSight, isSteady, shown } from "./step";

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
// Nearer than this nobody is asked to come closer: the detector would lose the face.
const ROOM_TO_COME_CLOSER_PX = 115;
const STEADY_FRAMES_BEFORE_CAPTURE = 2;
const MIN_CAPTURE_INTERVAL_MS = 350;
// A gap shows no frames; nobody was asked for anything in it.
const MAX_FRAME_GAP_MS = 500;

/**
 * One view of an enrolment: a descriptor of the head held like this. What templates differ by between sign-ins is how a
 * head is held and how far away it is.
 */
export class ViewStep implements StepFollower {
  readonly first = shown("hold-still");
  #isTaken = false;
  #askedMs = 0;
  #lastMs: number | null = null;
  #startMs: number | null = null;
  #steadyFrames = 0;

  constructor(
    readonly view: View,
    readonly baseline: Baseline,
  ) {}

  see(followed: Followed, observation: Observation, before: GuidanceState): StepSight {
    const { timeMs } = observation;
    this.#startMs ??= timeMs;
    const state = guided(observation, before, this.#wanted(followed));
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

  #wanted(followed: Followed): Pose {
    const { view, baseline } = this;
    if (view === "straight") return STRAIGHT;
    if (this.#askedMs >= PATIENCE_MS) return { kind: "any" };
    if (view === "closer") {
      const kind = baseline.interOcularPx <= ROOM_TO_COME_CLOSER_PX ? "closer" : "further";
      return { kind, growth: followed.interOcularPx / baseline.interOcularPx };
    }
    // Who turns to their own left points to the right of a camera's picture.
    const { yawDeg } = poseChange(baseline.pose, followed.pose);
    return { kind: view, turnedDeg: view === "left" ? yawDeg : -yawDeg };
  }
}
