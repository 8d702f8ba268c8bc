import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

const MATCHING = fileURLToPath(new URL("../../../layers/matching/", import.meta.url));

/** A constant of the server's own source: `NAME: Final = value`, with a number, a text or a tuple of numbers. */
export function pythonConstant(module: string, name: string): number | string | number[] {
  const source = readFileSync(`${MATCHING}${module}.py`, "utf8");
  const value = new RegExp(`^${name}(?:: Final)? = ([^#\\n]+)`, "m").exec(source)?.[1]?.trim();
  if (value === undefined) throw new Error(`layers/matching/${module}.py has no ${name}`);
  return JSON.parse(value.replace(/^\((.*)\)$/, "[$1]")) as number | string | number[];
}

/** The least and the greatest norm of a descriptor that the server's calibration lets pass. */
export function calibratedNorms(): [number, number] {
  const { gates } = JSON.parse(readFileSync(`${MATCHING}calibration.json`, "utf8")) as {
    gates: { norm: [number, number] };
  };
  return gates.norm;
}
