import type { LivenessProfile } from "../types";

/** How long a person may take before the ceremony begins again, milliseconds. */
export interface Limits {
  /** One step. */
  stepMs: number;
  /** The steps of one act together: less than the server's own limit, which also counts what the network takes. */
  actMs: number;
}

const USUAL: Limits = { stepMs: 9_000, actMs: 18_000 };

const LIMITS: Readonly<Record<LivenessProfile, Limits>> = {
  standard: USUAL,
  "reduced-motion": USUAL,
  "no-sound": USUAL,
  "no-eye-closing": USUAL,
  "screen-reader": { stepMs: 15_000, actMs: 38_000 },
  "no-head-turn": { stepMs: 12_000, actMs: 28_000 },
};

/** Each view of an enrolment adds this to its act, as on the server. */
export const VIEW_MS = 6_000;

export function limitsOf(profile: LivenessProfile): Limits {
  return LIMITS[profile];
}
