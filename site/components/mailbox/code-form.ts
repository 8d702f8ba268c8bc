import { html, nothing, type TemplateResult } from "lit";
import { customElement, property, query, state } from "lit/decorators.js";

import type { FaceSmash } from "../../sdk";
import { LightElement } from "../light-element";
import { notice } from "../notice";
import { duration } from "../wording/format";
import { wordsFor } from "../wording/problems";
import { Work } from "../work";

export interface MailboxProvenDetail {
  readonly registered: boolean;
  readonly frozen: boolean;
}

/**
 * Asks for the six digits that were sent, and sends new ones.
 *
 * @fires mailbox-proven - {@link MailboxProvenDetail}
 */
@customElement("fs-code-form")
export class CodeForm extends LightElement {
  @property({ attribute: false }) faceSmash!: FaceSmash;
  @property() email = "";
  /** Seconds until a new code may be sent. */
  @property({ type: Number }) resendIn = 0;
  /** Where the mails of a local installation can be read. */
  @property({ attribute: "outbox-path" }) outboxPath: string | null = null;

  @state() private invalid = false;
  @state() private resent = false;

  @query("input") private readonly input!: HTMLInputElement;
  readonly #work = new Work(this);
  #clock: ReturnType<typeof setInterval> | undefined;

  override connectedCallback(): void {
    super.connectedCallback();
    this.#clock = setInterval(() => {
      if (this.resendIn > 0) this.resendIn -= 1;
    }, 1000);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    clearInterval(this.#clock);
  }

  protected override render(): TemplateResult {
    return html`
      <form class="stack" novalidate @input=${this.#typed} @submit=${this.#submit}>
        <p>
          If <strong>${this.email}</strong> can receive mail, a code is on its way to it.
          ${
            this.outboxPath === null
              ? nothing
              : html`This is a local installation: no mail leaves this machine. Read the code in the
                  <a href=${this.outboxPath} target="_blank" rel="noopener">outbox (opens a new tab)</a>.`
          }
        </p>
        <div class="field">
          <label for="code">Code</label>
          <input
            id="code"
            class="input input--code"
            name="code"
            autocomplete="one-time-code"
            inputmode="numeric"
            maxlength="11"
            required
            aria-invalid=${this.invalid ? "true" : nothing}
            aria-describedby="code-hint ${this.invalid ? "code-error" : ""}"
          />
          ${
            this.invalid
              ? html`<p class="field__error" id="code-error">The code has six digits.</p>`
              : nothing
          }
          <p class="field__hint" id="code-hint">Six digits, from the newest mail.</p>
        </div>
        ${this.#work.error === null ? nothing : notice({ kind: "problem", ...wordsFor(this.#work.error) })}
        ${this.resent ? notice({ title: "A new code is on its way", text: "Only the newest one works." }) : nothing}
        <button class="button button--primary" aria-disabled=${this.#work.busy}>
          ${this.#work.busy ? "Checking the code" : "Confirm"}
        </button>
        ${this.#resendLine()}
      </form>
    `;
  }

  #resendLine(): TemplateResult {
    return this.resendIn > 0
      ? html`<p class="resend muted">A new code can be sent in ${duration(this.resendIn)}.</p>`
      : html`<p class="resend">
          <button type="button" class="link-button" @click=${this.#resend}>Send a new code</button>
        </p>`;
  }

  /** What is being put right is no longer called wrong. */
  readonly #typed = (): void => {
    this.invalid = false;
  };

  readonly #submit = async (event: SubmitEvent): Promise<void> => {
    event.preventDefault();
    if (this.#work.busy) return;
    const code = this.input.value.replaceAll(/[\s-]/g, "");
    this.invalid = !/^\d{6}$/.test(code);
    if (this.invalid) {
      this.input.focus();
      return;
    }
    this.resent = false;
    await this.#work.run(async (signal) => {
      const detail: MailboxProvenDetail = await this.faceSmash.confirmCode(this.email, code, { signal });
      this.dispatchEvent(new CustomEvent("mailbox-proven", { detail }));
    });
    if (this.#work.error !== null) this.input.select();
  };

  readonly #resend = async (): Promise<void> => {
    if (this.#work.busy) return;
    this.resent = false;
    await this.#work.run(async (signal) => {
      const { resendIn } = await this.faceSmash.requestCode(this.email, { signal });
      this.resendIn = resendIn;
      this.resent = true;
    });
    this.input.focus();
  };
}

declare global {
  interface HTMLElementTagNameMap {
    "fs-code-form": CodeForm;
  }
}
