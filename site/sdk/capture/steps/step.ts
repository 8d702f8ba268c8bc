import type { DotPlace, GuidanceState } from "../../types";
import type { Lids } from "../../vision/mesh/eyes";
import type { Rotation } from "../../vision/mesh/pose";
import type { Followed, Observation } from "../observation";

/** The person's own straight look: turns, lids and distances are changes from it. */
export interface Baseline {
  pose: Rotation;
  lids: Lids;
  interOcularPx: number;
}

/** What a frame means for the step that is asked for. */
export interface StepSight {
  state: GuidanceState;
  /** How much of the step is done, 0 to 1. */
  share: number;
  isDone: boolean;
  /** A descriptor is wanted of this very frame. */
  wantsDescriptor: boolean;
  target?: DotPlace;
  pointer?: DotPlace;
  durationMs?: number;
}

/** One step of a script as it is followed, from the frame on at which it was shown. */
export interface StepFollower {
  /** What is shown before the first frame of it was seen. */
  readonly first: StepSight;
  see(followed: Followed, observation: Observation, before: GuidanceState): StepSight;
  /** A descriptor was taken of the frame that was seen last. */
  captured?(timeMs: number): void;
  /** What a look measured: what every later step is a change from. Null before there is enough of it. */
  measured?(): Baseline | null;
}

/**
 * A target counts once it is held for so long: a face that passes by it is not there yet. The server judges the end of a
 * step by as much (layers/matching/liveness/performance.py).
 */
export const HOLD_MS = 200;

/** How long something has been so without a break. */
export class Held {
  #sinceMs: number | null = null;

  /** Takes what is so now; gives for how long, milliseconds, 0 when it is not. */
  is(now: boolean, timeMs: number): number {
    if (!now) this.#sinceMs = null;
    else this.#sinceMs ??= timeMs;
    return this.#sinceMs === null ? 0 : timeMs - this.#sinceMs;
  }
}

// Mean movement from frame to frame; more smears at 15 frames a second.
const MAX_MOVEMENT_IOD = 0.06;

export const isSteady = ({ movementIod }: Followed): boolean => movementIod <= MAX_MOVEMENT_IOD;

/** Of an even number the upper one of the middle two; 0 of none. */
export function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[values.length >> 1] ?? 0;
}

/** A step as it is first shown. */
export function shown(
  state: GuidanceState,
  rest: Pick<StepSight, "target" | "pointer" | "durationMs"> = {},
): StepSight {
  return { state, share: 0, isDone: false, wantsDescriptor: false, ...rest };
}
