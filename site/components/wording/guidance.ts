import type { DotPlace, Guidance, GuidanceState, LivenessProfile, StepKind } from "../../sdk";
import { SETBACK_WORDS, type Setback } from "./setbacks";

/** One short sentence for each guidance state. A state without words does not compile. */
export const GUIDANCE_WORDS: Readonly<Record<GuidanceState, string>> = {
  "no-face": "No face in view. Look at the camera.",
  "too-far": "Come a little closer.",
  "too-close": "Move back a little.",
  "too-dark": "Too dark. Turn towards a light.",
  "too-bright": "Too bright. Turn away from the light.",
  "uneven-light": "One side is in shadow. Face the light.",
  blurred: "Blurred. Keep your head and the camera still.",
  "several-faces": "More than one face. Be alone in view.",
  "not-frontal": "Look straight at the camera.",
  "off-centre": "Move your face into the outline.",
  "turn-left": "Turn your head a little to your left.",
  "turn-right": "Now a little to your right.",
  "turn-less": "Not quite so far.",
  "come-closer": "Straight again, and a little closer.",
  "move-back": "Straight again, and a little further back.",
  "hold-still": "Good. Hold still.",
  captured: "Done. Keep looking.",
  "page-hidden": "Paused while this page is in the background.",
  "follow-dot": "Point your nose at the dot.",
  "turn-more": "A little further, to the dot.",
  "turn-slower": "A little slower.",
  "other-way": "The other way, to the dot.",
  "close-eyes": "Close your eyes until the sound.",
  "open-eyes": "Open your eyes.",
  "wait-for-step": "Good. Stay like this.",
  "camera-too-slow": "The camera is slow. More light helps.",
  "look-again": "Once more, from the start.",
};

/** What a state means while a certain step is asked for, where that is not what it means elsewhere. */
const STEP_WORDS: Readonly<Partial<Record<StepKind, Readonly<Partial<Record<GuidanceState, string>>>>>> = {
  look: { "follow-dot": "Straight into the camera.", "hold-still": "Good. Keep looking." },
  turn: { "hold-still": "Good. Stay there." },
  close_eyes: { "hold-still": "Good. Look at the camera." },
  closer: {
    "come-closer": "Lean in until the rings meet.",
    "move-back": "A little too close. Back a bit.",
  },
};

const EIGHTH = Math.PI / 4;
/** From the person's right, clockwise as a mirror shows it. */
const WAYS: readonly string[] = [
  "to your right",
  "down to your right",
  "down",
  "down to your left",
  "to your left",
  "up to your left",
  "up",
  "up to your right",
];

/**
 * What to say of this guidance: in a dot's place its direction, for whoever does not see the dot.
 *
 * @param setback - why the try before this one ended, of `look-again`.
 */
export function guidanceWords(
  { state, step }: Guidance,
  profile: LivenessProfile,
  setback: Setback | null = null,
): string {
  if (state === "look-again" && setback !== null) return SETBACK_WORDS[setback].again;
  if (step === undefined) return GUIDANCE_WORDS[state];
  const ofStep = STEP_WORDS[step.kind]?.[state] ?? GUIDANCE_WORDS[state];
  if (step.kind !== "turn" || step.target === undefined || profile !== "screen-reader") return ofStep;
  const way = wayOf(step.target);
  if (state === "follow-dot") return `Turn your head ${way}.`;
  if (state === "turn-more") return `A little further ${way}.`;
  return state === "other-way" ? `The other way: ${way}.` : ofStep;
}

function wayOf({ x, y }: DotPlace): string {
  const eighth = Math.round(Math.atan2(y, x) / EIGHTH);
  return WAYS[(eighth + WAYS.length) % WAYS.length] ?? "";
}

/** What this device noticed while it looked, for somebody who was not let in and wonders what to change. */
const HINTS: Readonly<Partial<Record<GuidanceState, string>>> = {
  "no-face": "Your face was often out of view. Put the camera at the height of your eyes.",
  "too-far": "You were often far away. An arm’s length from the camera works well.",
  "too-close": "You were often very close. An arm’s length from the camera works well.",
  "too-dark": "It was often dark. A lamp or window in front of you helps.",
  "too-bright":
    "It was often very bright. Turn so that the light does not shine straight at you or the camera.",
  "uneven-light": "One side of your face was often in shadow. Turn so that the light comes from the front.",
  blurred: "The picture was often blurred. Wipe the lens and rest the device on something.",
  "several-faces": "Somebody else was often in view. You should be alone in the picture.",
  "not-frontal": "Your head was often turned. Look straight at the camera.",
  "off-centre": "Your face was often at the edge. Keep it inside the outline.",
  "turn-more": "The turns were often small. Point your nose all the way at the dot.",
  "turn-slower": "You often turned fast. Take a second for each step.",
  "other-way": "You often turned away from the dot. The picture is a mirror: follow what you see.",
  "camera-too-slow": "The camera was often slow. More light makes it faster.",
};

const GENERAL_HINTS: readonly string[] = [
  "Light from the front, none from behind.",
  "Nothing over your eyes, nose or mouth.",
  "The camera at the height of your eyes, an arm’s length away.",
];

/** Share of all looks after which something counts as having been in the way. */
const OFTEN = 0.25;

/** What was in the way: a try that did not work out, else what was seen most often, else nothing that stood out. */
export type Trouble = GuidanceState | Setback;

/**
 * @param seen - how often each state was seen.
 * @param setbacks - why tries ended, the latest last.
 */
export function mainTrouble(
  seen: ReadonlyMap<GuidanceState, number>,
  setbacks: readonly Setback[] = [],
): Trouble | null {
  const latest = setbacks.at(-1);
  if (latest !== undefined) return latest;
  const total = [...seen.values()].reduce((sum, count) => sum + count, 0);
  const [worst] = [...seen]
    .filter(([state, count]) => state in HINTS && count >= total * OFTEN)
    .sort(([, one], [, other]) => other - one);
  return worst?.[0] ?? null;
}

/** Hints after a refusal. They come from this device alone: the answer of the server says nothing about why. */
export function hintsAfter(trouble: Trouble | null): readonly string[] {
  const seen = trouble === null ? undefined : hintFor(trouble);
  return seen === undefined ? GENERAL_HINTS : [seen, ...GENERAL_HINTS];
}

function hintFor(trouble: Trouble): string | undefined {
  return isSetback(trouble) ? SETBACK_WORDS[trouble].hint : HINTS[trouble];
}

function isSetback(trouble: Trouble): trouble is Setback {
  return trouble in SETBACK_WORDS;
}
