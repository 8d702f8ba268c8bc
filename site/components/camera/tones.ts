const GAIN = 0.12; // soft beside speech
const ATTACK_S = 0.015;
const NEAR_EVERY_MS = 280;

type Note = readonly [frequencyHz: number, startS: number, lengthS: number];

/** A new step: one note. Done: two, upwards. Open your eyes: long and clear, heard with nothing to look at. */
const STEP: readonly Note[] = [[520, 0, 0.16]];
const DONE: readonly Note[] = [
  [660, 0, 0.12],
  [880, 0.11, 0.2],
];
const OPEN: readonly Note[] = [
  [784, 0, 0.22],
  [1047, 0.2, 0.4],
];
const AGAIN: readonly Note[] = [
  [440, 0, 0.14],
  [330, 0.13, 0.22],
];

/** Soft tones made by the browser itself. Silent where it has no sound, or lets no page make any. */
export class Tones {
  #context: AudioContext | null = null;
  #lastNearMs = -Infinity;

  constructor(readonly silent: boolean) {}

  /** Best called while a press of a button is handled: browsers allow sound only after one. */
  wake(): void {
    if (this.silent || typeof AudioContext === "undefined") return;
    this.#context ??= new AudioContext();
    // Without a press before it stays suspended: then there is no sound, and nothing else is lost.
    void this.#context.resume().catch(() => undefined);
  }

  step(): void {
    this.#play(STEP);
  }

  done(): void {
    this.#play(DONE);
  }

  openEyes(): void {
    this.#play(OPEN);
  }

  again(): void {
    this.#play(AGAIN);
  }

  /** Rises from a low note to the one of `done` as `share` goes from 0 to 1. */
  near(share: number, nowMs: number): void {
    if (nowMs - this.#lastNearMs < NEAR_EVERY_MS) return;
    this.#lastNearMs = nowMs;
    this.#play([[220 * 2 ** (1.5 * Math.min(1, Math.max(0, share))), 0, 0.1]]);
  }

  close(): void {
    void this.#context?.close().catch(() => undefined);
    this.#context = null;
  }

  #play(notes: readonly Note[]): void {
    const context = this.#context;
    if (context?.state !== "running") return;
    for (const [frequencyHz, startS, lengthS] of notes) {
      const begin = context.currentTime + startS;
      const oscillator = context.createOscillator();
      const gain = context.createGain();
      oscillator.frequency.value = frequencyHz;
      gain.gain.setValueAtTime(0, begin);
      gain.gain.linearRampToValueAtTime(GAIN, begin + ATTACK_S);
      gain.gain.exponentialRampToValueAtTime(0.0001, begin + lengthS);
      oscillator.connect(gain).connect(context.destination);
      oscillator.start(begin);
      oscillator.stop(begin + lengthS);
    }
  }
}
