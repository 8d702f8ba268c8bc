import { html, type TemplateResult } from "lit";

import type { Question } from "../../components/confirm-dialog";
import { notice } from "../../components/notice";

/** What is asked before this device's key is destroyed. */
export const forgetQuestion: Question = {
  title: "Forget this device?",
  body: html`<p>
    The key on this device is destroyed, unless somebody else who uses this device needs it. The account stays
    as it is. To sign in here again, a code from the mailbox is needed first.
  </p>`,
  confirm: "Forget this device",
  cancel: "Keep it",
  destroys: true,
};

/** What is said where it was not destroyed. */
export function keyStays(): TemplateResult {
  return notice({
    testId: "key-stays",
    title: "The key stays on this device",
    text: "Somebody else uses it too. What was yours here is forgotten.",
  });
}
