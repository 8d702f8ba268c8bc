import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";

import { type VisionEngine, createVisionEngine } from "../../sdk/vision/engine";

const assets = fileURLToPath(new URL("../../public/assets/", import.meta.url));

/** The real engine on the real models, read from where the build takes them. */
export async function realEngine(): Promise<VisionEngine> {
  return createVisionEngine({
    assets,
    signal: new AbortController().signal,
    fetchAsset: async (path) => new Response(await readFile(path)),
  });
}
