import { html } from "lit";

import type { Question } from "../../components/confirm-dialog";

/** What is asked before this device's key is destroyed. */
export const forgetQuestion: Question = {
  title: "Forget this device?",
  body: html`<p>
    The key on this device is destroyed. The account stays as it is. To sign in here again, a code from the
    mailbox is needed first.
  </p>`,
  confirm: "Forget this device",
  cancel: "Keep it",
  destroys: true,
};
