import { html, nothing, type TemplateResult } from "lit";

/** Where the person is in a fixed row of steps. */
export function stepsBar(names: readonly string[], current: number): TemplateResult {
  return html`
    <ol class="steps" aria-label="Steps">
      ${names.map(
        (name, index) => html`
          <li
            aria-current=${index === current ? "step" : nothing}
            data-progress=${index < current ? "done" : "open"}
          >
            <span
              >${name}${index < current ? html`<span class="visually-hidden">, done</span>` : nothing}</span
            >
          </li>
        `,
      )}
    </ol>
  `;
}
