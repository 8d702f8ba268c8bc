import { html, nothing, type TemplateResult } from "lit";
import { customElement, property, query, state } from "lit/decorators.js";

import type { FaceSmash } from "../../sdk";
import { LightElement } from "../light-element";
import { notice } from "../notice";
import { duration } from "../wording/format";
import { isProblem, isSessionOver, wordsFor } from "../wording/problems";
import { Work } from "../work";

/** How the dialog ended; `moved` names the address that the account has now. */
export type AddressOutcome =
  | { readonly kind: "moved"; readonly email: string }
  | { readonly kind: "closed" }
  | { readonly kind: "step-up" }
  | { readonly kind: "session-over" };

/**
 * Changes the account's address: first the new one, then the two codes that were mailed. Escape changes nothing; once
 * both codes are sent nobody can tell what has been changed, so it stays until the answer is there.
 */
@customElement("fs-address-dialog")
export class AddressDialog extends LightElement {
  @property({ attribute: false }) faceSmash!: FaceSmash;
  /** Where the mails of a local installation can be read. */
  @property({ attribute: "outbox-path" }) outboxPath: string | null = null;

  @state() private old = "";
  /** The new address, once codes are on their way. */
  @state() private email: string | null = null;
  @state() private resendIn = 0;
  /** Whether both codes are on their way to the service. */
  @state() private changing = false;
  @state() private invalid: "email" | "fromOld" | "fromNew" | null = null;

  @query("dialog") private readonly dialog!: HTMLDialogElement;

  readonly #work = new Work(this);
  #clock: ReturnType<typeof setInterval> | undefined;
  #settle: ((outcome: AddressOutcome) => void) | null = null;

