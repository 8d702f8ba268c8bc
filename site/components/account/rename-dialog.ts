import { html, nothing, type TemplateResult } from "lit";
import { customElement, query, state } from "lit/decorators.js";

import { LightElement } from "../light-element";
import { isDeviceName } from "../wording/device-name";

/** Asks what a device shall be called. Escape and "Keep the name" change nothing. */
@customElement("fs-rename-dialog")
export class RenameDialog extends LightElement {
  @state() private old = "";
  @state() private invalid = false;

  @query("dialog") private readonly dialog!: HTMLDialogElement;
  @query("#new-device-name") private readonly field!: HTMLInputElement;

  #settle: ((name: string | null) => void) | null = null;

  /** Opens it for a device's name; resolves with the new one, or `null` when it is to stay as it is. */
  async ask(old: string): Promise<string | null> {
    this.dismiss();
    this.old = old;
    this.invalid = false;
    await this.updateComplete;
    this.field.value = old;
    this.dialog.showModal();
    this.field.select();
    return new Promise((resolve) => {
      this.#settle = resolve;
    });
  }

  /** Closes it, and nothing is renamed. */
  dismiss(): void {
    this.#end(null);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.dismiss();
  }

  protected override render(): TemplateResult {
    return html`
      <dialog class="dialog" aria-labelledby="rename-title" @close=${this.#closed}>
        <form class="stack" novalidate @input=${this.#typed} @submit=${this.#submit}>
          <h2 id="rename-title">Rename ${this.old}</h2>
          <div class="field">
            <label for="new-device-name">New name</label>
            <input
              id="new-device-name"
              class="input"
              name="new-device-name"
              autocomplete="off"
              maxlength="64"
              autofocus
              aria-invalid=${this.invalid ? "true" : nothing}
              aria-describedby="new-device-name-hint ${this.invalid ? "new-device-name-error" : ""}"
            />
            ${
              this.invalid
                ? html`<p class="field__error" id="new-device-name-error">
                    Type a name of 1 to 64 letters, digits or signs.
                  </p>`
                : nothing
            }
            <p class="field__hint" id="new-device-name-hint">
              So that you recognise it in your list of devices.
            </p>
          </div>
          <div class="actions dialog__actions">
            <button type="button" class="button" @click=${this.#leave}>Keep the name</button>
            <button class="button button--primary">Save the name</button>
          </div>
        </form>
      </dialog>
    `;
  }

  /** What is being put right is no longer called wrong. */
  readonly #typed = (): void => {
    if (this.invalid) this.invalid = !isDeviceName(this.field.value.trim());
  };

  readonly #submit = (event: SubmitEvent): void => {
    event.preventDefault();
    const name = this.field.value.trim();
    this.invalid = !isDeviceName(name);
    if (this.invalid) this.field.focus();
    else this.#end(name === this.old ? null : name);
  };

  readonly #leave = (): void => {
    this.dialog.close();
  };

  readonly #closed = (): void => {
    this.dismiss();
  };

  #end(name: string | null): void {
    const settle = this.#settle;
    this.#settle = null;
    if (settle === null) return;
    if (this.dialog.open) this.dialog.close();
    settle(name);
  }
}

declare global {
  interface HTMLElementTagNameMap {
    "fs-rename-dialog": RenameDialog;
  }
}
