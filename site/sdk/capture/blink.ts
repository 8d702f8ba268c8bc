const REMEMBERED_FRAMES = 30;
const MIN_FRAMES = 5;
const SHARE_OF_USUAL = 0.6;

/**
 * Notices a blink as a dip below how open the same eyes usually are. No bar for everybody: what the measure says of
 * open eyes differs from face to face more than it falls in a blink.
 */
export class BlinkWatch {
  #recent: number[] = [];

  /** Takes one frame's `eyes_open`; true when it is a blink. */
  sees(eyesOpen: number): boolean {
    this.#recent = [...this.#recent, eyesOpen].slice(-REMEMBERED_FRAMES);
    if (this.#recent.length < MIN_FRAMES) return false;
    const usual = this.#recent.toSorted((a, b) => a - b)[Math.floor(this.#recent.length / 2)] ?? 0;
    return eyesOpen < SHARE_OF_USUAL * usual;
  }
}
