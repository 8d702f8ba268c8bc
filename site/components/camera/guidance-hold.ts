import type { Guidance } from "../../sdk";

/** Long enough to read three words. Measured frames come ten times a second and may disagree with each other. */
const HOLD_MS = 450;

/** Keeps a sentence on the screen for a moment before the next one may replace it. Progress is never held back. */
export class GuidanceHold {
  #shown: Guidance | null = null;
  #since = 0;

  /** @returns what to show now, given what the newest frame says. */
  next(guidance: Guidance, nowMs: number): Guidance {
    const shown = this.#shown;
    const settled = shown === null || guidance.state === shown.state || nowMs - this.#since >= HOLD_MS;
    const urgent = guidance.state === "captured" || guidance.state === "page-hidden";
    if (settled || urgent) {
      if (shown?.state !== guidance.state) this.#since = nowMs;
      this.#shown = guidance;
    } else {
      const { progress, taken, wanted } = guidance;
      this.#shown = { ...shown, progress, taken, wanted };
    }
    return this.#shown;
  }
}
