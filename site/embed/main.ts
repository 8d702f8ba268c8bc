/** `npm run embed -- DIR OUT`: every picture under DIR through the browser's own pipeline, into OUT (.npz). */
import { createHash } from "node:crypto";
import { readFile, readdir, rename, stat, writeFile } from "node:fs/promises";
import { join, relative, resolve, sep } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";

import { runAll } from "./pool";
import { Progress, type Source } from "./progress";
import type { Outcome } from "./record";
import { type Row, encodeResult } from "./result";

const USAGE = "usage: npm run embed -- DIR OUT.npz [--workers N]";
const PICTURE = /\.(jpe?g|png)$/i;
const SAY_EVERY_MS = 2_000;

const workerScript = new URL("./worker.js", import.meta.url);

export async function main(argv: readonly string[], cwd: string, assets: string): Promise<number> {
  const given = understood(argv);
  if (given === null) return say(USAGE, 2);
  const folder = resolve(cwd, given.folder);
  const out = resolve(cwd, given.out);
  const sources = await picturesIn(folder);
  if (sources === null) return say(`${folder} is not a folder that can be read`, 2);
  if (sources.length === 0) return say(`no .jpg and no .png under ${folder}`, 1);

  const progress = await Progress.open(`${out}.progress`, await recipe(folder));
  const waiting = sources.filter((source) => progress.get(source) === undefined);
  const told = reporter(sources.length, sources.length - waiting.length);
  const byPath = new Map(waiting.map((source) => [source.path, source]));
  await runAll<Outcome>({
    paths: waiting.map(({ path }) => path),
    count: given.workers,
    script: workerScript,
    workerData: { folder, assets },
    failed: (why) => ({ kind: "unreadable", why }),
    onOutcome: async (path, outcome) => {
      const source = byPath.get(path);
      if (source !== undefined) await progress.add(source, outcome);
      told();
    },
  });

  const outcomes = sources.map(({ path, stamp }) => ({ path, outcome: progress.get({ path, stamp }) }));
  const rows = outcomes.filter((one): one is Row => one.outcome?.kind === "embedded");
  await writeFile(`${out}.part`, encodeResult(rows));
  await rename(`${out}.part`, out);
  await progress.remove();
  return summary(outcomes, rows.length, out);
}

function understood(argv: readonly string[]): { folder: string; out: string; workers: number } | null {
  try {
    const { values, positionals } = parseArgs({
      args: [...argv],
      allowPositionals: true,
      options: { workers: { type: "string", default: "1" } },
    });
    const [folder, out, ...more] = positionals;
    const workers = Number(values.workers);
    if (folder === undefined || out === undefined || more.length > 0) return null;
    return Number.isInteger(workers) && workers >= 1 ? { folder, out, workers } : null;
  } catch {
    return null;
  }
}

async function picturesIn(folder: string): Promise<Source[] | null> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => null);
  if (entries === null) return null;
  const files = entries
    .filter((entry) => PICTURE.test(entry.name) && !entry.isDirectory())
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
  return Promise.all(
    files.map(async (file) => {
      const found = await stat(file).catch(() => null);
      const stamp = found === null ? "gone" : `${found.size}-${found.mtimeMs}`;
      return { path: relative(folder, file).split(sep).join("/"), stamp };
    }),
  );
}

/** What a row depends on besides its picture: this very code (models pinned inside), and where pictures lie. */
async function recipe(folder: string): Promise<string> {
  const code = await Promise.all(
    (await readdir(fileURLToPath(new URL(".", import.meta.url)), { recursive: true }))
      .filter((file) => file.endsWith(".js"))
      .sort()
      .map(async (file) => readFile(new URL(file, import.meta.url))),
  );
  return createHash("sha256").update(Buffer.concat(code)).update(folder).digest("hex");
}

function reporter(total: number, before: number): () => void {
  const startedMs = performance.now();
  let saidMs = -Infinity;
  let done = before;
  if (before > 0) process.stderr.write(`${before} of ${total} were done by an earlier run\n`);
  return () => {
    done += 1;
    const nowMs = performance.now();
    if (nowMs - saidMs < SAY_EVERY_MS && done < total) return;
    saidMs = nowMs;
    const perSecond = (done - before) / ((nowMs - startedMs) / 1000);
    const leftS = Math.round((total - done) / perSecond);
    const line = `${done} of ${total}, ${perSecond.toFixed(1)} a second, ${leftS} s left`;
    process.stderr.write(
      process.stderr.isTTY ? `\r${line.padEnd(60)}${done === total ? "\n" : ""}` : `${line}\n`,
    );
  };
}

function summary(
  outcomes: readonly { path: string; outcome: Outcome | undefined }[],
  embedded: number,
  out: string,
): number {
  const unreadable = outcomes.flatMap(({ path, outcome }) =>
    outcome?.kind === "unreadable" ? [`${path}: ${outcome.why}`] : [],
  );
  const faceless = outcomes.flatMap(({ path, outcome }) => (outcome?.kind === "no-face" ? [path] : []));
  for (const line of unreadable) process.stderr.write(`unreadable: ${line}\n`);
  for (const path of faceless) process.stderr.write(`no face found: ${path}\n`);
  return say(
    `${embedded} of ${outcomes.length} pictures embedded, ` +
      `${faceless.length} without a face, ${unreadable.length} unreadable: ${out}`,
    embedded > 0 ? 0 : 1,
  );
}

function say(line: string, status: number): number {
  process.stderr.write(`${line}\n`);
  return status;
}
