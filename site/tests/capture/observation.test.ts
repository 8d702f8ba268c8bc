import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";

import { afterEach, beforeEach, expect, test } from "vitest";

import { Observer } from "../../sdk/capture/observation";
import { ASSETS } from "../../sdk/vision/assets.generated";
import { type VisionEngine, createVisionEngine } from "../../sdk/vision/engine";
import { PORTRAITS, cameraFrame } from "../support/pictures";

const assets = fileURLToPath(new URL("../../public/assets/", import.meta.url));
const FRAME_MS = 80;

let engine: VisionEngine;
let fetched: string[];

beforeEach(async () => {
  fetched = [];
  engine = await createVisionEngine({
    assets,
    signal: new AbortController().signal,
    fetchAsset: async (path) => {
      fetched.push(path.slice(assets.length));
      return new Response(await readFile(path));
    },
  });
});

afterEach(() => {
  engine.dispose();
});

test("a face that the mesh follows and the small detector misses is not looked for by the large one", async () => {
  const observer = new Observer(engine);
  const rolls = [0, 12, 24, 36, 48, ...Array<number>(20).fill(60)];
  const frames = rolls.map((rollDeg) => cameraFrame({ portrait: PORTRAITS.cleo, rollDeg }));

  const seen = [];
  for (const [number, frame] of frames.entries()) seen.push(await observer.see(frame, number * FRAME_MS));

  const last = frames.at(-1);
  expect(last === undefined ? null : await engine.glance(last)).toEqual([]);
  expect(seen.map(({ followed }) => followed !== null)).not.toContain(false);
  expect(fetched).not.toContain(ASSETS.ssd.file);
});
