import type { Series } from "../types";
import { LANDMARK_UNIT, encodeInt16, encodeUint16 } from "./encoding";

export const MIN_SERIES_FRAMES = 3;
export const MAX_SERIES_FRAMES = 90; // the API's limit: it keeps a body under 48 KB
const MAX_SPAN_MS = 60_000; // times are uint16 milliseconds; older frames say nothing about this ceremony
const MAX_OVERHANG = 0.5; // the API's limit, in frame widths, for landmarks guessed outside the frame

/** Keeps the landmarks of the latest frames of one ceremony. */
export class SeriesRecorder {
  #frames: { timeMs: number; points: Float32Array }[] = [];

  constructor(
    readonly frameWidth: number,
    readonly frameHeight: number,
  ) {}

  get length(): number {
    return this.#frames.length;
  }

  /** Adds one frame; one that brings no new millisecond or lies outside what may be sent is left out. */
  add(timeMs: number, landmarks: Float32Array): void {
    const whole = Math.round(timeMs);
    const last = this.#frames.at(-1);
    if (last !== undefined && whole <= last.timeMs) return;
    const points = landmarks.map((value) => value / this.frameWidth);
    if (!this.#mayBeSent(points)) return;
    this.#frames.push({ timeMs: whole, points });
    this.#frames = this.#frames
      .filter((frame) => whole - frame.timeMs <= MAX_SPAN_MS)
      .slice(-MAX_SERIES_FRAMES);
  }

  encode(): Series {
    const start = this.#frames[0]?.timeMs ?? 0;
    return {
      frame_width: this.frameWidth,
      frame_height: this.frameHeight,
      times_ms: encodeUint16(this.#frames.map((frame) => frame.timeMs - start)),
      landmarks: encodeInt16(
        this.#frames.flatMap((frame) => Array.from(frame.points, (value) => value * LANDMARK_UNIT)),
      ),
    };
  }

  #mayBeSent(points: Float32Array): boolean {
    const limit = [1 + MAX_OVERHANG, this.frameHeight / this.frameWidth + MAX_OVERHANG];
    return points.every((value, index) => value >= -MAX_OVERHANG && value <= (limit[index % 2] ?? 0));
  }
}
