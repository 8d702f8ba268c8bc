import { readFile } from "node:fs/promises";

import { type VisionEngine, createVisionEngine } from "../sdk/vision/engine";

/** The engine for Node: its models from files, and every picture looked at as hard as need be. */
export async function engineFrom(assets: string): Promise<VisionEngine> {
  return createVisionEngine({
    assets,
    signal: new AbortController().signal,
    fetchAsset: async (path) => new Response(await readFile(path)),
    secondLook: "at-once",
  });
}
