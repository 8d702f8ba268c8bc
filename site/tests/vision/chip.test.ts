import { describe, expect, test } from "vitest";

import { CHIP_SIZE_PX } from "../../sdk/vision/alignment";
import { cutChip, mirrored } from "../../sdk/vision/chip";
import type { Frame } from "../../sdk/vision/frame";

/** A picture whose pixel at (x, y) has this colour in all channels. */
function painted(width: number, height: number, colour: (x: number, y: number) => number): Frame {
  const data = new Uint8ClampedArray(4 * width * height).fill(255);
  for (let y = 0; y < height; y += 1) {
    for (let x = 0; x < width; x += 1) {
      data.fill(colour(x, y), 4 * (y * width + x), 4 * (y * width + x) + 3);
    }
  }
  return { width, height, data };
}

const at = (chip: Float32Array, x: number, y: number): number =>
  chip[3 * (y * CHIP_SIZE_PX + x)] ?? Number.NaN;

describe("cutting a chip", () => {
  test("of the picture's own size shows each of its pixels in its place", () => {
    const frame = painted(200, 200, (x, y) => 0.6 * x + 0.4 * y);

    const chip = cutChip(frame, { a: 1, b: 0, tx: 20, ty: 30 });

    for (const [x, y] of [[0, 0], [10, 99], [149, 149]] as const) {
      expect(at(chip, x, y)).toBeCloseTo(0.6 * (x + 20) + 0.4 * (y + 30), 0);
    } // prettier-ignore
  });

  test("of a larger face means over the area: stripes finer than a pixel become their mean", () => {
    const frame = painted(900, 900, (x) => (x % 2 === 0 ? 0 : 200));

    const chip = cutChip(frame, { a: 6, b: 0, tx: 0, ty: 0 });

    for (const x of [5, 70, 140]) expect(Math.abs(at(chip, x, 75) - 100)).toBeLessThan(2);
  });

  test("of a rolled face turns it upright", () => {
    // Brighter to the right of the picture; the chip lies in it turned by 90 degrees, so: brighter downwards.
    const frame = painted(150, 150, (x) => x);

    const chip = cutChip(frame, { a: 0, b: -1, tx: 0, ty: 150 });

    expect(at(chip, 20, 100)).toBeCloseTo(100, 0);
    expect(at(chip, 100, 20)).toBeCloseTo(20, 0);
  });

  test("is black where the picture ends", () => {
    const frame = painted(150, 150, () => 180);

    const chip = cutChip(frame, { a: 1, b: 0, tx: -50, ty: 0 });

    expect(at(chip, 20, 75)).toBe(0);
    expect(at(chip, 80, 75)).toBeCloseTo(180, 3);
  });

  test("channels stay apart", () => {
    const frame = painted(150, 150, () => 0);
    for (let pixel = 0; pixel < 150 * 150; pixel += 1) frame.data.set([10, 20, 30], 4 * pixel);

    const chip = cutChip(frame, { a: 1, b: 0, tx: 0, ty: 0 });

    expect(Array.from(chip.subarray(30_000, 30_003), Math.round)).toEqual([10, 20, 30]);
  });
});

test("a mirror swaps left and right and nothing else", () => {
  const chip = cutChip(
    painted(150, 150, (x, y) => x + (y % 50)),
    { a: 1, b: 0, tx: 0, ty: 0 },
  );

  const mirror = mirrored(chip);

  expect(at(mirror, 10, 30)).toBe(at(chip, 139, 30));
  expect(mirrored(mirror)).toEqual(chip);
});
