import { encode as encodePng } from "fast-png";
import { encode as encodeJpeg } from "jpeg-js";
import { describe, expect, test } from "vitest";

import { type Orientation, exifOrientation, upright } from "../../embed/orientation";
import { MAX_SIDE_PX, UnreadablePictureError, decodePicture, reduced } from "../../embed/picture";

const redAt = ({ width, data }: { width: number; data: Uint8ClampedArray }, x: number, y: number): number =>
  data[4 * (y * width + x)] ?? Number.NaN;

/** Bright in its top left quarter only. */
function corner(width: number, height: number): { width: number; height: number; data: Uint8ClampedArray } {
  const data = new Uint8ClampedArray(4 * width * height).fill(255);
  for (let y = 0; y < height; y += 1) {
    for (let x = 0; x < width; x += 1) {
      const isBright = x < width / 2 && y < height / 2;
      data.fill(isBright ? 220 : 30, 4 * (y * width + x), 4 * (y * width + x) + 3);
    }
  }
  return { width, height, data };
}

describe("decoding a picture", () => {
  test("reads a JPEG", () => {
    const { width, height, data } = encodeJpegOf(corner(64, 32));

    expect([width, height]).toEqual([64, 32]);
    expect(redAt({ width, data }, 5, 5)).toBeGreaterThan(200);
    expect(redAt({ width, data }, 60, 5)).toBeLessThan(60);
  });

  test.each([
    ["grey", 1, [50], 50],
    ["grey with alpha", 2, [50, 255], 50],
    ["colour", 3, [50, 60, 70], 50],
    ["colour with alpha", 4, [50, 60, 70, 255], 50],
    ["wholly transparent", 4, [50, 60, 70, 0], 255],
  ])("reads a PNG: %s", (_kind, channels, pixel, red) => {
    const values = Uint8Array.from({ length: 12 * channels }, (_, index) => pixel[index % channels] ?? 0);

    const frame = decodePicture(encodePng({ width: 4, height: 3, data: values, channels, depth: 8 }));

    expect([frame.width, frame.height]).toEqual([4, 3]);
    expect(redAt(frame, 2, 1)).toBe(red);
  });

  test("reads a PNG of 16 bits", () => {
    const data = new Uint16Array(12 * 3).fill(128 * 257);

    const frame = decodePicture(encodePng({ width: 4, height: 3, data, channels: 3, depth: 16 }));

    expect(redAt(frame, 0, 0)).toBe(128);
  });

  test.each([
    ["empty", new Uint8Array()],
    ["text", new TextEncoder().encode("not a picture")],
    ["a JPEG that was cut off", jpegBytes(corner(64, 64)).subarray(0, 200)],
    ["a PNG that was cut off", encodePng(pngOf(corner(64, 64))).subarray(0, 60)],
  ])("refuses a file that is %s, by name", (_what, bytes) => {
    expect(() => decodePicture(bytes)).toThrow(UnreadablePictureError);
  });

  test("turns a picture the way its camera was held", () => {
    const bytes = withOrientation(jpegBytes(corner(64, 32)), 6);

    const frame = decodePicture(bytes);

    expect([frame.width, frame.height]).toEqual([32, 64]);
    expect(redAt(frame, 28, 5)).toBeGreaterThan(200); // what lay top left lies top right
    expect(redAt(frame, 5, 5)).toBeLessThan(60);
  });

  test("reduces to a camera frame's size, each pixel the mean of its area", () => {
    const stripes = corner(1600, 800);
    for (let at = 0; at < stripes.data.length; at += 4) stripes.data.fill(at % 8 === 0 ? 0 : 200, at, at + 3);

    const frame = reduced(stripes, MAX_SIDE_PX);

    expect([frame.width, frame.height]).toEqual([640, 320]);
    const mean =
      frame.data.reduce((sum, value, index) => sum + (index % 4 === 0 ? value : 0), 0) / (640 * 320);
    expect(mean).toBeCloseTo(100, 0);
    const small = corner(640, 480);
    expect(reduced(small, MAX_SIDE_PX)).toBe(small);
  });
});

describe("orientation", () => {
  test.each([2, 3, 4, 5, 6, 7, 8] as const)("%s done twice or turned on comes back", (orientation) => {
    const frame = corner(6, 4);
    const back: Record<number, Orientation> = { 6: 8, 8: 6 };

    const twice = upright(upright(frame, orientation), back[orientation] ?? orientation);

    expect(twice).toEqual(frame);
  });

  test("is read in both byte orders, and is upright where a segment is torn", () => {
    expect(exifOrientation(exif(8, true))).toBe(8);
    expect(exifOrientation(exif(3, false))).toBe(3);
    expect(exifOrientation(exif(8, true).subarray(0, 14))).toBe(1);
    expect(exifOrientation(new Uint8Array())).toBe(1);
    expect(exifOrientation(exif(99, true))).toBe(1);
  });
});

/** A TIFF directory with one entry. */
function exif(orientation: number, isLittle: boolean): Uint8Array {
  const bytes = new Uint8Array(26);
  const view = new DataView(bytes.buffer);
  view.setUint16(0, isLittle ? 0x4949 : 0x4d4d);
  view.setUint16(2, 42, isLittle);
  view.setUint32(4, 8, isLittle);
  view.setUint16(8, 1, isLittle);
  view.setUint16(10, 0x0112, isLittle);
  view.setUint16(12, 3, isLittle);
  view.setUint32(14, 1, isLittle);
  view.setUint16(18, orientation, isLittle);
  return bytes;
}

function withOrientation(jpeg: Uint8Array, orientation: number): Uint8Array {
  const segment = Buffer.concat([Buffer.from("Exif\0\0"), exif(orientation, true)]);
  const size = Buffer.alloc(2);
  size.writeUInt16BE(segment.length + 2);
  return Buffer.concat([jpeg.subarray(0, 2), Uint8Array.of(0xff, 0xe1), size, segment, jpeg.subarray(2)]);
}

function jpegBytes({ width, height, data }: ReturnType<typeof corner>): Uint8Array {
  return encodeJpeg({ width, height, data: Buffer.from(data) }, 95).data;
}

const encodeJpegOf = (picture: ReturnType<typeof corner>): ReturnType<typeof corner> =>
  decodePicture(jpegBytes(picture));

function pngOf({ width, height, data }: ReturnType<typeof corner>): Parameters<typeof encodePng>[0] {
  return { width, height, data: new Uint8Array(data.buffer), channels: 4, depth: 8 };
}
