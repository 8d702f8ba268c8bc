import type { Guidance, GuidanceState } from "../../sdk";

/** Long enough to read three words. Measured frames come ten times a second and may disagree with each other. */
const READ_MS = 450;
/** Long enough to be spoken: each sentence cuts off the one before. */
const SPEAK_MS = 1_300;

/** What a person waits for, or must not miss. */
const URGENT: ReadonlySet<GuidanceState> = new Set([
  "captured",
  "page-hidden",
  "open-eyes",
  "close-eyes",
  "look-again",
]);

/**
 * Keeps a sentence on the screen for a moment before the next one may replace it. Progress, the dot and a new step
 * are never held back.
 */
export class GuidanceHold {
  #shown: Guidance | null = null;
  #since = 0;
  readonly #holdMs: number;

  constructor({ spoken = false }: { spoken?: boolean } = {}) {
    this.#holdMs = spoken ? SPEAK_MS : READ_MS;
  }

  /** @returns what to show now, given what the newest frame says. */
  next(guidance: Guidance, nowMs: number): Guidance {
    const shown = this.#shown;
    const settled = shown === null || guidance.state === shown.state || nowMs - this.#since >= this.#holdMs;
    const urgent = URGENT.has(guidance.state) || guidance.step?.index !== shown?.step?.index;
    if (settled || urgent) {
      if (shown?.state !== guidance.state) this.#since = nowMs;
      this.#shown = guidance;
    } else {
      this.#shown = { ...guidance, state: shown.state };
    }
    return this.#shown;
  }
}
