import { html, nothing, type TemplateResult } from "lit";
import { customElement, property, query, state } from "lit/decorators.js";

import type { FaceSmash } from "../../sdk";
import { LightElement } from "../light-element";
import { notice } from "../notice";
import { isProblem, wordsFor } from "../wording/problems";
import { Work } from "../work";

/** 24 characters of Crockford's base 32, however they are grouped. */
const CODE = /^[0-9A-Z]{24}$/;

/**
 * Asks for the address and one recovery code.
 *
 * @fires recovered
 */
@customElement("fs-recovery-form")
export class RecoveryForm extends LightElement {
  @property({ attribute: false }) faceSmash!: FaceSmash;
  @property() email = "";

  @state() private invalid: "email" | "code" | null = null;

  @query("input[name=email]") private readonly address!: HTMLInputElement;
  @query("input[name=recovery-code]") private readonly code!: HTMLInputElement;
  readonly #work = new Work(this);

  protected override render(): TemplateResult {
    return html`
      <form class="stack" novalidate @input=${this.#typed} @submit=${this.#submit}>
        <div class="field">
          <label for="recovery-email">E-mail</label>
          <input
            id="recovery-email"
            class="input"
            type="email"
            name="email"
            autocomplete="email"
            autocapitalize="none"
            spellcheck="false"
            required
            maxlength="254"
            .value=${this.email}
            aria-invalid=${this.invalid === "email" ? "true" : nothing}
            aria-describedby=${this.invalid === "email" ? "recovery-email-error" : nothing}
          />
          ${
            this.invalid === "email"
              ? html`<p class="field__error" id="recovery-email-error">
                  Type an address like name@example.com.
                </p>`
              : nothing
          }
        </div>
        <div class="field">
          <label for="recovery-code">Recovery code</label>
          <input
            id="recovery-code"
            class="input"
            name="recovery-code"
            autocomplete="off"
            autocapitalize="characters"
            spellcheck="false"
            maxlength="48"
            required
            aria-invalid=${this.invalid === "code" ? "true" : nothing}
            aria-describedby="recovery-hint ${this.invalid === "code" ? "recovery-code-error" : ""}"
          />
          ${
            this.invalid === "code"
              ? html`<p class="field__error" id="recovery-code-error">
                  A code has 24 letters and digits, in six groups.
                </p>`
              : nothing
          }
          <p class="field__hint" id="recovery-hint">One of the ten that you kept. Each works once.</p>
        </div>
        ${this.#work.error === null ? nothing : this.#problem(this.#work.error)}
        <button class="button button--primary" aria-disabled=${this.#work.busy}>
          ${this.#work.busy ? "Checking the code" : "Sign in"}
        </button>
      </form>
    `;
  }

  /** The service never says why: the words are the same for every reason. */
  #problem(error: unknown): TemplateResult {
    if (!isProblem(error, "authentication-failed")) return notice({ kind: "problem", ...wordsFor(error) });
    return notice({
      kind: "problem",
      title: "That did not let you in",
      text: "Check the address and the code, or take another code. A frozen account needs a code from its mailbox first.",
    });
  }

  /** What is being put right is no longer called wrong. */
  readonly #typed = ({ target }: Event): void => {
    if (target === (this.invalid === "email" ? this.address : this.code)) this.invalid = null;
  };

  readonly #submit = async (event: SubmitEvent): Promise<void> => {
    event.preventDefault();
    if (this.#work.busy) return;
    const email = this.address.value.trim();
    const code = this.code.value.toUpperCase().replaceAll(/[\s-]/g, "");
    this.invalid = email === "" || !this.address.validity.valid ? "email" : CODE.test(code) ? null : "code";
    if (this.invalid !== null) {
      (this.invalid === "email" ? this.address : this.code).focus();
      return;
    }
    await this.#work.run(async (signal) => {
      await this.faceSmash.useRecoveryCode(email, code, { signal });
      this.dispatchEvent(new CustomEvent("recovered"));
    });
  };
}

declare global {
  interface HTMLElementTagNameMap {
    "fs-recovery-form": RecoveryForm;
  }
}
