import { html, type TemplateResult } from "lit";

import type { Account, Session } from "../../sdk";
import { freezeWords, notHeldOf } from "../wording/account";
import { moment } from "../wording/format";

export function accountSummary(account: Account, session: Session): TemplateResult {
  const facts: readonly (readonly [string, string | TemplateResult])[] = [
    [
      "Face sign-in",
      account.policyVersion === null
        ? "This account has no face"
        : account.status === "active"
          ? html`<span class="tag">Active</span>`
          : html`<span class="tag tag--caution">Paused</span>`,
    ],
    ["E-mail", account.email],
    ["Registered", moment(account.createdAt)],
    ["Last sign-in", moment(account.lastUsedAt)],
    ...(account.policyVersion === null
      ? []
      : [["Consent text", `Version ${account.policyVersion}`] as const]),
    ...(account.consentAskedAt === null
      ? []
      : [["Asked for a newer text", `First on ${moment(account.consentAskedAt)}`] as const]),
    ["Frozen", freezeWords(account.freezes)],
    ["This session", `${entered(session)}, until ${moment(session.expiresAt)}`],
  ];
  return html`
    <section class="card stack" aria-label="Your account">
      <h2>Your account</h2>
      <dl class="facts facts--wide">
        ${facts.map(
          ([term, value]) =>
            html`<div>
              <dt>${term}</dt>
              <dd>${value}</dd>
            </div>`,
        )}
      </dl>
      <details class="details">
        <summary>Account number</summary>
        <p class="mono">${account.account}</p>
      </details>
    </section>
  `;
}

export function notHeld({ signIns }: Account): TemplateResult {
  return html`
    <section class="card stack" aria-label="What is not held">
      <h2>What is not held</h2>
      <ul class="plain-list plain-list--not">
        ${notHeldOf(signIns).map((line) => html`<li><span>${line}</span></li>`)}
      </ul>
    </section>
  `;
}

function entered(session: Session): string {
  if (session.amr.includes("face")) return "Signed in with your face";
  if (session.amr.includes("recovery")) return "Signed in with a recovery code";
  return session.amr.includes("otp") ? "Signed in with a mailbox code" : "Signed in with a passkey";
}
