import { html, nothing, type TemplateResult } from "lit";
import { customElement, state } from "lit/decorators.js";

import { awaited, failure, SIGNING_OUT } from "../components/failure";
import { notice } from "../components/notice";
import { Work } from "../components/work";
import type { SignOutAsked } from "../sdk";
import { isAddress, leaveTo } from "./authorize/leave";
import { PageElement } from "./page-element";

/**
 * Where an application sends people to sign them out (OpenID Connect RP-Initiated Logout).
 *
 * It always asks: a link that somebody else made must sign nobody out.
 */
@customElement("fs-logout-page")
export class LogoutPage extends PageElement {
  @state() private asked: SignOutAsked | null = null;
  @state() private signedIn = false;

  readonly #work = new Work(this);

  override connectedCallback(): void {
    super.connectedCallback();
    void this.#begin();
  }

  protected override render(): TemplateResult {
    return html`
      <div class="column stack stack--loose">
        <h1 tabindex="-1">Sign out</h1>
        ${
          this.asked === null
            ? awaited(this.#work, this.#begin)
            : this.signedIn
              ? this.#question(this.asked)
              : this.#done(this.asked)
        }
      </div>
    `;
  }

  #question({ clientName }: SignOutAsked): TemplateResult {
    return html`
      <section class="card stack" data-step="sign-out">
        <p>
          ${clientName === null ? "You were sent here to sign out." : `${clientName} asks to sign you out here.`}
          What applications may learn ends with your session. This device stays known.
        </p>
        ${this.#work.error === null ? nothing : failure(this.#work.error, this.#signOut, SIGNING_OUT)}
        ${this.#work.busy ? html`<p class="busy" role="status">${SIGNING_OUT.doing}</p>` : nothing}
        <div class="actions">
          <button
            type="button"
            class="button button--primary"
            aria-disabled=${this.#work.busy}
            @click=${this.#signOut}
          >
            Sign out
          </button>
          <a class="button" href="/dashboard">Stay signed in</a>
        </div>
      </section>
    `;
  }

  #done({ clientName, redirect }: SignOutAsked): TemplateResult {
    const back = redirect !== null && isAddress(redirect);
    return notice({
      title: "You are signed out",
      text: back ? "" : "You can close this page.",
      ...(back && {
        actions: html`<a class="button" href=${redirect}>Back to ${clientName}</a>`,
      }),
    });
  }

  readonly #begin = async (): Promise<void> => {
    await this.#work.run(async (signal) => {
      const { faceSmash } = this.services;
      const query = location.search.slice(1);
      const nobody: SignOutAsked = { clientName: null, redirect: null };
      const asked = query === "" ? nobody : await faceSmash.judgeSignOut(query, { signal });
      this.signedIn = (await faceSmash.resumeSession()) !== null;
      if (this.signedIn) this.services.sessionChanged();
      this.asked = asked;
    });
  };

  readonly #signOut = async (): Promise<void> => {
    const signedOut = await this.#work.run(async () => {
      await this.services.faceSmash.signOut();
    });
    this.services.sessionChanged();
    if (!signedOut) return;
    this.signedIn = false;
    const redirect = this.asked?.redirect ?? null;
    if (redirect !== null && isAddress(redirect)) leaveTo(redirect);
    else await this.focusHeading("h1");
  };
}

declare global {
  interface HTMLElementTagNameMap {
    "fs-logout-page": LogoutPage;
  }
}
