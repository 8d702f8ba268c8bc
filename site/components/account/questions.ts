import { html, nothing, type TemplateResult } from "lit";

import type { Account, AccountDevice, AccountPasskey, Session } from "../../sdk";
import type { Question } from "../confirm-dialog";
import { count } from "../wording/format";
import { NO_CODES } from "../wording/profiles";
import { OLDER_STAY } from "./log-choice";

/** What is asked before something cannot be taken back. */
export const questions = {
  template: (name: string): Question => ({
    title: `Remove ${name}?`,
    body: html`<p>It is destroyed at once. With fewer templates you may be recognised less often.</p>`,
    confirm: "Remove it",
    cancel: "Keep it",
    destroys: true,
  }),

  learned: (account: Account): Question => ({
    title: "Forget what was learned?",
    body: html`<p>
      Destroyed at once:
      ${count(account.templates.filter(({ kind }) => kind === "adaptive").length, "learned template")}. What
      was made when you enrolled stays, and new ones may be learned from later sign-ins.
    </p>`,
    confirm: "Forget it",
    cancel: "Keep it",
    destroys: true,
  }),

  learning: (account: Account): Question => {
    const learned = account.templates.filter(({ kind }) => kind === "adaptive").length;
    return {
      title: "Learn nothing from sign-ins?",
      body: html`<p>
        ${learned === 0 ? "Nothing was learned so far." : html`Destroyed at once: ${count(learned, "learned template")}.`}
        What was made when you enrolled stays. As you change you may be recognised less often. You can allow
        it again at any time.
      </p>`,
      confirm: "Learn nothing",
      cancel: "Keep learning",
      destroys: learned > 0,
    };
  },

  leastLog: (days: number): Question => ({
    title: `Keep the log for ${count(days, "day")} only?`,
    body: html`<p>
      New records are kept for ${count(days, "day")}, without a place. ${OLDER_STAY} What happened longer ago
      you can then no longer look up. You can have the full log again at any time, for what happens from then
      on.
    </p>`,
    confirm: "Keep less",
    cancel: "Keep the full log",
  }),

  device: (device: AccountDevice): Question => ({
    title: `Remove ${device.name}?`,
    body: device.current
      ? html`<p>
          This is the device you are using. You are signed out at once, and to sign in here again you need a
          code from your mailbox and your face. Templates that were learned from it are destroyed with it.
        </p>`
      : html`<p>
          Nobody can sign in with it any more, and templates that were learned from it are destroyed with it.
          To use it again it needs a code from your mailbox.
        </p>`,
    confirm: "Remove it",
    cancel: "Keep it",
    destroys: true,
  }),

  passkey: (passkey: AccountPasskey): Question => ({
    title: `Remove ${passkey.name}?`,
    body: html`<p>
      Nobody can sign in with it any more, and whoever it signed in is signed out at once. Your device may
      still list it: delete it there as well.
    </p>`,
    confirm: "Remove it",
    cancel: "Keep it",
    destroys: true,
  }),

  everywhere: (): Question => ({
    title: "Sign out everywhere?",
    body: html`<p>Every session ends at once, this one too. Your devices stay known.</p>`,
    confirm: "Sign out everywhere",
    cancel: "Stay signed in",
  }),

  withdrawal: (account: Account): Question => ({
    title: "Withdraw your consent?",
    body: html`<p>
        Without your consent nothing of this may be kept. Everything is deleted at once, just as with deleting
        your account: ${everything(account)}.
      </p>
      <p><strong>This cannot be undone.</strong> You get a signed receipt.</p>`,
    confirm: "Withdraw and delete everything",
    cancel: "Keep my account",
    destroys: true,
  }),

  deletion: (account: Account): Question => ({
    title: "Delete your account?",
    body: html`<p>Deleted at once, and unreadable in backups: ${everything(account)}.</p>
      <p><strong>This cannot be undone.</strong> You get a signed receipt.</p>`,
    confirm: "Delete everything",
    cancel: "Keep my account",
    destroys: true,
  }),

  faceForNumbers: (session: Session): Question => ({
    title: "Please sign in with your face",
    body: html`<p>
        The numbers are shown to your face only: whoever reads your mail alone could use them to pass for you.
      </p>
      ${noCodes(session)}`,
    confirm: "Sign in again",
    cancel: "Not now",
  }),

  faceNeeded: (session: Session): Question => ({
    title: "Please sign in with your face",
    body: html`<p>
        To change your address, sign in with your face, on a device that you have had for a while. So nobody
        who only reads your mail can take your account away.
      </p>
      ${noCodes(session)}`,
    confirm: "Sign in again",
    cancel: "Not now",
  }),

  recoveryCodes: (left: number): Question => ({
    title: "Make new recovery codes?",
    body: html`<p>The ${count(left, "code")} that you still have no longer work then.</p>`,
    confirm: "Make new codes",
    cancel: "Keep the old ones",
  }),

  stepUp: (): Question => ({
    title: "Please sign in again",
    body: html`<p>
      This needs a sign-in from the last five minutes, so that nobody who finds this page open can do it in
      your name.
    </p>`,
    confirm: "Sign in again",
    cancel: "Not now",
  }),
} as const;

/** Whoever looked without turning the head believes to have signed in with their face. */
function noCodes({ amr }: Session): TemplateResult | typeof nothing {
  return amr.includes("otp") ? html`<p>${NO_CODES}</p>` : nothing;
}

function everything(account: Account): string {
  const { templates, devices, passkeys, consents, signIns, signInsOlder, email } = account;
  return [
    count(templates.length, "face template"),
    count(devices.length, "device"),
    ...(passkeys.length === 0 ? [] : [count(passkeys.length, "passkey")]),
    count(consents.length, "consent record"),
    `${signInsOlder === null ? "" : "more than "}${count(signIns.length, "sign-in record")}`,
    `the address ${email}`,
  ].join(", ");
}
