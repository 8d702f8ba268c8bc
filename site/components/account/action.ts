import { html, nothing, type TemplateResult } from "lit";

interface Manner {
  readonly busy?: boolean;
  readonly destroys?: boolean;
}

/** A button, and what it does in plain words below it. */
export function action(
  name: string,
  meaning: string | typeof nothing,
  act: () => void,
  { busy = false, destroys = false }: Manner = {},
): TemplateResult {
  return html`
    <div class="action">
      <button
        type="button"
        class="button ${destroys ? "button--danger" : ""}"
        aria-disabled=${busy}
        @click=${act}
      >
        ${name}
      </button>
      ${meaning === nothing ? nothing : html`<p class="muted small">${meaning}</p>`}
    </div>
  `;
}
