import { openness } from "../../vision/mesh/eyes";
import type { GuidanceState } from "../../types";
import type { Followed, Observation } from "../observation";
import { TryFailed } from "../try-failed";
import { type Baseline, HOLD_MS, Held, type StepFollower, type StepSight, median, shown } from "./step";

// Of the same eyes open. On real clips closed eyes measure .56 to .62 of it, rendered ones .41 to .91
// (layers/matching/liveness/eyes.py); open ones scatter by .02. Apart, so that nothing flickers. What is closed here is
// so for the server, which takes a little more.
export const CLOSED_BELOW = 0.93;
const OPEN_ABOVE = 0.95;
// Frames that a median is of: one bad frame opens nothing and closes nothing.
const SMOOTHED = 3;
// One frame of a moment's flutter is no opening.
const FLUTTER_MS = 120;
// Less than the server's own limits, for a frame or two that it sees otherwise (layers/matching/liveness/eyes.py).
export const MAX_REACTION_MS = 3_300;
export const MAX_TOO_LONG_MS = 1_200;

/** The eyes are closed for a while, and opened again. Opened too soon, it begins anew. */
export class CloseEyesStep implements StepFollower {
  readonly first: StepSight;
  #startMs: number | null = null;
  #isClosed = false;
  #closedSinceMs: number | null = null;
  #wasLongEnough = false;
  readonly #shares: number[] = [];
  readonly #open = new Held();

  constructor(
    readonly durationMs: number,
    readonly baseline: Baseline,
  ) {
    this.first = shown("close-eyes", { durationMs });
  }

  see({ lids }: Followed, { timeMs }: Observation): StepSight {
    this.#startMs ??= timeMs;
    // The wider one counts: both eyes close.
    this.#shares.push(openness(lids, this.baseline.lids));
    if (this.#shares.length > SMOOTHED) this.#shares.shift();
    const share = median(this.#shares);
    this.#isClosed = this.#isClosed ? share < OPEN_ABOVE : share < CLOSED_BELOW;
    const openMs = this.#open.is(!this.#isClosed, timeMs);
    if (this.#isClosed) this.#closedSinceMs ??= timeMs;
    else if (openMs >= FLUTTER_MS && !this.#wasLongEnough) this.#closedSinceMs = null;
    const closedMs = this.#closedSinceMs === null ? 0 : timeMs - this.#closedSinceMs;
    if (this.#isClosed && closedMs >= this.durationMs) this.#wasLongEnough = true;
    if (this.#isLate(timeMs)) throw new TryFailed("too-slow");
    return {
      state: this.#state(),
      share: this.#wasLongEnough ? 1 : Math.min(1, closedMs / this.durationMs),
      isDone: this.#wasLongEnough && openMs >= HOLD_MS,
      wantsDescriptor: false,
      durationMs: this.durationMs,
    };
  }

  #isLate(timeMs: number): boolean {
    if (this.#closedSinceMs === null) return timeMs - (this.#startMs ?? timeMs) > MAX_REACTION_MS;
    return this.#isClosed && timeMs - this.#closedSinceMs > this.durationMs + MAX_TOO_LONG_MS;
  }

  #state(): GuidanceState {
    if (!this.#wasLongEnough) return "close-eyes";
    return this.#isClosed ? "open-eyes" : "hold-still";
  }
}
