import type { GuidanceState } from "../../types";
import { meanPose } from "../../vision/mesh/pose";
import type { Followed, Observation } from "../observation";
import type { Baseline, StepFollower, StepSight } from "./step";

/** For measuring only, and no part of the SDK's types: a clip cannot follow, and what it shows is to be judged. */
export interface Unpublished {
  /** Each step is over after so many milliseconds, followed or not, as a client of an attacker's own would have it. */
  stepMs?: number | undefined;
}

interface Needs {
  stepMs: number;
  /** Descriptors without which the step cannot end: nothing would be sent. */
  wanted: () => number;
  taken: () => number;
}

/** A step that ends by the clock. What is missing by then is taken from whatever is seen. */
export class ByTheClock implements StepFollower {
  readonly first: StepSight;
  #startMs: number | null = null;
  #last: Followed | null = null;

  constructor(
    readonly inner: StepFollower,
    readonly needs: Needs,
  ) {
    this.first = inner.first;
  }

  see(followed: Followed, observation: Observation, before: GuidanceState): StepSight {
    const sight = this.inner.see(followed, observation, before);
    this.#startMs ??= observation.timeMs;
    this.#last = followed;
    const isOver = observation.timeMs - this.#startMs >= this.needs.stepMs;
    const isShort = this.needs.taken() < this.needs.wanted();
    return {
      ...sight,
      wantsDescriptor: sight.wantsDescriptor || (isOver && isShort),
      isDone: sight.isDone || (isOver && !isShort),
    };
  }

  captured(timeMs: number): void {
    this.inner.captured?.(timeMs);
  }

  /** Of a look that was never calm, the last frame has to do. */
  measured(): Baseline | null {
    const calm = this.inner.measured?.() ?? null;
    const pose = this.#last && meanPose([this.#last.pose]);
    if (calm !== null || this.#last === null || pose === null) return calm;
    return { pose, lids: this.#last.lids, interOcularPx: this.#last.interOcularPx };
  }
}
