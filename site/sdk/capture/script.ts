/** The steps that the server asks for, read as strictly as they are judged. */
import type { Answer } from "../api/answer";
import { unexpected } from "../api/answer";
import { LIVENESS_PROFILES, type LivenessProfile } from "../types";

export type View = "straight" | "left" | "right" | "closer";

export type Step = { capture: boolean } & (
  | { kind: "look" }
  /** Change from the first look, degrees: yaw positive to the picture's right, pitch positive up. */
  | { kind: "turn"; yawDeg: number; pitchDeg: number }
  | { kind: "close_eyes"; durationMs: number }
  /** How many times wider than at the first look the face becomes. */
  | { kind: "closer"; scale: number }
  | { kind: "view"; view: View }
);

/** The first act of a ceremony, and what it is bound to. */
export interface Opening {
  challenge: string;
  steps: readonly Step[];
}

/** Where a ceremony's acts come from: the API, or a test. Both reject with the API's errors. */
export interface ScriptSource {
  /** A new challenge with its first act. */
  open(signal: AbortSignal): Promise<Opening>;
  /** The second act, once the first is sealed: `chain` is the head over its `frames`. */
  reveal(
    seal: { challenge: string; chain: string; frames: number },
    signal: AbortSignal,
  ): Promise<readonly Step[]>;
}

// What a script can ask for at all; the server's own bounds are narrower (layers/matching/liveness/profiles.py).
const MAX_STEPS = 12;
const TURN_DEG = { min: 8, max: 35 };
const CLOSURE_MS = { min: 300, max: 3000 };
const SCALE = { min: 1.05, max: 2 };
const ACTS = 2;

/** Reads a challenge's answer. Throws `NetworkError` ("unexpected-answer") on anything that is no such script. */
export function openingFrom(answer: Answer, profile: LivenessProfile): Opening {
  const script = answer.object("script");
  if (script.oneOf("profile", LIVENESS_PROFILES) !== profile)
    throw unexpected("the profile that was asked for");
  if (script.integer("acts") !== ACTS) throw unexpected("two acts");
  const steps = stepsFrom(script);
  // Everything is measured as a change from it.
  if (steps[0]?.kind !== "look") throw unexpected("a look at the beginning");
  return { challenge: answer.string("challenge"), steps };
}

/** As `openingFrom`, of one act's steps. */
export function stepsFrom(answer: Answer): Step[] {
  const steps = answer.list("steps", stepFrom);
  if (steps.length === 0 || steps.length > MAX_STEPS) throw unexpected("a plausible number of steps");
  return steps;
}

function stepFrom(answer: Answer): Step {
  const capture = answer.boolean("capture");
  const kind = answer.oneOf("kind", ["look", "turn", "close_eyes", "closer", "view"]);
  switch (kind) {
    case "look":
      return { kind, capture };
    case "turn": {
      const [yawDeg, pitchDeg] = [answer.number("yaw_deg"), answer.number("pitch_deg")];
      within(Math.hypot(yawDeg, pitchDeg), TURN_DEG, "a turn that a neck can make");
      return { kind, capture, yawDeg, pitchDeg };
    }
    case "close_eyes": {
      const durationMs = answer.integer("duration_ms");
      within(durationMs, CLOSURE_MS, "a bearable closure");
      return { kind, capture, durationMs };
    }
    case "closer": {
      const scale = answer.number("scale");
      within(scale, SCALE, "a distance that a face can have");
      return { kind, capture, scale };
    }
    case "view":
      return { kind, capture, view: answer.oneOf("view", ["straight", "left", "right", "closer"]) };
  }
}

function within(value: number, { min, max }: { min: number; max: number }, what: string): void {
  if (!(value >= min && value <= max)) throw unexpected(what);
}
