import { html, nothing, type TemplateResult } from "lit";

import type { Words } from "../../components/wording/words";
import { ROUTES } from "../router";

/** Why nobody is signed in. */
export type SignedOutReason =
  | "no-session"
  | "session-over"
  | "device-removed"
  | "device-removed-key-stays"
  | "signed-out"
  | "signed-out-everywhere";

const WORDS: Readonly<Record<SignedOutReason, Words>> = {
  "no-session": {
    title: "You are not signed in",
    text: "Sign in to see everything that is held about you, to take it with you, or to delete it.",
  },
  "session-over": {
    title: "Your session has ended",
    text: "It was not used for a while, or it was ended from another device. To go on, sign in again.",
  },
  "signed-out": {
    title: "You are signed out",
    text: "This device stays known.",
  },
  "signed-out-everywhere": {
    title: "You are signed out everywhere",
    text: "Every session has ended. Your devices stay known.",
  },
  "device-removed": {
    title: "This device is removed",
    text: "Its key is destroyed, here and at the service. Your account is as it was.",
  },
  "device-removed-key-stays": {
    title: "This device is removed",
    text: "Its key stays here, because somebody else uses this device too. It opens nothing of yours any more.",
  },
};

/**
 * The way in, for somebody without a session.
 *
 * @param problem - what went wrong on the way out, if anything.
 */
export function signedOut(
  reason: SignedOutReason,
  problem: TemplateResult | typeof nothing = nothing,
): TemplateResult {
  const { title, text } = WORDS[reason];
  return html`
    <div class="column stack" data-testid="signed-out">
      <h1 tabindex="-1">${title}</h1>
      <p class="lead">${text}</p>
      ${problem}
      <div class="choices">
        <a class="button button--primary" href=${ROUTES["sign-in"].path}>Sign in</a>
        <a class="button" href=${ROUTES.register.path}>Register</a>
      </div>
      <p class="muted">A code from your mailbox is enough: you need no face and no known device for this.</p>
    </div>
  `;
}
