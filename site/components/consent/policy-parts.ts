import { html, type TemplateResult } from "lit";

import type { Policy } from "../../sdk";
import { contactLink } from "../contact";
import { consentBlocks, type ConsentBlock } from "../wording/consent-text";

/** While a policy is on its way. */
export const FETCHING = "Fetching the text";

/** The text of a policy, word for word, as headings, lists and paragraphs. */
export function policyText({ text }: Policy): TemplateResult {
  return html`<div class="consent__text">${consentBlocks(text).map(consentBlock)}</div>`;
}

/** What is kept under a policy, one record each: what for, by what right, for how long, and what ends it. */
export function retentionRecords({ retention }: Policy): TemplateResult {
  return html`
    <ul class="records">
      ${retention.map(
        ({ kind, purpose, ground, period, ends }) => html`
          <li class="record">
            <p class="record__title retention__kind">${kind}</p>
            <dl class="facts">
              <div>
                <dt>What for</dt>
                <dd>${purpose}</dd>
              </div>
              <div>
                <dt>Lawful because of</dt>
                <dd>${ground}</dd>
              </div>
              <div>
                <dt>How long</dt>
                <dd>${period}</dd>
              </div>
              <div>
                <dt>Ended by</dt>
                <dd>${ends}</dd>
              </div>
            </dl>
          </li>
        `,
      )}
    </ul>
  `;
}

/** Who answers for it, and how to reach them. */
export function responsible({ controller }: Policy): TemplateResult {
  return html`<p>Responsible: ${controller.name}, ${contactLink(controller.contact)}</p>`;
}

function consentBlock(block: ConsentBlock): TemplateResult {
  switch (block.kind) {
    case "heading":
      return html`<h3>${block.text}</h3>`;
    case "list":
      return html`<ul>
        ${block.items.map((item) => html`<li>${item}</li>`)}
      </ul>`;
    case "paragraph":
      return html`<p>${block.text}</p>`;
  }
}
