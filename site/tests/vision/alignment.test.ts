import { describe, expect, test } from "vitest";

import { CHIP_SIZE_PX, POINTS_ON_CHIP, type Similarity, chipPlacement, fitSimilarity, moved, scaleOf } from "../../sdk/vision/alignment"; // prettier-ignore

const placed = (scale: number, angleDeg: number, tx: number, ty: number): Similarity => {
  const angle = (angleDeg * Math.PI) / 180;
  return { a: scale * Math.cos(angle), b: scale * Math.sin(angle), tx, ty };
};

const CLOUD = Float32Array.from({ length: 136 }, (_, index) => 75 + 60 * Math.sin(index * 1.7 + (index % 2)));

describe("fitting a similarity", () => {
  test.each([
    [0.8, 0, 12, -7],
    [2.5, 18, 320, 240],
    [1, -170, 0, 0],
  ])("finds scale %s, angle %s and shift (%s, %s) again", (scale, angleDeg, tx, ty) => {
    const truth = placed(scale, angleDeg, tx, ty);

    const found = fitSimilarity(CLOUD, moved(CLOUD, truth));

    for (const key of ["a", "b", "tx", "ty"] as const) expect(found[key]).toBeCloseTo(truth[key], 3);
  });

  test("never mirrors: a mirror image is fitted badly instead", () => {
    const mirror = CLOUD.map((value, index) => (index % 2 === 0 ? -value : value));

    const { a, b, tx, ty } = fitSimilarity(CLOUD, mirror);

    const fitted = moved(CLOUD, { a, b, tx, ty });
    expect(Math.hypot(...fitted.map((value, index) => value - (mirror[index] ?? 0)))).toBeGreaterThan(100);
  });

  test("is the best there is: no small change of it comes closer", () => {
    const target = moved(CLOUD, placed(1.3, 10, 5, 5)).map(
      (value, index) => value + 4 * Math.cos(index * 2.3),
    );
    const best = fitSimilarity(CLOUD, target);
    const error = (one: Similarity): number =>
      moved(CLOUD, one).reduce((sum, value, index) => sum + (value - (target[index] ?? 0)) ** 2, 0);

    for (const key of ["a", "b", "tx", "ty"] as const) {
      for (const step of [-0.02, 0.02]) {
        expect(error({ ...best, [key]: best[key] + step })).toBeGreaterThan(error(best));
      }
    }
  });

  test("of one point has no scale, and says so in finite numbers", () => {
    const found = fitSimilarity(CLOUD, new Float32Array(136).fill(7));

    expect(scaleOf(found)).toBe(0);
    expect(Object.values(found).every(Number.isFinite)).toBe(true);
  });
});

describe("where the chip lies", () => {
  test("a quarter of the mean face's width is left around it", () => {
    const xs = POINTS_ON_CHIP.map(([, x]) => x);

    // The outer corners of dlib's mean eyes lie at .121737 and .858516 of its width.
    expect(Math.min(...xs)).toBeCloseTo(((0.25 + 0.121737) / 1.5) * CHIP_SIZE_PX, 4);
    expect(Math.max(...xs)).toBeCloseTo(((0.25 + 0.858516) / 1.5) * CHIP_SIZE_PX, 4);
    expect(POINTS_ON_CHIP).toHaveLength(33);
  });

  test("the eyes come to rest where dlib puts them, whatever size and roll the face has", () => {
    const face = faceInPicture(placed(1.9, 18, 200, 90));

    const { a, b } = chipPlacement(face);

    expect(Math.hypot(a, b)).toBeCloseTo(1.9, 3);
    expect((Math.atan2(b, a) * 180) / Math.PI).toBeCloseTo(18, 3);
  });

  test("jaw, brows and lower lip move nothing", () => {
    const face = faceInPicture(placed(1, 0, 0, 0));
    const grimace = face.map((value, index) => {
      const point = Math.floor(index / 2);
      const isLoose = point < 27 || (point >= 55 && point <= 59) || point >= 65;
      return isLoose ? value + 30 : value;
    });

    expect(chipPlacement(grimace)).toEqual(chipPlacement(face));
  });
});

/** The mean face seen through this placement; what does not place a face lies anywhere. */
function faceInPicture(placement: Similarity): Float32Array {
  const onChip = new Float32Array(136).map((_, index) => index);
  for (const [index, x, y] of POINTS_ON_CHIP) onChip.set([x, y], 2 * index);
  return moved(onChip, placement);
}
