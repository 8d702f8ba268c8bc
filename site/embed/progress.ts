import { type FileHandle, open, readFile, rm } from "node:fs/promises";

import type { Quality } from "../sdk/types";
import type { DetectorName } from "../sdk/vision/frame";
import type { Outcome } from "./record";

/** A picture as it was when it was embedded: another size or time is another picture. */
export interface Source {
  path: string;
  stamp: string;
}

/** Every finished picture, one JSON line each, beside the result: a killed run goes on where it stopped. */
export class Progress {
  private constructor(
    readonly file: string,
    readonly handle: FileHandle,
    readonly finished: Map<string, Outcome>,
  ) {}

  /**
   * Opens the progress kept in `file`. Kept under another `recipe` (another code, model or folder), it is begun anew:
   * two pipelines never meet in one result.
   */
  static async open(file: string, recipe: string): Promise<Progress> {
    const lines = (await readFile(file, "utf8").catch(() => "")).split("\n");
    lines.pop(); // empty, or torn off in the middle of a word
    const isOurs = lines[0] === head(recipe);
    const finished = new Map(isOurs ? lines.slice(1).map(parse) : []);
    const handle = await open(file, "w", 0o600);
    const progress = new Progress(file, handle, finished);
    // Written anew, so that a torn line never has another one behind it.
    await handle.writeFile([isOurs ? lines : [head(recipe)]].flat().map((line) => `${line}\n`).join("")); // prettier-ignore
    return progress;
  }

  get(source: Source): Outcome | undefined {
    return this.finished.get(key(source));
  }

  async add(source: Source, outcome: Outcome): Promise<void> {
    this.finished.set(key(source), outcome);
    await this.handle.appendFile(`${format(source, outcome)}\n`);
  }

  async close(): Promise<void> {
    await this.handle.close();
  }

  /** Once the result is written. */
  async remove(): Promise<void> {
    await this.close();
    await rm(this.file);
  }
}

const key = ({ path, stamp }: Source): string => `${stamp} ${path}`;
const head = (recipe: string): string => JSON.stringify({ recipe });

type Line = Source &
  (
    | { kind: "embedded"; descriptor: string; mirror: string; detector: DetectorName; quality: Quality }
    | { kind: "no-face" }
    | { kind: "unreadable"; why: string }
  );

function format({ path, stamp }: Source, outcome: Outcome): string {
  const source = { path, stamp };
  const line: Line =
    outcome.kind === "embedded"
      ? { ...source, ...outcome, descriptor: pack(outcome.descriptor), mirror: pack(outcome.mirror) }
      : { ...source, ...outcome };
  return JSON.stringify(line);
}

function parse(text: string): [string, Outcome] {
  const { path, stamp, ...rest } = JSON.parse(text) as Line;
  const outcome: Outcome =
    rest.kind === "embedded"
      ? { ...rest, descriptor: unpack(rest.descriptor), mirror: unpack(rest.mirror) }
      : rest;
  return [key({ path, stamp }), outcome];
}

function pack(values: Float32Array): string {
  return Buffer.from(values.buffer, values.byteOffset, values.byteLength).toString("base64");
}

function unpack(text: string): Float32Array {
  return new Float32Array(Uint8Array.from(Buffer.from(text, "base64")).buffer);
}
