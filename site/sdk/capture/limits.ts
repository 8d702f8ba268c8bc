import type { LivenessProfile, StepKind } from "../types";

/** How long a person may take before the ceremony begins again, milliseconds. */
export interface Limits {
  /** The steps of one act together: less than the server's own limit, which also counts what the network takes. */
  actMs: number;
}

const USUAL: Limits = { actMs: 18_000 };

const LIMITS: Readonly<Record<LivenessProfile, Limits>> = {
  standard: USUAL,
  "reduced-motion": USUAL,
  "no-sound": USUAL,
  "no-eye-closing": USUAL,
  "screen-reader": { actMs: 38_000 },
  "no-head-turn": { actMs: 28_000 },
};

/** One step: less than the server's own limit (layers/matching/liveness/timing.py). */
export function stepLimitMs(kind: StepKind): number {
  return kind === "view" ? 7_700 : 5_800;
}

/** Each view of an enrolment adds this to its act, as on the server. */
export const VIEW_MS = 6_000;

export function limitsOf(profile: LivenessProfile): Limits {
  return LIMITS[profile];
}
