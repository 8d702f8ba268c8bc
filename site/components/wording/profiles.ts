import type { LivenessProfile } from "../../sdk";
import type { Words } from "./words";

export interface ProfileWords {
  readonly name: string;
  readonly text: string;
}

/** The ways to show that one is there. Each is held to the same security; none says anything about a person. */
export const PROFILE_WORDS: Readonly<Record<LivenessProfile, ProfileWords>> = {
  standard: {
    name: "Usual",
    text: "Follow a dot with your nose, and sometimes close your eyes until a sound.",
  },
  "no-head-turn": {
    name: "Without turning the head",
    text: "Lean in, lean back and close your eyes until a sound. Asks for a code from your mailbox as well.",
  },
  "no-sound": {
    name: "Without sound",
    text: "Nothing to listen for: only dots to follow.",
  },
  "no-eye-closing": {
    name: "Without closing the eyes",
    text: "Only dots to follow, with a soft tone for each.",
  },
  "screen-reader": {
    name: "With spoken directions",
    text: "Directions in words for a screen reader, and a tone that rises as you get there. Leaves more time.",
  },
  "reduced-motion": {
    name: "With less motion",
    text: "The usual steps; nothing on the page glides or fades.",
  },
};

/** When a way alone is not proof enough and this device has not confirmed the mailbox. */
export const MAILBOX_TOO: Words = {
  title: "This way needs your mailbox, too",
  text: "On its own it keeps strangers out less well than the others. With a code from your mailbox it is as safe as they are.",
};

/** Where a face alone counts and a code came in. */
export const NO_CODES = `A code does not count for this, nor does looking “${PROFILE_WORDS["no-head-turn"].name}”, which takes one as well. Every other way to look does: choose it below the camera.`;

/** When the way that this device remembers is not among those that there are. */
export function otherWay(remembered: LivenessProfile): Words {
  return {
    title: "Another way to look, this time",
    text: `“${PROFILE_WORDS[remembered].name}” is not for this: it takes a code from your mailbox as well. “${PROFILE_WORDS.standard.name}” is chosen instead. The others are below the camera.`,
  };
}
