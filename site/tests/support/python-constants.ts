import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

const LAYERS = fileURLToPath(new URL("../../../layers/", import.meta.url));
const MATCHING = `${LAYERS}matching/`;

/** A constant of the server's own source: `NAME: Final = value`, with a number, a text or a tuple of numbers. */
export function pythonConstant(
  module: string,
  name: string,
  layer: "matching" | "service" = "matching",
): number | string | number[] {
  const source = readFileSync(`${LAYERS}${layer}/${module}.py`, "utf8");
  const value = new RegExp(`^${name}(?:: Final)? = ([^#\\n]+)`, "m").exec(source)?.[1]?.trim();
  if (value === undefined) throw new Error(`layers/${layer}/${module}.py has no ${name}`);
  return JSON.parse(value.replace(/^\((.*)\)$/, "[$1]")) as number | string | number[];
}

/** The least and the greatest norm of a descriptor that the server's calibration lets pass. */
export function calibratedNorms(): [number, number] {
  const { gates } = JSON.parse(readFileSync(`${MATCHING}calibration.json`, "utf8")) as {
    gates: { norm: [number, number] };
  };
  return gates.norm;
}

/** The longest that an act of a profile may take by the server's clock (liveness/profiles.py), seconds. */
export function actSeconds(profile: string): number {
  const source = readFileSync(`${MATCHING}liveness/profiles.py`, "utf8");
  const own = new RegExp(`id="${profile}"(?:(?!id=)[^])*?max_act_s=(\\d+)`).exec(source)?.[1];
  const inherited = new RegExp(`replace\\(_(?:STANDARD|OPEN_EYED), id="${profile}"\\)`).test(source);
  if (own === undefined && !inherited) throw new Error(`liveness/profiles.py has no ${profile}`);
  return inherited ? actSeconds("standard") : Number(own);
}
