import { convertIndexedToRgb, decode as decodePng, hasPngSignature } from "fast-png";
import { decode as decodeJpeg } from "jpeg-js";

import type { Frame } from "../sdk/vision/frame";
import { type Orientation, exifOrientation, upright } from "./orientation";

/** What the camera's frames are reduced to (sdk/camera/video-frames.ts): a picture is worth no more than one. */
export const MAX_SIDE_PX = 640;

/** A file that holds no picture which can be read. The message is for whoever runs the command. */
export class UnreadablePictureError extends Error {
  override readonly name = "UnreadablePictureError";
}

/**
 * Decodes a JPEG or PNG file, turns it the way its camera was held and reduces it to the size of a camera frame.
 * Transparent pixels are white underneath. Throws `UnreadablePictureError`.
 */
export function decodePicture(bytes: Uint8Array): Frame {
  try {
    return reduced(hasPngSignature(bytes) ? fromPng(bytes) : fromJpeg(bytes), MAX_SIDE_PX);
  } catch (error) {
    const why = error instanceof Error ? error.message : "it cannot be decoded";
    throw new UnreadablePictureError(why, { cause: error });
  }
}

function fromJpeg(bytes: Uint8Array): Frame {
  if (bytes[0] !== 0xff || bytes[1] !== 0xd8) throw new Error("neither a JPEG nor a PNG");
  const picture = decodeJpeg(bytes, { useTArray: true }) as ReturnType<typeof decodeJpeg> & {
    data: Uint8Array;
    exifBuffer?: Uint8Array; // missing in its declarations
  };
  const { width, height, data, exifBuffer } = picture;
  const orientation: Orientation = exifBuffer === undefined ? 1 : exifOrientation(exifBuffer);
  return upright({ width, height, data: clamped(data) }, orientation);
}

function fromPng(bytes: Uint8Array): Frame {
  const png = decodePng(bytes);
  const isIndexed = png.palette !== undefined;
  if (!isIndexed && png.depth < 8) throw new Error(`a PNG of ${png.depth} bits a pixel`);
  const values = isIndexed ? convertIndexedToRgb(png) : png.data;
  const { width, height } = png;
  const channels = values.length / (width * height);
  const full = png.depth === 16 ? 257 : 1;
  const hasAlpha = channels === 2 || channels === 4;
  const isGrey = channels <= 2;
  const data = new Uint8ClampedArray(width * height * 4).fill(255);
  for (let pixel = 0; pixel < width * height; pixel += 1) {
    const at = pixel * channels;
    const alpha = hasAlpha ? (values[at + channels - 1] ?? 0) / full / 255 : 1;
    for (let channel = 0; channel < 3; channel += 1) {
      const value = (values[at + (isGrey ? 0 : channel)] ?? 0) / full;
      data[4 * pixel + channel] = alpha * value + (1 - alpha) * 255;
    }
  }
  return { width, height, data };
}

/** The picture with its longer side at most `sidePx`: every pixel the mean of the area that it covers. */
export function reduced(frame: Frame, sidePx: number): Frame {
  const scale = Math.max(frame.width, frame.height) / sidePx;
  if (scale <= 1) return frame;
  const width = Math.max(1, Math.round(frame.width / scale));
  const height = Math.max(1, Math.round(frame.height / scale));
  const columns = stretches(frame.width, width);
  const rows = stretches(frame.height, height);
  const data = new Uint8ClampedArray(width * height * 4).fill(255);
  rows.forEach((row, y) => {
    columns.forEach((column, x) => {
      const sum: [number, number, number] = [0, 0, 0];
      for (const [fromY, shareY] of row) {
        for (const [fromX, shareX] of column) {
          const at = 4 * (fromY * frame.width + fromX);
          const weight = shareX * shareY;
          sum[0] += weight * (frame.data[at] ?? 0);
          sum[1] += weight * (frame.data[at + 1] ?? 0);
          sum[2] += weight * (frame.data[at + 2] ?? 0);
        }
      }
      data.set(sum, 4 * (y * width + x));
    });
  });
  return { width, height, data };
}

/** Which pixels of `length` each of `into` new ones covers, and how much of the new one each of them makes up. */
function stretches(length: number, into: number): [index: number, share: number][][] {
  const stretch = length / into;
  return Array.from({ length: into }, (_, at) => {
    const [from, to] = [at * stretch, Math.min((at + 1) * stretch, length)];
    const first = Math.floor(from);
    const last = Math.min(Math.ceil(to), length);
    return Array.from({ length: last - first }, (_, offset): [number, number] => {
      const index = first + offset;
      return [index, (Math.min(index + 1, to) - Math.max(index, from)) / stretch];
    });
  });
}

function clamped(bytes: Uint8Array): Uint8ClampedArray {
  return new Uint8ClampedArray(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
