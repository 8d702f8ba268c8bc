import type { Frame } from "../sdk/vision/frame";

/** How the camera was held, as EXIF counts: 1 is upright, 3 head down, 6 and 8 on its sides, even ones mirrored. */
export type Orientation = 1 | 2 | 3 | 4 | 5 | 6 | 7 | 8;

const ORIENTATION_TAG = 0x0112;
const ENTRY_BYTES = 12;

/** Reads the orientation out of an EXIF segment (TIFF, after any padding byte); 1 where it does not say. */
export function exifOrientation(segment: Uint8Array): Orientation {
  const start = segment.findIndex((byte) => byte === 0x49 || byte === 0x4d); // "II" or "MM"
  if (start < 0) return 1;
  const tiff = new DataView(segment.buffer, segment.byteOffset + start, segment.byteLength - start);
  const isLittle = segment[start] === 0x49;
  try {
    const directory = tiff.getUint32(4, isLittle);
    const entries = tiff.getUint16(directory, isLittle);
    for (let entry = 0; entry < entries; entry += 1) {
      const at = directory + 2 + entry * ENTRY_BYTES;
      if (tiff.getUint16(at, isLittle) !== ORIENTATION_TAG) continue;
      const value = tiff.getUint16(at + 8, isLittle);
      return value >= 1 && value <= 8 ? (value as Orientation) : 1;
    }
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
  }
  return 1;
}

/** Where the pixel (x, y) of the upright picture is found in the stored one of this size. */
const SOURCE: Record<Orientation, (x: number, y: number, width: number, height: number) => [number, number]> =
  {
    1: (x, y) => [x, y],
    2: (x, y, width) => [width - 1 - x, y],
    3: (x, y, width, height) => [width - 1 - x, height - 1 - y],
    4: (x, y, _width, height) => [x, height - 1 - y],
    5: (x, y) => [y, x],
    6: (x, y, _width, height) => [y, height - 1 - x],
    7: (x, y, width, height) => [width - 1 - y, height - 1 - x],
    8: (x, y, width) => [width - 1 - y, x],
  };

/** The picture as its camera saw it, as browsers show it. */
export function upright(frame: Frame, orientation: Orientation): Frame {
  if (orientation === 1) return frame;
  const isOnItsSide = orientation >= 5;
  const width = isOnItsSide ? frame.height : frame.width;
  const height = isOnItsSide ? frame.width : frame.height;
  const from = new Uint32Array(frame.data.buffer, frame.data.byteOffset, frame.width * frame.height);
  const into = new Uint32Array(width * height);
  for (let y = 0; y < height; y += 1) {
    for (let x = 0; x < width; x += 1) {
      const [sourceX, sourceY] = SOURCE[orientation](x, y, frame.width, frame.height);
      into[y * width + x] = from[sourceY * frame.width + sourceX] ?? 0;
    }
  }
  return { width, height, data: new Uint8ClampedArray(into.buffer) };
}
