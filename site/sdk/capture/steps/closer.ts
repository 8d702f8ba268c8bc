import type { Followed, Observation } from "../observation";
import { type Baseline, HOLD_MS, Held, type StepFollower, type StepSight, shown } from "./step";

// Of the growth asked for.
const REACHED = 0.97;
const TOO_FAR = 1.15;

/** The face comes closer, until it is so many times wider than at the first look. */
export class CloserStep implements StepFollower {
  readonly first = shown("come-closer");
  readonly #held = new Held();

  constructor(
    readonly scale: number,
    readonly baseline: Baseline,
  ) {}

  see({ interOcularPx }: Followed, { timeMs }: Observation): StepSight {
    const grown = interOcularPx / this.baseline.interOcularPx;
    const isThere = grown >= REACHED * this.scale && grown <= TOO_FAR * this.scale;
    const heldMs = this.#held.is(isThere, timeMs);
    const isTooFar = grown > TOO_FAR * this.scale;
    return {
      state: isThere ? "hold-still" : isTooFar ? "move-back" : "come-closer",
      share: Math.min(1, Math.max(0, (grown - 1) / (REACHED * this.scale - 1))),
      isDone: heldMs >= HOLD_MS,
      wantsDescriptor: false,
    };
  }
}
