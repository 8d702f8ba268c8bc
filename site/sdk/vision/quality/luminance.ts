import { type PointXY } from "../eye-line";
import type { Frame, PixelBox } from "../frame";

// Rec. 601 luma, what "luminance" means in ISO/IEC 29794-5.
const RED = 0.299;
const GREEN = 0.587;
const BLUE = 0.114;

// Darker and lighter than these a sensor keeps no detail (ISO/IEC 29794-5, under- and over-exposure prevention).
const UNDER_EXPOSED_MAX = 25;
const OVER_EXPOSED_MIN = 247;

/** A part of a picture in grey. */
export interface Patch {
  /** Where its top left pixel lies in the frame. */
  x: number;
  y: number;
  width: number;
  height: number;
  /** Luminance, 0 to 255, rows from the top. */
  values: Float32Array;
}

/** The luminance of the part of the box that lies in the frame. */
export function luminancePatch(frame: Frame, box: PixelBox): Patch {
  const x0 = Math.max(0, Math.floor(box.x));
  const y0 = Math.max(0, Math.floor(box.y));
  const width = Math.max(0, Math.min(frame.width, Math.ceil(box.x + box.width)) - x0);
  const height = Math.max(0, Math.min(frame.height, Math.ceil(box.y + box.height)) - y0);
  const values = new Float32Array(width * height);
  for (let y = 0; y < height; y += 1) {
    for (let x = 0; x < width; x += 1) {
      values[y * width + x] = luminanceAt(frame.data, 4 * ((y0 + y) * frame.width + x0 + x));
    }
  }
  return { x: x0, y: y0, width, height, values };
}

/** Mean luminance of the whole frame, 0 to 255, from every 8th pixel: enough to tell a dark room. */
export function frameLuminance({ data }: Frame): number {
  let sum = 0;
  let count = 0;
  for (let at = 0; at < data.length; at += 4 * 8) {
    sum += luminanceAt(data, at);
    count += 1;
  }
  return count === 0 ? 0 : sum / count;
}

/** Shares, 0 to 1, of the patch that are too dark and too light to hold detail. */
export function exposure({ values }: Patch): { under: number; over: number } {
  if (values.length === 0) return { under: 1, over: 0 };
  let [under, over] = [0, 0];
  for (const value of values) {
    if (value <= UNDER_EXPOSED_MAX) under += 1;
    else if (value >= OVER_EXPOSED_MIN) over += 1;
  }
  return { under: under / values.length, over: over / values.length };
}

/**
 * How evenly the face is lit from left to right: mean luminance of its darker half over that of the lighter one,
 * 0 to 1. The halves are those of the line through `middle` across the direction `along` (a unit vector).
 *
 * ISO/IEC 29794-5 intersects the halves' histograms, which on smooth skin calls a difference of ten grey levels
 * uneven; here it is the ratio of light, which a person can do something about.
 */
export function uniformity(patch: Patch, middle: PointXY, along: PointXY): number {
  const sums: [number, number] = [0, 0];
  const counts: [number, number] = [0, 0];
  for (let y = 0; y < patch.height; y += 1) {
    for (let x = 0; x < patch.width; x += 1) {
      const across = (patch.x + x + 0.5 - middle.x) * along.x + (patch.y + y + 0.5 - middle.y) * along.y;
      const half = across < 0 ? 0 : 1;
      sums[half] += patch.values[y * patch.width + x] ?? 0;
      counts[half] += 1;
    }
  }
  if (counts[0] === 0 || counts[1] === 0) return 0;
  const [left, right] = [sums[0] / counts[0], sums[1] / counts[1]];
  const lighter = Math.max(left, right);
  return lighter === 0 ? 1 : Math.min(left, right) / lighter;
}

export function moments(values: Float32Array): { mean: number; variance: number } {
  if (values.length === 0) return { mean: 0, variance: 0 };
  let sum = 0;
  for (const value of values) sum += value;
  const mean = sum / values.length;
  let squares = 0;
  for (const value of values) squares += (value - mean) ** 2;
  return { mean, variance: squares / values.length };
}

/** Luminance of the pixel whose bytes begin at `at`. */
export function luminanceAt(data: Uint8ClampedArray, at: number): number {
  return RED * (data[at] ?? 0) + GREEN * (data[at + 1] ?? 0) + BLUE * (data[at + 2] ?? 0);
}
