/** The face mesh on its real model. Figures beside the bars: what was measured when they were set. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";

import type { VisionEngine } from "../../../sdk/vision/engine";
import type { Frame } from "../../../sdk/vision/frame";
import { landmarksOf } from "../../../sdk/vision/mesh/landmarks";
import { TRACK_INDICES, TRACK_POINT_COUNT, trackPoints } from "../../../sdk/vision/mesh/layout";
import type { FaceMesh } from "../../../sdk/vision/mesh/mesh";
import { interOcular } from "../../../sdk/vision/mesh/eyes";
import { MEAN_SHAPE } from "../../../sdk/vision/mesh/shape.generated";
import { measureSignals } from "../../../sdk/vision/signals/signals";
import { realEngine } from "../../support/engine";
import { PORTRAITS, cameraFrame } from "../../support/pictures";

let engine: VisionEngine;

beforeAll(async () => {
  engine = await realEngine();
});

afterAll(() => {
  engine.dispose();
});

async function meshIn(frame: Frame): Promise<FaceMesh> {
  engine.stopFollowing();
  const { face } = await engine.look(frame);
  const mesh = face && engine.follow(frame, face.box);
  if (mesh === null) throw new Error("no mesh");
  return mesh;
}

const at = ({ points }: FaceMesh, index: number): [number, number] => [points[3 * index] ?? 0, points[3 * index + 1] ?? 0]; // prettier-ignore
const wall: Frame = { width: 640, height: 480, data: new Uint8ClampedArray(640 * 480 * 4).fill(128) };

describe("the face mesh", () => {
  test("lies where the face is: eyes, nose, mouth, chin in their order, and 90 px between the eyes", async () => {
    for (const portrait of [PORTRAITS.ada, PORTRAITS.bea, PORTRAITS.cleo]) {
      const mesh = await meshIn(cameraFrame({ portrait }));

      expect(mesh.score).toBeGreaterThan(0.9);
      const px = interOcular(trackPoints(mesh.points));
      expect(px).toBeGreaterThan(80);
      expect(px).toBeLessThan(100);
      const heights = [10, 168, 1, 13, 152].map((index) => at(mesh, index)[1]);
      expect(heights).toEqual(heights.toSorted((a, b) => a - b));
      expect(at(mesh, 33)[0]).toBeLessThan(at(mesh, 263)[0]);
    }
  });

  test("lies on a rolled head as on an upright one: its points roll with it", async () => {
    const [upright, rolled] = [
      await meshIn(cameraFrame({ portrait: PORTRAITS.bea })),
      await meshIn(cameraFrame({ portrait: PORTRAITS.bea, rollDeg: 25 })),
    ];
    const roll = (mesh: FaceMesh): number => {
      const [[x0, y0], [x1, y1]] = [at(mesh, 33), at(mesh, 263)];
      return (Math.atan2(y1 - y0, x1 - x0) * 180) / Math.PI;
    };

    expect(roll(rolled) - roll(upright)).toBeGreaterThan(22);
    expect(roll(rolled) - roll(upright)).toBeLessThan(28);
  });

  test("is followed from frame to frame without a detector, and holds still on a still picture", async () => {
    const frame = cameraFrame({ portrait: PORTRAITS.bea });
    const first = await meshIn(frame);

    const later = Array.from({ length: 5 }, () => engine.follow(frame, null));

    for (const mesh of later) {
      const moved = first.points.map((value, index) => Math.abs(value - (mesh?.points[index] ?? Infinity)));
      expect(Math.max(...moved.filter((_, index) => index % 3 !== 2))).toBeLessThan(4); // 2.7: the crop finds its place
    }
  });

  test("is lost where the face is gone, and begins anew where a detector finds one", async () => {
    const frame = cameraFrame({ portrait: PORTRAITS.bea });
    await meshIn(frame);

    expect(engine.follow(wall, null)).toBeNull();
    expect(engine.follow(frame, null)).toBeNull();
    const { face } = await engine.look(frame);
    expect(engine.follow(frame, face?.box ?? null)).not.toBeNull();
  });

  test("is nobody's where a box of any kind shows none", () => {
    for (const box of [
      { x: 0, y: 0, width: 640, height: 480 },
      { x: -500, y: -500, width: 10, height: 10 },
      { x: 100, y: 100, width: 0, height: 0 },
      { x: Number.NaN, y: 0, width: 100, height: 100 },
      { x: 5_000, y: 5_000, width: 200, height: 200 },
    ]) {
      engine.stopFollowing();
      expect(engine.follow(wall, box)).toBeNull();
    }
  });

  test("gives a descriptor as the 68 landmarks do", async () => {
    for (const portrait of [PORTRAITS.ada, PORTRAITS.bea, PORTRAITS.cleo]) {
      const frame = cameraFrame({ portrait });
      const { face } = await engine.look(frame);
      const mesh = await meshIn(frame);
      if (face === null) throw new Error("no face");
      const [one, other] = await Promise.all([
        engine.describe(frame, face.landmarks),
        engine.describe(frame, landmarksOf(mesh.points)),
      ]);

      const apart = one?.descriptor.map((value, index) => value - (other?.descriptor[index] ?? Infinity));
      expect(Math.hypot(...(apart ?? [Infinity]))).toBeLessThan(0.1);
    }
  });

  test("leaves no tensor behind", async () => {
    const frame = cameraFrame({ portrait: PORTRAITS.bea });
    await meshIn(frame);
    const before = engine.tensorCount();

    for (let round = 0; round < 5; round += 1) engine.follow(frame, null);
    engine.follow(wall, null);

    expect(engine.tensorCount()).toBe(before);
  });
});

describe("the points that travel", () => {
  test("are 48 different ones, and the mean shape has each of them", () => {
    expect(TRACK_POINT_COUNT).toBe(48);
    expect(new Set(TRACK_INDICES).size).toBe(48);
    expect(MEAN_SHAPE).toHaveLength(48);
  });
});

describe("a frame's signals", () => {
  const withNoise = (frame: Frame, sd: number): Frame => {
    let state = 7;
    const uniform = (): number => (state = (state * 1_103_515_245 + 12_345) % 2_147_483_648) / 2_147_483_648;
    const data = frame.data.map((value, index) =>
      index % 4 === 3 ? 255 : value + 2 * sd * (uniform() + uniform() + uniform() - 1.5),
    );
    return { ...frame, data };
  };
  const withGrid = (frame: Frame, depth: number): Frame => ({
    ...frame,
    data: frame.data.map((value, index) => {
      const [x, y] = [(index >> 2) % frame.width, Math.floor((index >> 2) / frame.width)];
      return index % 4 === 3 ? 255 : value + depth * Math.cos(1.3 * x + 0.4 * y);
    }),
  });

  test("a grid over the face stands out of what a face and a camera's noise show", async () => {
    for (const portrait of [PORTRAITS.ada, PORTRAITS.bea, PORTRAITS.cleo]) {
      const frame = withNoise(cameraFrame({ portrait }), 3);
      const { points } = await meshIn(frame);

      const [clean = 255] = measureSignals(frame, points, 1);
      const [grid = 0] = measureSignals(withGrid(frame, 5), points, 1);

      expect(clean).toBeLessThan(32); // 20 to 29
      expect(grid).toBeGreaterThan(clean * 1.4);
    }
  });

  test("say the light of face and background apart, the chroma's spread, and how many there are", async () => {
    const frame = cameraFrame({ portrait: PORTRAITS.bea });
    const { points } = await meshIn(frame);
    const grey = frame.data.map((value, index) => (index % 4 === 3 ? value : (frame.data[4 * (index >> 2) + 1] ?? 0))); // prettier-ignore

    const [, chroma = 0, face = 0, background = 0, faces] = measureSignals(frame, points, 2);
    const [, none] = measureSignals({ ...frame, data: grey }, points, 2);

    expect(chroma).toBeGreaterThan(3);
    expect(none).toBe(0);
    expect(face).toBeGreaterThan(100);
    expect(Math.abs(background - 128)).toBeLessThanOrEqual(1);
    expect(faces).toBe(2);
  });

  test("are bytes, whatever the mesh says", () => {
    for (const value of [Number.NaN, Infinity, -1e9, 1e9, 0]) {
      const signals = measureSignals(wall, new Float32Array(468 * 3).fill(value), 1_000);
      expect(signals).toHaveLength(5);
      expect(signals[4]).toBe(255);
    }
  });
});
