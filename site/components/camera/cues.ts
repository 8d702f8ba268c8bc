import type { Guidance, LivenessProfile } from "../../sdk";
import type { Tones } from "./tones";

/** Turns what changes from one guidance to the next into tones. */
export class Cues {
  #last: Guidance | null = null;

  constructor(
    readonly tones: Tones,
    readonly profile: LivenessProfile,
  ) {}

  hear(guidance: Guidance, nowMs: number): void {
    const last = this.#last;
    this.#last = guidance;
    const { state, step } = guidance;
    if (state === "look-again" && last?.state !== "look-again") this.tones.again();
    else if (state === "open-eyes" && last?.state !== "open-eyes") this.tones.openEyes();
    else if (step !== undefined && step.index !== last?.step?.index) this.tones.step();
    else if (this.profile === "screen-reader" && step?.kind === "turn") this.tones.near(step.share, nowMs);
  }
}