  /** Opens it for an account; resolves when it is closed, whatever came of it. */
  async open(old: string): Promise<AddressOutcome> {
    this.dismiss();
    this.old = old;
    this.email = null;
    this.invalid = null;
    await this.updateComplete;
    this.dialog.showModal();
    this.#clock = setInterval(() => {
      if (this.resendIn > 0) this.resendIn -= 1;
    }, 1000);
    return new Promise((resolve) => {
      this.#settle = resolve;
    });
  }

  /** Closes it, whatever is going on: nobody is signed in any more. */
  dismiss(): void {
    this.#end({ kind: "closed" });
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.dismiss();
  }

  protected override render(): TemplateResult {
    return html`
      <dialog
        class="dialog"
        aria-labelledby="address-title"
        @cancel=${this.#cancelled}
        @close=${this.#closed}
      >
        <div class="stack">
          <h2 id="address-title">Change your address</h2>
          ${this.email === null ? this.#newAddress() : this.#codes(this.email)}
        </div>
      </dialog>
    `;
  }

  #newAddress(): TemplateResult {
    return html`
      <form class="stack" novalidate @input=${this.#typed} @submit=${this.#send}>
        <p>
          We send six digits to <strong>${this.old}</strong> and six to the new address. You need both, so
          have both mailboxes at hand.
        </p>
        <div class="field">
          <label for="new-email">New address</label>
          <input
            id="new-email"
            class="input"
            type="email"
            name="email"
            autocomplete="email"
            inputmode="email"
            autocapitalize="none"
            spellcheck="false"
            required
            maxlength="254"
            aria-invalid=${this.invalid === "email" ? "true" : nothing}
            aria-describedby=${this.invalid === "email" ? "new-email-error" : nothing}
          />
          ${
            this.invalid === "email"
              ? html`<p class="field__error" id="new-email-error">Type an address like name@example.com.</p>`
              : nothing
          }
        </div>
        ${this.#problem()} ${this.#buttons(this.#work.busy ? "Sending the codes" : "Send both codes")}
      </form>
    `;
  }

  #codes(email: string): TemplateResult {
    return html`
      <form class="stack" novalidate @input=${this.#typed} @submit=${this.#move}>
        <p>
          If both can receive mail, two codes are on their way.
          ${
            this.outboxPath === null
              ? nothing
              : html`This is a local installation: no mail leaves this machine. Read them in the
                  <a href=${this.outboxPath} target="_blank" rel="noopener">outbox (opens a new tab)</a>.`
          }
        </p>
        ${this.#code("fromOld", "Code from your address until now", this.old)}
        ${this.#code("fromNew", "Code from your new address", email)}
        <p class="muted small">
          Everywhere else you are signed out, and your passkeys end: whoever read the old mailbox may have
          added one. Both mailboxes are told.
        </p>
        ${this.#problem()} ${this.#buttons(this.#work.busy ? "Checking the codes" : "Change my address")}
        ${
          this.resendIn > 0
            ? html`<p class="resend muted">New codes can be sent in ${duration(this.resendIn)}.</p>`
            : html`<p class="resend">
                <button
                  type="button"
                  class="link-button"
                  aria-disabled=${this.#work.busy}
                  @click=${this.#again}
                >
                  Send new codes
                </button>
              </p>`
        }
      </form>
    `;
  }

  #code(name: "fromOld" | "fromNew", label: string, address: string): TemplateResult {
    const wrong = this.invalid === name;
    return html`
      <div class="field">
        <label for=${name}>${label}</label>
        <input
          id=${name}
          class="input input--code"
          name=${name}
          autocomplete="one-time-code"
          inputmode="numeric"
          maxlength="11"
          required
          aria-invalid=${wrong ? "true" : nothing}
          aria-describedby="${name}-hint ${wrong ? `${name}-error` : ""}"
        />
        ${wrong ? html`<p class="field__error" id="${name}-error">The code has six digits.</p>` : nothing}
        <p class="field__hint" id="${name}-hint">Sent to ${address}</p>
      </div>
    `;
  }

  #buttons(submit: string): TemplateResult {
    return html`
      <div class="actions dialog__actions">
        <button type="button" class="button" aria-disabled=${this.changing} @click=${this.#leave}>
          Keep my address
        </button>
        <button class="button button--primary" aria-disabled=${this.#work.busy}>${submit}</button>
      </div>
    `;
  }

  #problem(): TemplateResult | typeof nothing {
    const { error } = this.#work;
    if (error === null) return nothing;
    const words = isProblem(error, "code-invalid") ? PAIR_REFUSED : wordsFor(error);
    return notice({ kind: "problem", ...words });
  }

  /** What is being put right is no longer called wrong. */
  readonly #typed = ({ target }: Event): void => {
    if (target instanceof HTMLInputElement && target.name === this.invalid) this.invalid = null;
  };

  readonly #send = async (event: SubmitEvent): Promise<void> => {
    event.preventDefault();
    const input = this.dialog.querySelector<HTMLInputElement>("#new-email");
    if (input === null || this.#work.busy) return;
    const email = input.value.trim();
    this.invalid = email === "" || !input.validity.valid ? "email" : null;
    if (this.invalid !== null) {
      input.focus();
      return;
    }
    await this.#request(email);
  };

  readonly #again = async (): Promise<void> => {
    if (this.email !== null) await this.#request(this.email);
  };

  async #request(email: string): Promise<void> {
    const sent = await this.#run(async (signal) => {
      const { resendIn } = await this.faceSmash.requestAddressCodes(email, { signal });
      signal.throwIfAborted();
      this.resendIn = resendIn;
      this.email = email;
    });
    if (!sent) return;
    await this.updateComplete;
    this.dialog.querySelector<HTMLInputElement>("#fromOld")?.focus();
  }

  readonly #move = async (event: SubmitEvent): Promise<void> => {
    event.preventDefault();
    const { email } = this;
    if (email === null || this.#work.busy) return;
    const fromOld = this.#digits("fromOld");
    const fromNew = this.#digits("fromNew");
    this.invalid = fromOld === null ? "fromOld" : fromNew === null ? "fromNew" : null;
    if (fromOld === null || fromNew === null) {
      this.dialog.querySelector<HTMLInputElement>(`#${this.invalid ?? ""}`)?.focus();
      return;
    }
    this.changing = true;
    await this.#run(async (signal) => {
      await this.faceSmash.changeAddress(email, { fromOld, fromNew }, { signal });
      signal.throwIfAborted();
      this.#end({ kind: "moved", email });
    });
    this.changing = false;
  };

  #digits(name: string): string | null {
    const given = this.dialog.querySelector<HTMLInputElement>(`#${name}`)?.value ?? "";
    const digits = given.replaceAll(/[\s-]/g, "");
    return /^\d{6}$/.test(digits) ? digits : null;
  }

  /** One piece of work; a session that is over, or was not begun by a face just now, has its own way on. */
  async #run(work: (signal: AbortSignal) => Promise<void>): Promise<boolean> {
    const done = await this.#work.run(work);
    const { error } = this.#work;
    if (isSessionOver(error)) this.#end({ kind: "session-over" });
    else if (isProblem(error, "step-up-required")) this.#end({ kind: "step-up" });
    return done;
  }

  readonly #leave = (): void => {
    if (!this.changing) this.dialog.close();
  };

  readonly #cancelled = (event: Event): void => {
    if (this.changing) event.preventDefault();
  };

  readonly #closed = (): void => {
    // A second Escape closes it in browsers that ask only once.
    if (this.changing && this.#settle !== null) this.dialog.showModal();
    else this.dismiss();
  };

  #end(outcome: AddressOutcome): void {
    clearInterval(this.#clock);
    const settle = this.#settle;
    this.#settle = null;
    if (settle === null) return;
    this.changing = false;
    this.#work.giveUp();
    if (this.dialog.open) this.dialog.close();
    this.old = "";
    this.email = null;
    settle(outcome);
  }
}

const PAIR_REFUSED = {
  title: "These two codes do not fit",
  text: "Check both, each in its own field and from the newest mail. They work for ten minutes, on this device. If the new address got a mail without a code, read what it says.",
};

declare global {
  interface HTMLElementTagNameMap {
    "fs-address-dialog": AddressDialog;
  }
}
