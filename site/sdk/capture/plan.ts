import { type Baseline, type Pose, STRAIGHT } from "../guidance/pose";
import type { CapturePurpose, LiveQuality, Quality } from "../types";

/** What a ceremony knows of a capture when it decides on the next one. */
export interface Taken {
  quality: Quality;
  /** As the guidance measured it: turns and distances are compared with this. */
  live: LiveQuality;
}

/** How many captures a ceremony takes, and how the next one is wanted. Pure. */
export interface Plan {
  /** 3 to 5, as things look after these captures. */
  wanted(taken: readonly Taken[]): number;
  /** `askedMs`: how long the person has been asked for this very view. */
  pose(taken: readonly Taken[], askedMs: number): Pose;
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

const PROBE: Plan = {
  wanted: (taken) => {
    const worth = taken.reduce((sum, { quality }) => sum + worthOf(quality), 0);
    const last = taken.at(-1);
    const next = last === undefined ? WORTH.good : worthOf(last.quality);
    const missing = Math.max(0, Math.ceil((1 - worth) / next - SLACK));
    return Math.min(MAX_PROBES, Math.max(MIN_PROBES, taken.length + missing));
  },
  pose: () => STRAIGHT,
};

// Some necks do not turn, and not everybody can come closer: whoever does not follow for so long is taken as they
// are. Templates of one view are worth less than of several, and more than none.
const PATIENCE_MS = 4_000;
// Nearer than this nobody is asked to come closer: the detector would lose the face.
const ROOM_TO_COME_CLOSER_PX = 115;

const ENROLMENT: Plan = {
  wanted: () => VIEWS.length,
  pose: (taken, askedMs) => {
    const first = taken[0];
    const view = VIEWS[taken.length];
    if (first === undefined || view === undefined || askedMs >= PATIENCE_MS) return STRAIGHT;
    return view(first.live);
  },
};

/** What templates are made of: what differs between sign-ins is how a head is held and how far away it is. */
const VIEWS: readonly ((from: Baseline) => Pose)[] = [
  () => STRAIGHT,
  (from) => ({ kind: "left", from }),
  (from) => ({ kind: "right", from }),
  (from) => ({ kind: from.inter_ocular_px <= ROOM_TO_COME_CLOSER_PX ? "closer" : "further", from }),
];

export function planFor(purpose: CapturePurpose): Plan {
  return purpose === "enrolment" ? ENROLMENT : PROBE;
}

function worthOf(quality: Quality): number {
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
