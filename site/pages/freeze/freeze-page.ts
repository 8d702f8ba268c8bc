import { html, type TemplateResult } from "lit";
import { customElement, state } from "lit/decorators.js";

import { notice } from "../../components/notice";
import { wordsFor } from "../../components/wording/problems";
import { Work } from "../../components/work";
import { PageElement } from "../page-element";
import { ROUTES } from "../router";

/** As the API makes them: 57 bytes in base64url. */
const TOKEN = /^[A-Za-z0-9_-]{76}$/;

/** What the browser's history keeps of a link that was used: that it was, and nothing of the link. */
const FROZEN = { frozen: true } as const;

/**
 * "This was not me": where the link of a notice leads. Opening it does nothing, because mail scanners open links; one
 * press does. The token stands in the fragment, which no server is sent, and leaves the address bar at once, also
 * where the link is opened in a page that is here already: that loads nothing anew.
 */
@customElement("fs-freeze-page")
export class FreezePage extends PageElement {
  @state() private token: string | null = null;
  /** Whether the link was used just now, or before the person came back here. */
  @state() private frozen: "now" | "before" | null = null;
  /** Whether the address had anything in it that might be a token. */
  @state() private given = false;

  /** Each link has its own: what becomes of one says nothing about another, and is waited for by no other. */
  #work = new Work(this);

  override connectedCallback(): void {
    super.connectedCallback();
    window.addEventListener("hashchange", this.#openedAnew);
    this.#take(location.hash.slice(1));
    // The way back leads to an address without its token: what was done there is still told.
    if (this.token === null && wasFrozen()) this.frozen = "before";
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    window.removeEventListener("hashchange", this.#openedAnew);
  }

  protected override render(): TemplateResult {
    return html`<div class="column stack stack--loose">${this.#content()}</div>`;
  }

  #content(): TemplateResult {
    if (this.frozen !== null) return this.#done(this.frozen);
    if (this.token !== null) return this.#question();
    return this.given ? this.#incomplete() : this.#without();
  }

  #question(): TemplateResult {
    return html`
      <h1 tabindex="-1">Was that not you?</h1>
      <section class="card stack" data-step="question">
        <p>Freeze your account if somebody else did what the mail tells of. At once:</p>
        <ul class="plain-list">
          <li><span>everybody is signed out, on every device</span></li>
          <li><span>nobody gets in, not even with your face or a code</span></li>
          <li><span>nothing is deleted, and nothing is learned</span></li>
          <li>
            <span
              >once you lift it, all passkeys and whatever was learned end, and so do devices and recovery
              codes that were new in the last three days</span
            >
          </li>
        </ul>
        <p class="muted">
          You lift it yourself: with a code from your mailbox, and your face on a device that your account
          knows or a recovery code. Without either, do not freeze it: sign in and remove the device instead.
        </p>
        ${this.#work.error === null ? "" : notice({ kind: "problem", ...wordsFor(this.#work.error) })}
        <div class="actions">
          <button
            type="button"
            class="button button--destroy"
            aria-disabled=${this.#work.busy}
            @click=${this.#freeze}
          >
            ${this.#work.busy ? "Freezing" : "Freeze my account"}
          </button>
          <a class="button" href=${ROUTES.home.path}>It was me</a>
        </div>
      </section>
    `;
  }

  /** Whoever comes back may have lifted it meanwhile. */
  #done(when: "now" | "before"): TemplateResult {
    return html`
      <h1 tabindex="-1">${when === "now" ? "Your account is frozen" : "You froze your account here"}</h1>
      <section class="card stack" data-step="frozen">
        <p>
          ${
            when === "now"
              ? "Everybody is signed out, and nobody gets in. A mail confirms it."
              : "Everybody was signed out, and nobody gets in until you lift it. A mail confirms it."
          }
        </p>
        <p>
          To lift it, take a device that your account knows, ask for a code and look at the camera; or use a
          recovery code along with it. Then look through your devices, and add your passkeys again.
        </p>
        <div class="actions">
          <a class="button button--primary" href=${ROUTES["sign-in"].path}>To the sign-in</a>
        </div>
      </section>
    `;
  }

  #incomplete(): TemplateResult {
    return html`
      <h1 tabindex="-1">This link is not complete</h1>
      ${notice({
        kind: "caution",
        title: "Nothing was done",
        text: "Open the link in the mail once more, or copy all of it into the address bar.",
      })}
    `;
  }

  /** Of a link that was here before nothing is known any more, not even whether it was used. */
  #without(): TemplateResult {
    return html`
      <h1 tabindex="-1">Open the link in the mail</h1>
      ${notice({
        kind: "caution",
        title: "There is no link here any more",
        text: "This page forgets it when you leave. To freeze your account, open the link once more. If you froze it already, a mail confirms it.",
      })}
    `;
  }

  readonly #openedAnew = (): void => {
    const given = location.hash.slice(1);
    // The way back leads to none, and the way past the header to an element of this page.
    if (given === "" || document.getElementById(given) !== null) return;
    this.#take(given);
    this.frozen = null;
    this.#work = new Work(this);
    void this.focusHeading("h1");
  };

  #take(given: string): void {
    this.token = TOKEN.test(given) ? given : null;
    this.given = given !== "";
    if (this.given) history.replaceState(null, "", location.pathname);
  }

  readonly #freeze = async (): Promise<void> => {
    const { token } = this;
    const work = this.#work;
    if (token === null || work.busy) return;
    const done = await work.run(async (signal) => {
      await this.services.faceSmash.freezeAccount(token, { signal });
      this.services.sessionChanged();
    });
    if (!done || work !== this.#work) return;
    this.frozen = "now";
    history.replaceState(FROZEN, "");
    await this.focusHeading("h1");
  };
}

function wasFrozen(): boolean {
  const state: unknown = history.state;
  return typeof state === "object" && state !== null && "frozen" in state && state.frozen === true;
}

declare global {
  interface HTMLElementTagNameMap {
    "fs-freeze-page": FreezePage;
  }
}
