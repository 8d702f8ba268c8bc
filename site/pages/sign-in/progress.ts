/** Views of signing in. A known device goes straight to `camera`; another one proves its mailbox first. */
export type SignInStep = "email" | "code" | "unregistered" | "camera" | "recovery";

export interface SignInProgress {
  /** Whether this device's own key belongs to an account. */
  readonly known: boolean;
  readonly codeSent: boolean;
  /** Null while the mailbox is not proven; then whether it belongs to an account. */
  readonly registered: boolean | null;
}

/** The view for `wanted`, also when it is asked for by the browser's back and forward. */
export function reachableSignInStep(wanted: SignInStep, progress: SignInProgress): SignInStep {
  switch (wanted) {
    case "email":
    case "recovery":
      return wanted;
    case "code":
      return progress.codeSent && progress.registered === null ? "code" : "email";
    case "unregistered":
      return progress.registered === false ? "unregistered" : "email";
    case "camera":
      return progress.known || progress.registered === true ? "camera" : "email";
  }
}
