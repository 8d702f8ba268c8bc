import type { LiveQuality } from "../types";
import type { Step } from "./script";

/** How many frontal looks a probe takes, as things look after these. Pure. */
export function probesWanted(taken: readonly LiveQuality[]): number {
  const worth = taken.reduce((sum, quality) => sum + worthOf(quality), 0);
  const last = taken.at(-1);
  const next = last === undefined ? WORTH.good : worthOf(last);
  const missing = Math.max(0, Math.ceil((1 - worth) / next - SLACK));
  return Math.min(MAX_PROBES, Math.max(MIN_PROBES, taken.length + missing));
}

/**
 * How many descriptors the look at `index` takes. The last one takes all that are still missing; before it one each,
 * and the first one two where no other look is known of yet: what is taken early need not be waited for at the end.
 *
 * `steps`: those known so far; `isLastAct`: whether more follow them.
 */
export function capturesOfLook(
  steps: readonly Step[],
  index: number,
  { isLastAct, taken, before }: { isLastAct: boolean; taken: readonly LiveQuality[]; before: number },
): number {
  if (steps[index]?.capture !== true) return 0;
  const looks = steps.flatMap(({ kind, capture }, at) => (kind === "look" && capture ? [at] : []));
  if (isLastAct && index === looks.at(-1)) return Math.max(1, probesWanted(taken) - before);
  return index === looks[0] && looks.length === 1 ? 2 : 1;
}

const MIN_PROBES = 3;
const MAX_PROBES = 5;
// A look in poor conditions says less, so it takes more of them: five are worth three good ones.
const WORTH = { good: 1 / MIN_PROBES, poor: 1 / MAX_PROBES };
const SLACK = 1e-9; // thirds do not add up to one in binary

// Within the guidance's bars, but near enough to them that descriptors scatter more.
const GOOD = {
  interOcularPx: 60,
  luminance: [80, 190],
  underExposed: 0.15,
  overExposed: 0.08,
  uniformity: 0.62,
  sharpness: 7,
} as const;

function worthOf(quality: LiveQuality): number {
  const isGood =
    quality.inter_ocular_px >= GOOD.interOcularPx &&
    quality.luminance_mean >= GOOD.luminance[0] &&
    quality.luminance_mean <= GOOD.luminance[1] &&
    quality.under_exposed <= GOOD.underExposed &&
    quality.over_exposed <= GOOD.overExposed &&
    quality.uniformity >= GOOD.uniformity &&
    quality.sharpness >= GOOD.sharpness;
  return isGood ? WORTH.good : WORTH.poor;
}
