import type { GuidanceState } from "../../sdk";

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
};

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
};

const GENERAL_HINTS: readonly string[] = [
  "Light from the front, none from behind.",
  "Nothing over your eyes, nose or mouth.",
  "The camera at the height of your eyes, an arm’s length away.",
];

/** Share of all looks after which something counts as having been in the way. */
const OFTEN = 0.25;

/** What was most often in the way, or null when nothing stood out. */
export function mainTrouble(seen: ReadonlyMap<GuidanceState, number>): GuidanceState | null {
  const total = [...seen.values()].reduce((sum, count) => sum + count, 0);
  const [worst] = [...seen]
    .filter(([state, count]) => state in HINTS && count >= total * OFTEN)
    .sort(([, one], [, other]) => other - one);
  return worst?.[0] ?? null;
}

/** Hints after a refusal. They come from this device alone: the answer of the server says nothing about why. */
export function hintsAfter(trouble: GuidanceState | null): readonly string[] {
  const seen = trouble === null ? undefined : HINTS[trouble];
  return seen === undefined ? GENERAL_HINTS : [seen, ...GENERAL_HINTS];
}
