import { html, type TemplateResult } from "lit";

/** The mailbox is proved, and nobody registered it: it can be registered without another code. */
export function unregisteredStep(
  email: string,
  { register, back }: { register: () => void; back: TemplateResult },
): TemplateResult {
  return html`
    <section class="card stack" data-step="unregistered">
      <h2 tabindex="-1">There is no account for this address</h2>
      <p>
        <strong>${email}</strong> is confirmed as yours, but it is not registered. You can register it now;
        you will not need another code.
      </p>
      <div class="actions">
        <button type="button" class="button button--primary" @click=${register}>Register this address</button>
        ${back}
      </div>
    </section>
  `;
}
