import type { GuidanceState, LookAgainReason, StepKind } from "../../sdk";
import type { Words } from "./words";

/** What was asked for when a try ended, and what was said of it last. */
export interface Asked {
  readonly kind: StepKind;
  readonly state: GuidanceState;
}

/** Why a try ended, as far as it helps to know: of a step that took too long, what about it did not come. */
export type Setback =
  | LookAgainReason
  | "dot-not-reached"
  | "wrong-way"
  | "eyes-not-closed"
  | "eyes-not-opened"
  | "not-closer"
  | "not-straight";

export interface SetbackWords {
  /** While the next try begins. */
  readonly again: string;
  /** After the last try. */
  readonly given: Words;
  /** After a refusal, for whoever wonders what to change. */
  readonly hint: string;
}

/** @param asked - the last step that was shown, null before the first. */
export function setbackOf(reason: LookAgainReason, asked: Asked | null): Setback {
  if (reason !== "too-slow" || asked === null) return reason;
  switch (asked.kind) {
    case "turn":
      return asked.state === "other-way" ? "wrong-way" : "dot-not-reached";
    case "close_eyes":
      return asked.state === "close-eyes" ? "eyes-not-closed" : "eyes-not-opened";
    case "closer":
      return "not-closer";
    case "look":
      return "not-straight";
    case "view":
      return "too-slow";
  }
}

const NOT_FOLLOWED = "That did not work out";

/** Of every setback: what happened, what to do about it, and where another way would spare it. */
export const SETBACK_WORDS: Readonly<Record<Setback, SetbackWords>> = {
  "too-slow": {
    again: "That took too long. Once more.",
    given: {
      title: NOT_FOLLOWED,
      text: "The steps took longer than they may. Below are other ways to do this, some of which leave more time.",
    },
    hint: "The steps took long. Spoken directions leave more time: look under “Ways to do this”.",
  },
  "dot-not-reached": {
    again: "The dot was not reached. Once more.",
    given: {
      title: NOT_FOLLOWED,
      text: "Your nose did not get to the dot in time. Turn your whole head, not the eyes alone. Below are ways without turning the head.",
    },
    hint: "Your nose did not always get to the dot. Turn your whole head, not the eyes alone.",
  },
  "wrong-way": {
    again: "That was the other way. Once more.",
    given: {
      title: NOT_FOLLOWED,
      text: "Your head turned away from the dot. The picture is a mirror: move as if the dot were in front of you.",
    },
    hint: "Your head turned away from the dot. The picture is a mirror: move as if the dot were in front of you.",
  },
  "eyes-not-closed": {
    again: "Your eyes did not seem closed. Once more.",
    given: {
      title: NOT_FOLLOWED,
      text: "Your eyes did not seem to close. Close both, until the sound. Glasses can hide it: below are ways without closing the eyes.",
    },
    hint: "Your eyes did not seem to close. Glasses can hide it: there are ways without it under “Ways to do this”.",
  },
  "eyes-not-opened": {
    again: "Open your eyes at the sound. Once more.",
    given: {
      title: NOT_FOLLOWED,
      text: "Your eyes stayed closed. Turn the sound up, and open them when you hear it. Below are ways without sound.",
    },
    hint: "Your eyes stayed closed long. Turn the sound up, or choose a way without it under “Ways to do this”.",
  },
  "not-closer": {
    again: "Come as close as is asked. Once more.",
    given: {
      title: NOT_FOLLOWED,
      text: "Your face did not come close enough. Begin an arm’s length away, then lean in until the rings meet.",
    },
    hint: "Your face did not come close enough. Begin an arm’s length away, and lean in until the rings meet.",
  },
  "not-straight": {
    again: "Look straight at the camera. Once more.",
    given: {
      title: NOT_FOLLOWED,
      text: "The straight looks did not come out. Sit as you did at the start, with light from the front, and look into the camera.",
    },
    hint: "The straight looks took long. Come back to where you sat at the start, and look into the camera.",
  },
  "face-lost": {
    again: "Your face left the picture. Once more.",
    given: {
      title: NOT_FOLLOWED,
      text: "Your face left the picture. Rest the device on something and keep your face in the outline.",
    },
    hint: "Your face left the picture. Rest the device on something and keep your face in the outline.",
  },
  "several-faces": {
    again: "Somebody else came into view. Once more, alone.",
    given: {
      title: NOT_FOLLOWED,
      text: "Somebody else was in view. Try again where you are alone in the picture.",
    },
    hint: "Somebody else came into view. You should be alone in the picture.",
  },
  "page-hidden": {
    again: "The page was in the background. Once more.",
    given: {
      title: NOT_FOLLOWED,
      text: "The page went to the background meanwhile. Try again and stay on this page.",
    },
    hint: "The page went to the background meanwhile. Stay on it until the end.",
  },
  "camera-turned": {
    again: "The camera was turned. Once more.",
    given: {
      title: NOT_FOLLOWED,
      text: "The device was turned round meanwhile. Hold it the same way until the end.",
    },
    hint: "The device was turned round meanwhile. Hold it the same way until the end.",
  },
  "camera-too-slow": {
    again: "The camera was too slow. More light helps.",
    given: {
      title: "The camera is too slow",
      text: "It shows too few pictures a second. More light helps, and so does closing other programmes.",
    },
    hint: "The camera was slow. More light helps, and so does closing other programmes.",
  },
  "moved-on": {
    again: "Something moved too fast. Once more, calmly.",
    given: {
      title: NOT_FOLLOWED,
      text: "Something moved too fast to follow. Try again calmly, a second for each step.",
    },
    hint: "Something moved too fast to follow. Take a second for each step.",
  },
};
