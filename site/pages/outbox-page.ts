import { html, type TemplateResult } from "lit";
import { customElement, state } from "lit/decorators.js";

import { notice } from "../components/notice";
import { Work } from "../components/work";
import { moment } from "../components/wording/format";
import { codeIn, newestFirst, readMails, type Mail } from "./mails";
import { PageElement } from "./page-element";
import { ROUTES } from "./router";

/** The mails of a local installation, which go nowhere else. */
@customElement("fs-outbox-page")
export class OutboxPage extends PageElement {
  @state() private mails: readonly Mail[] | null = null;
  @state() private copied: string | null = null;

  readonly #work = new Work(this);

  override connectedCallback(): void {
    super.connectedCallback();
    document.addEventListener("visibilitychange", this.#seenAgain);
    if (this.#isLocal) void this.#refresh();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    document.removeEventListener("visibilitychange", this.#seenAgain);
  }

  get #isLocal(): boolean {
    return this.services.config.environment === "local";
  }

  protected override render(): TemplateResult {
    return html`
      <div class="column stack stack--loose">
        <div class="stack stack--tight">
          <h1 tabindex="-1">Outbox</h1>
          <p class="lead">Mails of this local installation. None of them leaves this machine.</p>
        </div>
        ${this.#isLocal ? this.#list() : this.#elsewhere()}
      </div>
    `;
  }

  #list(): TemplateResult {
    return html`
      <div class="actions">
        <button type="button" class="button" aria-disabled=${this.#work.busy} @click=${this.#refresh}>
          Refresh
        </button>
        <p class="muted" role="status">${this.#summary()}</p>
      </div>
      ${
        this.#work.error === null
          ? html`<ul class="stack">
              ${(this.mails ?? []).map((mail) => this.#mail(mail))}
            </ul>`
          : notice({
              kind: "problem",
              title: "The mails could not be fetched",
              text: "Is the local stack running? Start it with “make run”, then refresh.",
            })
      }
    `;
  }

  #summary(): string {
    if (this.copied !== null) return `Copied ${this.copied}`;
    if (this.mails === null) return "";
    return this.mails.length === 0 ? "No mail yet" : `${this.mails.length} in all, newest first`;
  }

  #mail(mail: Mail): TemplateResult {
    const code = codeIn(mail.text);
    return html`
      <li class="card mail">
        <p class="mail__head">
          <strong>${mail.subject}</strong>
          <span class="muted small">to ${mail.to}, ${moment(mail.at)}</span>
        </p>
        ${
          code === null
            ? html`<p class="mail__text">${mail.text}</p>`
            : html`
                <div class="mail__code">
                  <code data-testid="code">${code}</code>
                  <button
                    type="button"
                    class="button button--small"
                    aria-label="Copy the code ${code}"
                    @click=${() => void this.#copy(code)}
                  >
                    Copy
                  </button>
                </div>
                <details class="details">
                  <summary>The whole mail</summary>
                  <p class="mail__text">${mail.text}</p>
                </details>
              `
        }
      </li>
    `;
  }

  #elsewhere(): TemplateResult {
    return notice({
      title: "There is no outbox here",
      text: "Only a local installation keeps its mails on a page. Here they go to your mailbox.",
      actions: html`<a class="button" href=${ROUTES.home.path}>To the start</a>`,
    });
  }

  readonly #refresh = async (): Promise<void> => {
    this.copied = null;
    await this.#work.run(async (signal) => {
      const response = await fetch("/outbox/messages", { signal, cache: "no-store" });
      if (!response.ok) throw new TypeError(`outbox: ${response.status}`);
      this.mails = newestFirst(readMails(await response.json()));
    });
  };

  readonly #seenAgain = (): void => {
    if (!document.hidden && this.#isLocal) void this.#refresh();
  };

  async #copy(code: string): Promise<void> {
    await navigator.clipboard.writeText(code);
    this.copied = code;
  }
}

declare global {
  interface HTMLElementTagNameMap {
    "fs-outbox-page": OutboxPage;
  }
}
