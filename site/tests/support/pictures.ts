import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";

import { decode } from "jpeg-js";

import type { Frame } from "../../sdk/vision/frame";

const demo = join(
  dirname(createRequire(import.meta.url).resolve("@vladmandic/face-api/package.json")),
  "demo",
);

/** One of the sample pictures inside face-api, as a frame. */
export function samplePicture(number: number): Frame {
  const { width, height, data } = decode(readFileSync(join(demo, `sample${number}.jpg`)), {
    useTArray: true,
  });
  return { width, height, data: new Uint8ClampedArray(data.buffer, data.byteOffset, data.byteLength) };
}
