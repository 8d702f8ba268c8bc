import type { LivenessProfile, StepKind } from "../types";
import { MAX_SPAN_MS } from "./series";

/**
 * How long a person may take before the ceremony begins again, milliseconds. All of it is less than the server's own
 * (layers/matching/liveness: profiles.py, script.py, timing.py), which also counts what the network takes. Whatever
 * these leave, a first act ends after `MAX_FIRST_ACT_MS` and a ceremony after `MAX_SPAN_MS` (series.ts): no more frames
 * travel than show that long well enough. So `actMs` is what a second act may take.
 */
export interface Limits {
  /** The steps of one act together. */
  actMs: number;
  /** One step. */
  stepMs: number;
  /**
   * How far beside the dot a nose may stay, in parts of the turn asked for: whoever sees both puts them together, and the
   * server counts what is left (layers/matching/liveness/trajectory.py). Words tell a direction less well.
   */
  beside: number;
}

const USUAL: Limits = { actMs: 18_000, stepMs: 5_800, beside: 0.27 };

const LIMITS: Readonly<Record<LivenessProfile, Limits>> = {
  standard: USUAL,
  "reduced-motion": USUAL,
  "no-sound": USUAL,
  "no-eye-closing": USUAL,
  "screen-reader": { actMs: MAX_SPAN_MS, stepMs: 12_000, beside: 0.4 },
  "no-head-turn": { ...USUAL, actMs: MAX_SPAN_MS },
};

/** Each view of an enrolment adds this to its act; one of them may take a little longer. */
export const VIEW_MS = 6_000;
const LONGEST_VIEW_MS = 7_700;

export function limitsOf(profile: LivenessProfile): Limits {
  return LIMITS[profile];
}

/** What one step of this kind may take. */
export function stepLimitMs(profile: LivenessProfile, kind: StepKind): number {
  const { stepMs } = limitsOf(profile);
  return kind === "view" ? Math.max(stepMs, LONGEST_VIEW_MS) : stepMs;
}
