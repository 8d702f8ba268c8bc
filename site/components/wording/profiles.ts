import type { LivenessProfile } from "../../sdk";

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
    text: "Come closer, move back and close your eyes. Takes a little longer.",
  },
  "no-sound": {
    name: "Without sound",
    text: "Nothing to listen for: only dots to follow.",
  },
  "no-eye-closing": {
    name: "Without closing the eyes",
    text: "Only dots to follow.",
  },
  "screen-reader": {
    name: "With spoken directions",
    text: "Directions in words for a screen reader, and a tone that rises as you get there.",
  },
  "reduced-motion": {
    name: "With less motion",
    text: "The same steps; nothing on the page glides or fades.",
  },
};
