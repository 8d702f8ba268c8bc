/** From arrays to the wire: base64 of little-endian numbers, whatever the machine's own order. */

import { base64 } from "../base64";

/** Landmarks travel as int16 in 1/8192 of the frame's width. */
export const LANDMARK_UNIT = 8192;

export function encodeFloat32(values: ArrayLike<number>): string {
  return encode(values, 4, (view, at, value) => {
    view.setFloat32(at, value, true);
  });
}

/** Values are rounded, 0 to 65535; one that does not fit throws `RangeError` instead of wrapping around. */
export function encodeUint16(values: ArrayLike<number>): string {
  return encode(values, 2, (view, at, value) => {
    view.setUint16(at, wholeWithin(value, 0, 0xffff), true);
  });
}

function encode(
  values: ArrayLike<number>,
  size: number,
  write: (view: DataView, at: number, value: number) => void,
): string {
  const bytes = new Uint8Array(values.length * size);
  const view = new DataView(bytes.buffer);
  Array.from(values).forEach((value, index) => {
    write(view, index * size, value);
  });
  return base64(bytes);
}

/** The nearest whole number; one that does not fit throws `RangeError` instead of wrapping around. */
export function wholeWithin(value: number, low: number, high: number): number {
  const whole = Math.round(value);
  if (!(whole >= low && whole <= high)) throw new RangeError("a number does not fit its place on the wire");
  return whole;
}
