import { html, nothing, type TemplateResult } from "lit";

import type { Account } from "../../sdk";

/** A card of the dashboard with its records, and what stands before and after them. */
export function section(
  title: string,
  lead: TemplateResult,
  records: readonly TemplateResult[],
  {
    before = nothing,
    after = nothing,
    total = records.length,
  }: {
    before?: TemplateResult | typeof nothing;
    after?: TemplateResult | typeof nothing;
    total?: number | string;
  } = {},
): TemplateResult {
  return html`
    <section class="card stack" aria-label=${title}>
      <div class="stack stack--tight">
        <h2>${title} <span class="number">${total}</span></h2>
        <p class="muted">${lead}</p>
      </div>
      ${before}
      ${
        records.length === 0
          ? html`<p>None.</p>`
          : html`<ul class="records">
              ${records}
            </ul>`
      }
      ${after}
    </section>
  `;
}

export function removeButton(name: string, remove: () => void): TemplateResult {
  return html`<button type="button" class="button button--small" aria-label="Remove ${name}" @click=${remove}>
    Remove
  </button>`;
}

export function fact(term: string, value: string): TemplateResult {
  return html`<div>
    <dt>${term}</dt>
    <dd>${value}</dd>
  </div>`;
}

/** Records outlive the devices they name, and a refused one was perhaps never on the list. */
export function deviceName(account: Account, id: string): string {
  return account.devices.find((device) => device.id === id)?.name ?? "a device that is not in your list";
}
