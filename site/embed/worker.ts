/** One thread of `npm run embed`: pictures in, outcomes out. */
import "./commonjs"; // before the engine
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { parentPort, workerData } from "node:worker_threads";

import { engineFrom } from "./engine";
import { type Outcome, embedPicture } from "./record";

const { folder, assets } = workerData as { folder: string; assets: string };

const engine = await engineFrom(assets);

parentPort?.on("message", (path: string) => {
  void outcomeOf(path).then((outcome) => {
    parentPort?.postMessage(outcome);
  });
});
parentPort?.postMessage("ready");

async function outcomeOf(path: string): Promise<Outcome> {
  let bytes: Uint8Array;
  try {
    bytes = await readFile(join(folder, path));
  } catch {
    return { kind: "unreadable", why: "the file cannot be read" };
  }
  return embedPicture(engine, bytes);
}
