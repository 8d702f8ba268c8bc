const WINDOW_FRAMES = 12;
const MIN_GAPS = 4;
// Movements are seen in steps of a frame; more than the server's own least rate, which thinned series may have.
export const SLOWEST_GAP_MS = 150;
// More than 15 a second cost power and bytes, and say nothing new.
const WANTED_GAP_MS = 1000 / 15;
const LONGEST_CAMERA_GAP_MS = 40;

/** Chooses which of a camera's frames are looked at: about 15 a second, evenly, whatever the camera's own rate is. */
export class FramePace {
  #lastSeenMs: number | null = null;
  #lastTakenMs = -Infinity;
  #cameraGapMs = LONGEST_CAMERA_GAP_MS;
  #gaps: number[] = [];

  /** Whether this frame is looked at. One that brings no new time never is: a clock that jumps back is waited for. */
  takes(timeMs: number): boolean {
    const gap = timeMs - (this.#lastSeenMs ?? -Infinity);
    if (!(gap > 0)) return false;
    this.#lastSeenMs = timeMs;
    this.#cameraGapMs = Math.min(this.#cameraGapMs, gap);
    const since = timeMs - this.#lastTakenMs;
    // Half a frame of tolerance, so that every second frame of a 30 a second camera is taken, and not every third.
    if (since < WANTED_GAP_MS - this.#cameraGapMs / 2) return false;
    if (Number.isFinite(since)) this.#gaps = [...this.#gaps, since].slice(-WINDOW_FRAMES);
    this.#lastTakenMs = timeMs;
    return true;
  }

  /** After a pause that says nothing of the camera. */
  pause(): void {
    this.#lastTakenMs = -Infinity;
  }

  /** Another try: its own frames say how fast it is. */
  restart(): void {
    this.#gaps = [];
    this.pause();
  }

  /** Whether enough frames were taken to tell. */
  get isKnown(): boolean {
    return this.#gaps.length >= MIN_GAPS;
  }

  /** Whether the camera, or this device, is too slow to see a movement. */
  get isSlow(): boolean {
    if (!this.isKnown) return false;
    const sorted = this.#gaps.toSorted((a, b) => a - b);
    return (sorted[sorted.length >> 1] ?? 0) > SLOWEST_GAP_MS;
  }
}
