/** `npm run track -- INPUT OUT`: clips through the browser's own networks, frame by frame, into OUT (.npz). */
import { readdir, rename, stat, writeFile } from "node:fs/promises";
import { basename, dirname, join, relative, resolve, sep } from "node:path";
import { parseArgs } from "node:util";

import { runAll } from "../pool";
import { PICTURE, Y4M } from "./clips";
import type { TrackOptions, TrackedClip, Unreadable } from "./record";
import { type Row, encodeTracks } from "./result";

const USAGE = `usage: npm run track -- INPUT OUT.npz [--descriptors EVERY] [--look EVERY] [--fps N] [--workers N]
INPUT: a .y4m file, a picture, or a folder: each .y4m under it is a clip, each folder of pictures under it is one too
--descriptors EVERY   a descriptor of every EVERYth frame (0: none)
--look EVERY          detector, 68 landmarks and quality of every EVERYth frame (1: all)
--fps N               of folders of pictures (15)`;

const workerScript = new URL("./track-worker.js", import.meta.url);

interface Given {
  input: string;
  out: string;
  workers: number;
  options: TrackOptions;
}

export async function main(argv: readonly string[], cwd: string, assets: string): Promise<number> {
  const given = understood(argv);
  if (given === null) return say(USAGE, 2);
  const clips = await clipsIn(resolve(cwd, given.input));
  if (clips === null) return say(`${given.input} cannot be read`, 2);
  if (clips.paths.length === 0) return say(`no clip under ${given.input}`, 1);

  const outcomes = new Map<string, TrackedClip | Unreadable>();
  const startedMs = performance.now();
  const workerData = { folder: clips.folder, assets, options: given.options };
  await runAll<TrackedClip | Unreadable>({
    paths: clips.paths,
    count: given.workers,
    script: workerScript,
    workerData,
    failed: (why) => ({ kind: "unreadable", why }),
    onOutcome: async (path, outcome) => {
      outcomes.set(path, outcome);
      return Promise.resolve();
    },
  });

  const rows: Row[] = [];
  for (const path of clips.paths) {
    const outcome = outcomes.get(path);
    if (outcome?.kind === "tracked") rows.push({ path, outcome });
    else say(`unreadable: ${path}: ${outcome?.why ?? "its worker died"}`, 0);
  }
  const out = resolve(cwd, given.out);
  await writeFile(`${out}.part`, encodeTracks(rows));
  await rename(`${out}.part`, out);
  const frames = rows.flatMap(({ outcome }) => outcome.frames);
  const found = frames.filter(({ mesh }) => mesh !== null).length;
  const ms = ((performance.now() - startedMs) * given.workers) / Math.max(frames.length, 1);
  return say(
    `${rows.length} of ${clips.paths.length} clips, ${frames.length} frames, ${found} with a mesh, ` +
      `${ms.toFixed(0)} ms a frame: ${out}`,
    found > 0 ? 0 : 1,
  );
}

function understood(argv: readonly string[]): Given | null {
  try {
    const { values, positionals } = parseArgs({
      args: [...argv],
      allowPositionals: true,
      options: {
        descriptors: { type: "string", default: "0" },
        look: { type: "string", default: "1" },
        fps: { type: "string", default: "15" },
        workers: { type: "string", default: "1" },
      },
    });
    const [input, out, ...more] = positionals;
    const [descriptorEvery, lookEvery, workers] = [values.descriptors, values.look, values.workers].map(Number) as [number, number, number]; // prettier-ignore
    const picturesPerSecond = Number(values.fps);
    if (input === undefined || out === undefined || more.length > 0) return null;
    if (![descriptorEvery, lookEvery, workers].every(Number.isInteger)) return null;
    if (descriptorEvery < 0 || lookEvery < 1 || workers < 1 || !(picturesPerSecond > 0)) return null;
    return { input, out, workers, options: { descriptorEvery, lookEvery, picturesPerSecond } };
  } catch {
    return null;
  }
}

async function clipsIn(input: string): Promise<{ folder: string; paths: string[] } | null> {
  const found = await stat(input).catch(() => null);
  if (found === null) return null;
  if (!found.isDirectory()) return { folder: dirname(input), paths: [basename(input)] };
  const entries = await readdir(input, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => !entry.isDirectory());
  const paths = new Set(
    files.flatMap((entry) => {
      if (Y4M.test(entry.name)) return [join(entry.parentPath, entry.name)];
      return PICTURE.test(entry.name) ? [entry.parentPath] : [];
    }),
  );
  const named = (path: string): string => relative(input, path).split(sep).join("/") || ".";
  return { folder: input, paths: [...paths].map(named).sort() };
}

function say(line: string, status: number): number {
  process.stderr.write(`${line}\n`);
  return status;
}
