import type { DotPlace, GuidanceState } from "../../types";
import { poseChange } from "../../vision/mesh/pose";
import type { Followed, Observation } from "../observation";
import { type Baseline, HOLD_MS, Held, type StepFollower, type StepSight, isSteady, shown } from "./step";

// Of what is asked, along its direction: what the server takes is wider (layers/matching/liveness).
const REACHED = 0.85;
const TOO_FAR = 1.5;
// No head turns like this to look at a dot; and pictures smear.
const MAX_SPEED_DEG_PER_S = 160;
const HELP_AFTER_MS = 1_500;
const WRONG_WAY = -0.3;
const APPROACH = 0.03; // of the way, from one frame to the next: less is no movement

/** The nose goes to the dot: a change of pose from the baseline, held. */
export class TurnStep implements StepFollower {
  readonly first: StepSight;
  readonly #target: DotPlace;
  readonly #extentDeg: number;
  readonly #held = new Held();
  #startMs: number | null = null;
  #hasDescriptor: boolean;
  #last: { pointer: DotPlace; along: number; timeMs: number } | null = null;

  constructor(
    /** The change asked for, degrees; yaw positive to the picture's right, pitch positive up. */
    turn: { yawDeg: number; pitchDeg: number; capture: boolean },
    readonly baseline: Baseline,
    /** How far beside the dot the nose may stay, in parts of the turn. */
    readonly beside: number,
  ) {
    this.#extentDeg = Math.hypot(turn.yawDeg, turn.pitchDeg);
    this.#target = this.#onCircle(turn);
    this.#hasDescriptor = !turn.capture;
    this.first = shown("follow-dot", { target: this.#target });
  }

  see(followed: Followed, { timeMs }: Observation): StepSight {
    this.#startMs ??= timeMs;
    const pointer = this.#onCircle(poseChange(this.baseline.pose, followed.pose));
    const along = pointer.x * this.#target.x + pointer.y * this.#target.y;
    const beside = Math.abs(pointer.x * this.#target.y - pointer.y * this.#target.x);
    const approach = along - (this.#last?.along ?? along);
    const speed = this.#speed(pointer, along, timeMs);
    const isThere = along >= REACHED && along <= TOO_FAR && beside <= this.beside;
    const heldMs = this.#held.is(isThere, timeMs);
    const waitedMs = timeMs - this.#startMs;
    return {
      state: this.#hint({ along, beside, approach, speed, waitedMs, isThere }),
      share: Math.min(1, Math.max(0, along / REACHED)) * (isThere ? 1 : 0.9),
      isDone: heldMs >= HOLD_MS && this.#hasDescriptor,
      wantsDescriptor: isThere && !this.#hasDescriptor && isSteady(followed),
      target: this.#target,
      pointer,
    };
  }

  captured(): void {
    this.#hasDescriptor = true;
  }

  #hint({
    along,
    beside,
    approach,
    speed,
    waitedMs,
    isThere,
  }: {
    along: number;
    beside: number;
    approach: number;
    speed: number;
    waitedMs: number;
    isThere: boolean;
  }): GuidanceState {
    if (isThere) return "hold-still";
    if (speed > MAX_SPEED_DEG_PER_S) return "turn-slower";
    if (along > TOO_FAR) return "turn-less";
    if (waitedMs < HELP_AFTER_MS) return "follow-dot";
    // Whoever comes from the turn before is on the way back first.
    if (along < WRONG_WAY) return approach > APPROACH ? "follow-dot" : "other-way";
    return along > beside && along < REACHED ? "turn-more" : "follow-dot";
  }

  /** As a mirror shows it, in units of what is asked. */
  #onCircle({ yawDeg, pitchDeg }: { yawDeg: number; pitchDeg: number }): DotPlace {
    return { x: -yawDeg / this.#extentDeg + 0, y: -pitchDeg / this.#extentDeg + 0 };
  }

  #speed(pointer: DotPlace, along: number, timeMs: number): number {
    const last = this.#last;
    this.#last = { pointer, along, timeMs };
    if (last === null || timeMs <= last.timeMs) return 0;
    const way = Math.hypot(pointer.x - last.pointer.x, pointer.y - last.pointer.y) * this.#extentDeg;
    return (1000 * way) / (timeMs - last.timeMs);
  }
}
