import { base64 } from "../base64";
import { hex } from "../sha256";
import type { Series } from "../types";
import { TRACK_POINT_COUNT } from "../vision/mesh/layout";
import { SIGNAL_COUNT } from "../vision/signals/signals";
import { chainStart, chained } from "./chain";
import { LANDMARK_UNIT, encodeUint16, wholeWithin } from "./encoding";

export const MAX_SERIES_FRAMES = 144; // the API's limit: it keeps a body under 48 KB
// So that the second act, whose steps are not known yet, has room for ten seconds of its own.
const MAX_UNSEALED_OF_FIRST_ACT = 70;
// Thinned beyond this the frames that travel would be fewer a second than the server takes (liveness/timing.py: 5.5).
export const MAX_SPAN_MS = 25_000;
const MAX_FIRST_ACT_MS = 12_500;
const MAX_OVERHANG = 0.5; // the API's limit, in frame widths, for points guessed outside the frame
const POINT_BYTES = 4 * TRACK_POINT_COUNT;

/**
 * How much a gap hides: most where a head is held, which is what it is judged by; more while eyes are closed than while a
 * head turns; little in an enrolment's views, which come after all that is judged.
 */
export const WEIGHT = { held: 3, closing: 2, moving: 1, view: 0.5 } as const;
// What thinning may leave: the server refuses longer ones (liveness/timing.py: 600), and a device pauses by itself.
const MAX_THINNED_GAP_MS = 450;

/** One frame as it travels: time (uint16), 48 points (int16) and five signals, little-endian, one after the other. */
export interface RecordedFrame {
  timeMs: number;
  bytes: Uint8Array;
  /** Part of the evidence by itself: a step began, or a descriptor was taken. Never thinned out. */
  isPinned: boolean;
  weight: number;
}

/** What a chain's head was sent for. */
export interface Seal {
  chain: string;
  frames: number;
}

/**
 * Keeps what travels of a ceremony's frames. When there are more than may travel, those go whose loss leaves the
 * smallest gap; never one that a sent head covers.
 */
export class SeriesRecorder {
  #frames: RecordedFrame[] = [];
  #steps: RecordedFrame[] = [];
  #startMs: number | null = null;
  #lastGapMs = 0;
  #stepIsNext = false;
  #weight: number = WEIGHT.moving;
  #sealed: { frames: number; head: Uint8Array } | null = null;

  constructor(
    readonly challenge: string,
    readonly frameWidth: number,
    readonly frameHeight: number,
  ) {}

  get length(): number {
    return this.#frames.length;
  }

  /** Between the last two frames as they came, thinned out or not, milliseconds. */
  get lastGapMs(): number {
    return this.#lastGapMs;
  }

  /** Whether this moment comes too late for the frames that may travel to show enough of each second. */
  isOver(timeMs: number): boolean {
    if (this.#startMs === null) return false;
    return timeMs - this.#startMs > (this.#sealed === null ? MAX_FIRST_ACT_MS : MAX_SPAN_MS);
  }

  /** The next frame is the first that was taken while a new step was shown. */
  beginStep(weight: number = WEIGHT.moving): void {
    this.#stepIsNext = true;
    this.#weight = weight;
  }

  /**
   * Adds a frame: `points` are the 48 in pixels. Null, and nothing is added, where it brings no new millisecond, lies
   * outside what may be sent, or comes too late to be counted.
   */
  add(timeMs: number, points: Float32Array, signals: Uint8Array): RecordedFrame | null {
    const start = this.#startMs ?? Math.round(timeMs);
    const since = Math.round(timeMs) - start;
    const last = this.#frames.at(-1);
    if (!(since >= 0 && since <= MAX_SPAN_MS) || (last !== undefined && since <= last.timeMs)) return null;
    if (!this.mayBeSent(points)) return null;
    this.#startMs = start;
    this.#lastGapMs = last === undefined ? 0 : since - last.timeMs;
    const bytes = frameBytes(since, points, this.frameWidth, signals);
    const frame = { timeMs: since, bytes, isPinned: false, weight: this.#weight };
    this.#frames.push(frame);
    if (this.#stepIsNext) {
      frame.isPinned = true;
      this.#steps.push(frame);
      this.#stepIsNext = false;
    }
    const limit = this.#sealed === null ? MAX_UNSEALED_OF_FIRST_ACT : MAX_SERIES_FRAMES;
    if (this.#frames.length > limit) this.#thin();
    return frame;
  }

  /** Whether these points can travel at all: in or near the frame, and numbers. */
  mayBeSent(points: Float32Array): boolean {
    const limit = [1 + MAX_OVERHANG, this.frameHeight / this.frameWidth + MAX_OVERHANG];
    return points.every((value, index) => {
      const share = value / this.frameWidth;
      return share >= -MAX_OVERHANG && share <= (limit[index % 2] ?? 0);
    });
  }

  /** The chain's head over all frames so far. They stay as they are from here on. */
  async seal(): Promise<Seal> {
    let { frames, head } = this.#sealed ?? { frames: 0, head: await chainStart(this.challenge) };
    const covered = this.#frames.length;
    for (; frames < covered; frames += 1) {
      const frame = this.#frames[frames];
      if (frame !== undefined) head = await chained(head, frame.bytes);
    }
    this.#sealed = { frames, head };
    return { chain: hex(head), frames };
  }

  /** The frame's place in the series. */
  indexOf(frame: RecordedFrame): number {
    return this.#frames.indexOf(frame);
  }

  encode(): Series {
    return {
      frame_width: this.frameWidth,
      frame_height: this.frameHeight,
      times_ms: encodeUint16(this.#frames.map(({ timeMs }) => timeMs)),
      points: base64(joined(this.#frames.map(({ bytes }) => bytes.subarray(2, 2 + POINT_BYTES)))),
      signals: base64(joined(this.#frames.map(({ bytes }) => bytes.subarray(2 + POINT_BYTES)))),
      steps: this.#steps.map((frame) => this.indexOf(frame)),
    };
  }

  #thin(): void {
    const first = Math.max(1, this.#sealed?.frames ?? 0);
    let [chosen, least] = [-1, Infinity];
    for (let index = first; index < this.#frames.length - 1; index += 1) {
      const [before, frame, after] = this.#frames.slice(index - 1, index + 2);
      if (before === undefined || frame === undefined || after === undefined || frame.isPinned) continue;
      const gap = after.timeMs - before.timeMs;
      // A gap that the server would refuse is worth any number of other frames.
      const cost = gap > MAX_THINNED_GAP_MS ? Number.MAX_VALUE : frame.weight * gap;
      if (cost < least) [chosen, least] = [index, cost];
    }
    if (chosen >= 0) this.#frames.splice(chosen, 1);
  }
}

function frameBytes(
  timeMs: number,
  points: Float32Array,
  frameWidth: number,
  signals: Uint8Array,
): Uint8Array {
  const bytes = new Uint8Array(2 + POINT_BYTES + SIGNAL_COUNT);
  const view = new DataView(bytes.buffer);
  view.setUint16(0, timeMs, true);
  points.forEach((value, index) => {
    const whole = wholeWithin((value / frameWidth) * LANDMARK_UNIT, -0x8000, 0x7fff);
    view.setInt16(2 + 2 * index, whole, true);
  });
  bytes.set(signals, 2 + POINT_BYTES);
  return bytes;
}

function joined(parts: readonly Uint8Array[]): Uint8Array {
  const bytes = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}
