/** What an enrolment's refusal says about the captures. The person is entitled to it: these are their pictures. */
export const CAPTURE_REASON_WORDS: Readonly<Record<string, string>> = {
  "captures-disagree":
    "The pictures did not seem to show one and the same face. Be alone in view and keep looking.",
  "captures-identical": "All pictures were the same. A living face moves a little: use a real camera.",
  "face-too-small": "Your face was too small. Come closer.",
  "too-dark": "It was too dark. Put a lamp or window in front of you.",
  "too-bright": "It was too bright. Turn away from the light.",
  blurred: "The pictures were blurred. Wipe the lens and keep still.",
  "uneven-light": "One side of your face was in shadow. Turn towards the light.",
  "several-faces": "Somebody else was in view. Be alone in the picture.",
  "not-frontal": "Your head was turned. Look straight at the camera.",
  "descriptor-implausible": "What was read from the pictures did not look like a face.",
  "not-live":
    "What the camera saw did not move like a face in front of it. Hold still between the steps and keep glasses’ reflections out.",
  "challenge-not-followed": "The steps were not followed as they were shown. Take a second for each.",
  "wrong-pipeline": "This page is out of date. Reload it.",
  "evidence-malformed":
    "What was read from the camera was not complete. Reload the page if it happens again.",
  "not-recognised":
    "This does not look like the face that the account has, or the light was too poor to tell. Put a lamp or window in front of you.",
};

const UNKNOWN_REASON = "Light from the front and looking straight at the camera helps.";

/** Sentences for the reasons of a refused enrolment, each once. Reasons of a newer server are told in general. */
export function captureReasons(reasons: readonly string[]): readonly string[] {
  const sentences = reasons.map((reason) => CAPTURE_REASON_WORDS[reason] ?? UNKNOWN_REASON);
  return sentences.length === 0 ? [UNKNOWN_REASON] : [...new Set(sentences)];
}
