/** The steps of enrolling a face, in their order. */
export const FACE_STEPS = ["consent", "camera", "done"] as const;

export type FaceStepName = (typeof FACE_STEPS)[number];

export const FACE_STEP_NAMES: Readonly<Record<FaceStepName, string>> = {
  consent: "Consent",
  camera: "Face",
  done: "Done",
};

/** The step to show when `wanted` is asked for, also by the browser's back and forward. */
export function reachableFaceStep(
  wanted: FaceStepName,
  { agreed, enrolled }: { readonly agreed: boolean; readonly enrolled: boolean },
): FaceStepName {
  if (enrolled) return "done";
  return wanted === "consent" || !agreed ? "consent" : "camera";
}
