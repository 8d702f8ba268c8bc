import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";

import { afterEach, describe, expect, test } from "vitest";

import { ASSETS } from "../../sdk/vision/assets.generated";
import type { SecondLook } from "../../sdk/vision/detection";
import { type VisionEngine, createVisionEngine } from "../../sdk/vision/engine";
import type { Frame } from "../../sdk/vision/frame";
import { PORTRAITS, cameraFrame } from "../support/pictures";

const assets = fileURLToPath(new URL("../../public/assets/", import.meta.url));

let engine: VisionEngine;
let fetched: string[] = [];

afterEach(() => {
  engine.dispose();
  expect(engine.tensorCount()).toBe(0);
});

/** The real engine; `withSsd: false` is a network that broke off after the start. */
async function start(secondLook: SecondLook, withSsd = true): Promise<void> {
  fetched = [];
  engine = await createVisionEngine({
    assets,
    secondLook,
    signal: new AbortController().signal,
    fetchAsset: async (path) => {
      fetched.push(path.slice(assets.length));
      if (!withSsd && path.endsWith(ASSETS.ssd.file)) throw new TypeError("Failed to fetch");
      return new Response(await readFile(path));
    },
  });
}

const hasAskedForSsd = (): boolean => fetched.includes(ASSETS.ssd.file);
const somebody = cameraFrame({ portrait: PORTRAITS.bea });
const nobody: Frame = { width: 640, height: 480, data: new Uint8ClampedArray(640 * 480 * 4).fill(128) };
// Lying on her side, which the small detector does not see and the large one does.
const onlyForSsd = cameraFrame({ portrait: PORTRAITS.cleo, rollDeg: 60 });

async function untilSsdIsThere(): Promise<void> {
  for (let frame = 0; frame < 200; frame += 1) {
    if ((await engine.look(onlyForSsd)).face !== null) return;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  throw new Error("the large detector never came");
}

describe("before a camera, the large detector", () => {
  test("is not fetched while the small one finds somebody, nor after one miss", async () => {
    await start("in-background");

    for (const frame of [somebody, nobody, somebody, nobody, somebody]) await engine.look(frame);

    expect(hasAskedForSsd()).toBe(false);
  });

  test("is fetched after two misses in a row, once, and then finds who was missed", async () => {
    await start("in-background");
    expect((await engine.look(onlyForSsd)).face).toBeNull();
    expect(hasAskedForSsd()).toBe(false);

    expect((await engine.look(onlyForSsd)).face).toBeNull();
    await untilSsdIsThere();

    expect(fetched.filter((file) => file === ASSETS.ssd.file)).toHaveLength(1);
    expect((await engine.look(onlyForSsd)).face?.detector).toBe("ssd");
    expect((await engine.look(somebody)).face?.detector).toBe("tiny");
  });

  test("is done without where it cannot be had", async () => {
    await start("in-background", false);

    for (let frame = 0; frame < 6; frame += 1) expect((await engine.look(onlyForSsd)).face).toBeNull();

    expect((await engine.look(somebody)).face?.detector).toBe("tiny");
    expect(fetched.filter((file) => file === ASSETS.ssd.file)).toHaveLength(1);
  });
});

describe("on a single picture, the large detector", () => {
  test("is waited for where the small one finds nobody", async () => {
    await start("at-once");

    expect((await engine.look(onlyForSsd)).face?.detector).toBe("ssd");
    expect((await engine.look(nobody)).face).toBeNull();
  });

  test("is not fetched where the small one finds somebody", async () => {
    await start("at-once");

    expect((await engine.look(somebody)).face?.detector).toBe("tiny");
    expect(hasAskedForSsd()).toBe(false);
  });
});
