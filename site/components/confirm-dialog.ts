import { html, nothing, type TemplateResult } from "lit";
import { customElement, query, state } from "lit/decorators.js";

import { LightElement } from "./light-element";

export interface Question {
  readonly title: string;
  readonly body: TemplateResult;
  readonly confirm: string;
  readonly cancel: string;
  /** Whether confirming destroys something. */
  readonly destroys?: boolean;
}

/** Asks before something happens. Escape and the way back both mean no, and no has the focus first. */
@customElement("fs-confirm")
export class ConfirmDialog extends LightElement {
  @state() private question: Question | null = null;
  @query("dialog") private readonly dialog!: HTMLDialogElement;

  #answer: ((confirmed: boolean) => void) | null = null;

  async ask(question: Question): Promise<boolean> {
    this.#settle(false);
    this.question = question;
    await this.updateComplete;
    this.dialog.returnValue = "";
    this.dialog.showModal();
    return new Promise((resolve) => {
      this.#answer = resolve;
    });
  }

  /** Takes the question back: nobody can answer it any more. */
  dismiss(): void {
    if (this.dialog.open) this.dialog.close("no");
    this.#settle(false);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#settle(false);
  }

  protected override render(): TemplateResult {
    return html`
      <dialog
        class="dialog"
        aria-labelledby="dialog-title"
        aria-describedby="dialog-body"
        @close=${this.#closed}
      >
        ${this.question === null ? nothing : this.#content(this.question)}
      </dialog>
    `;
  }

  #content({ title, body, confirm, cancel, destroys = false }: Question): TemplateResult {
    return html`
      <div class="stack">
        <h2 id="dialog-title">${title}</h2>
        <div class="stack stack--tight" id="dialog-body">${body}</div>
        <div class="actions dialog__actions">
          <button type="button" class="button" autofocus @click=${this.#no}>${cancel}</button>
          <button
            type="button"
            class="button ${destroys ? "button--destroy" : "button--primary"}"
            @click=${this.#yes}
          >
            ${confirm}
          </button>
        </div>
      </div>
    `;
  }

  readonly #no = (): void => {
    this.dialog.close("no");
  };

  readonly #yes = (): void => {
    this.dialog.close("yes");
  };

  readonly #closed = (): void => {
    this.#settle(this.dialog.returnValue === "yes");
  };

  #settle(confirmed: boolean): void {
    this.#answer?.(confirmed);
    this.#answer = null;
    this.question = null;
  }
}

declare global {
  interface HTMLElementTagNameMap {
    "fs-confirm": ConfirmDialog;
  }
}
