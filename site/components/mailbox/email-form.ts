import { html, nothing, type TemplateResult } from "lit";
import { customElement, property, query, state } from "lit/decorators.js";

import type { FaceSmash } from "../../sdk";
import { LightElement } from "../light-element";
import { notice } from "../notice";
import { Work } from "../work";
import { wordsFor } from "../wording/problems";

export interface CodeSentDetail {
  readonly email: string;
  /** Seconds until another code may be asked for. */
  readonly resendIn: number;
}

/**
 * Asks for the address and sends a code to it.
 *
 * @fires code-sent - {@link CodeSentDetail}
 */
@customElement("fs-email-form")
export class EmailForm extends LightElement {
  @property({ attribute: false }) faceSmash!: FaceSmash;
  @property() email = "";

  @state() private invalid = false;

  @query("input") private readonly input!: HTMLInputElement;
  readonly #work = new Work(this);

  protected override render(): TemplateResult {
    return html`
      <form class="stack" novalidate @submit=${this.#submit}>
        <div class="field">
          <label for="email">E-mail</label>
          <input
            id="email"
            class="input"
            type="email"
            name="email"
            autocomplete="email"
            inputmode="email"
            autocapitalize="none"
            spellcheck="false"
            required
            maxlength="254"
            .value=${this.email}
            aria-invalid=${this.invalid ? "true" : nothing}
            aria-describedby="email-hint ${this.invalid ? "email-error" : ""}"
            @input=${this.#typed}
          />
          ${
            this.invalid
              ? html`<p class="field__error" id="email-error">Type an address like name@example.com.</p>`
              : nothing
          }
          <p class="field__hint" id="email-hint">We send six digits to it. They work for ten minutes.</p>
        </div>
        ${this.#work.error === null ? nothing : notice({ kind: "problem", ...wordsFor(this.#work.error) })}
        <button class="button button--primary" aria-disabled=${this.#work.busy}>
          ${this.#work.busy ? "Sending the code" : "Send code"}
        </button>
      </form>
    `;
  }

  readonly #typed = (): void => {
    if (this.invalid) this.invalid = !this.input.validity.valid;
  };

  readonly #submit = async (event: SubmitEvent): Promise<void> => {
    event.preventDefault();
    if (this.#work.busy) return;
    const email = this.input.value.trim();
    this.invalid = email === "" || !this.input.validity.valid;
    if (this.invalid) {
      this.input.focus();
      return;
    }
    await this.#work.run(async (signal) => {
      const { resendIn } = await this.faceSmash.requestCode(email, { signal });
      const detail: CodeSentDetail = { email, resendIn };
      this.dispatchEvent(new CustomEvent("code-sent", { detail }));
    });
  };
}

declare global {
  interface HTMLElementTagNameMap {
    "fs-email-form": EmailForm;
  }
}
