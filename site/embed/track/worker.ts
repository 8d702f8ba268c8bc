/** One thread of `npm run track`: clips in, tracks out. */
import "../commonjs"; // before the engine
import { join } from "node:path";
import { parentPort, workerData } from "node:worker_threads";

import { engineFrom } from "../engine";
import { type TrackOptions, type TrackedClip, type Unreadable, trackClip } from "./record";

const { folder, assets, options } = workerData as { folder: string; assets: string; options: TrackOptions };
const engine = await engineFrom(assets);

parentPort?.on("message", (path: string) => {
  void outcomeOf(path).then((outcome) => {
    parentPort?.postMessage(outcome);
  });
});
parentPort?.postMessage("ready");

async function outcomeOf(path: string): Promise<TrackedClip | Unreadable> {
  try {
    return await trackClip(engine, join(folder, path), options);
  } catch (error) {
    return { kind: "unreadable", why: error instanceof Error ? error.message : "it cannot be read" };
  }
}
