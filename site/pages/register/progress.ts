/** The steps of registering that are counted, in their order. */
export const REGISTER_STEPS = ["email", "code", "consent", "camera", "done"] as const;

export type CountedStep = (typeof REGISTER_STEPS)[number];

/** `without-face` is the other way out of the consent step and counts as it. */
export type RegisterStep = CountedStep | "without-face";

export const STEP_NAMES: Readonly<Record<CountedStep, string>> = {
  email: "E-mail",
  code: "Code",
  consent: "Consent",
  camera: "Face",
  done: "Done",
};

/** What has been reached so far. */
export interface RegisterProgress {
  readonly codeSent: boolean;
  readonly mailboxProven: boolean;
  readonly agreed: boolean;
  readonly registered: boolean;
}

/** The step to show when `wanted` is asked for, also by the browser's back and forward. */
export function reachableStep(wanted: RegisterStep, progress: RegisterProgress): RegisterStep {
  if (progress.registered) return "done";
  switch (wanted) {
    case "email":
      return wanted;
    case "code":
      // A proven mailbox has used its code up: going back means another address.
      return progress.codeSent && !progress.mailboxProven ? "code" : "email";
    case "consent":
    case "without-face":
      return progress.mailboxProven ? wanted : reachableStep("code", progress);
    case "camera":
    case "done":
      return progress.mailboxProven && progress.agreed ? "camera" : reachableStep("consent", progress);
  }
}

export function stepNumber(step: RegisterStep): number {
  return REGISTER_STEPS.indexOf(step === "without-face" ? "consent" : step);
}
