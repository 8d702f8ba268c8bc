import { html, nothing, type TemplateResult } from "lit";

import type { Words } from "./wording/words";

export interface NoticeOptions extends Words {
  readonly kind?: "note" | "caution" | "problem";
  readonly actions?: TemplateResult;
  readonly testId?: string;
}

/** A short message with a way on. Problems interrupt a screen reader; the others wait for their turn. */
export function notice({ kind = "note", title, text, actions, testId }: NoticeOptions): TemplateResult {
  return html`
    <div
      class="notice notice--${kind}"
      role=${kind === "problem" ? "alert" : "status"}
      data-testid=${testId ?? nothing}
    >
      <p class="notice__title">${title}</p>
      ${text === "" ? nothing : html`<p>${text}</p>`}
      ${actions === undefined ? nothing : html`<div class="actions">${actions}</div>`}
    </div>
  `;
}
