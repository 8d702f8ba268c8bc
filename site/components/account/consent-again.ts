import { html, type TemplateResult } from "lit";

import type { ConsentDue, FaceSmash } from "../../sdk";
import "../consent/consent-form";
import type { AgreedDetail } from "../consent/consent-form";
import { notice } from "../notice";
import { day, moment } from "../wording/format";

/** A new version of the text, before anything else: agreeing and withdrawing stand side by side. */
export function consentAgain(
  due: ConsentDue,
  { faceSmash, busy, now }: { faceSmash: FaceSmash; busy: boolean; now: Date },
  { agree, withdraw }: { agree: (agreed: AgreedDetail) => void; withdraw: () => void },
): TemplateResult {
  const waits = due.faceUntil <= now;
  return html`
    <section class="card stack" aria-label="A new consent text" data-testid="consent-again">
      <h2>The consent text has a new version</h2>
      <p class="muted">In force now is version ${due.policyVersion}.</p>
      ${notice({
        kind: "caution",
        title: waits ? "Your face is not compared now" : `Your face signs you in until ${day(due.faceUntil)}`,
        text: waits
          ? `Since ${moment(due.faceUntil)} it waits until you agree. Everything else works as before, with a code from your mailbox.`
          : "After that it waits until you agree. Until then nothing new is learned of it.",
      })}
      <fs-consent-form
        .faceSmash=${faceSmash}
        .agree=${"I agree"}
        .busy=${busy}
        .otherwise=${html`<button type="button" class="button button--danger" @click=${withdraw}>
          Withdraw consent
        </button>`}
        @agreed=${({ detail }: CustomEvent<AgreedDetail>): void => {
          agree(detail);
        }}
      ></fs-consent-form>
    </section>
  `;
}
