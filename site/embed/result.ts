import { basename, dirname } from "node:path";

import type { Quality } from "../sdk/types";
import { MODEL, PIPELINE } from "../sdk/vision/model";
import { type Column, encodeNpz } from "./npz";
import type { Outcome } from "./record";

export interface Row {
  /** Relative to the folder that was embedded, with forward slashes. */
  path: string;
  outcome: Extract<Outcome, { kind: "embedded" }>;
}

const WHOLE_NUMBERS: readonly (keyof Quality)[] = ["faces_in_view"];

/** The .npz: `subject` (name of the picture's folder), `path`, `descriptor`, `mirror`, `detector`, and all of `Quality`. */
export function encodeResult(rows: readonly Row[]): Uint8Array {
  const text = (values: readonly string[]): Column => ({ kind: "text", values });
  const names = Object.keys(rows[0]?.outcome.quality ?? {}) as (keyof Quality)[];
  const quality = names.map((name): [string, Column] => {
    const values = rows.map(({ outcome }) => outcome.quality[name]);
    return [name, WHOLE_NUMBERS.includes(name) ? { kind: "int32", values } : { kind: "float32", values }];
  });
  return encodeNpz({
    subject: text(rows.map(({ path }) => basename(dirname(path)))),
    path: text(rows.map(({ path }) => path)),
    descriptor: { kind: "float32", rows: rows.map(({ outcome }) => outcome.descriptor), width: 128 },
    mirror: { kind: "float32", rows: rows.map(({ outcome }) => outcome.mirror), width: 128 },
    detector: text(rows.map(({ outcome }) => outcome.detector)),
    ...Object.fromEntries(quality),
    model: text([MODEL]),
    pipeline: text([PIPELINE]),
  });
}
