import { html, nothing, type TemplateResult } from "lit";
import { customElement, state } from "lit/decorators.js";

import { failure } from "../../components/failure";
import { learns } from "../../components/wording/scopes";
import { Work } from "../../components/work";
import type { AuthorizationAsked } from "../../sdk";
import { PageElement } from "../page-element";
import { leaveTo } from "./leave";

/**
 * Where an application sends people (OpenID Connect): signed in, asked, sent back.
 *
 * Every address that it goes to came from the API, which compared it with those that are registered.
 */
@customElement("fs-authorize-page")
export class AuthorizePage extends PageElement {
  @state() private asked: AuthorizationAsked | null = null;
  @state() private mustAgree = false;
  @state() private leaving = false;

  readonly #work = new Work(this);
  #query = "";

  override connectedCallback(): void {
    super.connectedCallback();
    this.#query = location.search.slice(1) || (this.services.memory.application?.query ?? "");
    void this.#begin();
  }

  protected override render(): TemplateResult {
    const { asked } = this;
    return html`
      <div class="column stack stack--loose">
        <h1 tabindex="-1">
          ${asked === null ? "Sign in to an application" : `Sign in to ${asked.clientName}`}
        </h1>
        ${this.#work.error === null ? nothing : failure(this.#work.error, this.#begin)}
        ${
          asked !== null && this.mustAgree && !this.leaving
            ? this.#question(asked)
            : this.#work.error === null
              ? html`<p class="busy" role="status">One moment</p>`
              : nothing
        }
      </div>
    `;
  }

  #question(asked: AuthorizationAsked): TemplateResult {
    return html`
      <section class="card stack" data-step="consent" aria-labelledby="learns">
        <h2 id="learns" tabindex="-1">${asked.clientName} asks who you are</h2>
        <p>If you go on, it learns:</p>
        <ul class="plain-list">
          ${learns(asked.scopes).map((words) => html`<li>${words}</li>`)}
        </ul>
        <p class="muted">
          It never gets anything of your face, and other applications know you by another number. You are not
          asked again, and can withdraw this on your dashboard.
        </p>
        <div class="actions">
          <button
            type="button"
            class="button button--primary"
            ?disabled=${this.#work.busy}
            @click=${this.#agree}
          >
            Go on to ${asked.clientName}
          </button>
          <button
            type="button"
            class="button"
            ?disabled=${this.#work.busy}
            @click=${(): void => {
              this.#leave(asked.denied);
            }}
          >
            Cancel
          </button>
        </div>
      </section>
    `;
  }

  readonly #begin = async (): Promise<void> => {
    await this.#work.run(async (signal) => {
      const { faceSmash, memory } = this.services;
      const judged = await faceSmash.judgeAuthorization(this.#query, { signal });
      if (judged.refused !== null) {
        this.#leave(judged.refused);
        return;
      }
      this.asked = judged.asked;
      const session = await faceSmash.resumeSession();
      if (session !== null) this.services.sessionChanged();
      const proved = memory.application?.query === this.#query && memory.application.signedIn;
      if (session === null || (judged.asked.anew && !proved)) this.#signIn(judged.asked);
      else await this.#answer(judged.asked, { consent: false, signal });
    });
  };

  readonly #agree = async (): Promise<void> => {
    const { asked } = this;
    if (asked === null) return;
    await this.#work.run(async (signal) => this.#answer(asked, { consent: true, signal }));
  };

  async #answer(
    asked: AuthorizationAsked,
    { consent, signal }: { consent: boolean; signal: AbortSignal },
  ): Promise<void> {
    const answer = await this.services.faceSmash.answerAuthorization(
      { query: this.#query, consent },
      { signal },
    );
    if (answer.outcome === "redirect") {
      this.#leave(answer.redirect);
    } else if (answer.outcome === "sign-in") {
      this.#signIn(asked);
    } else {
      this.mustAgree = true;
      void this.focusHeading("h2");
    }
  }

  #signIn(asked: AuthorizationAsked): void {
    if (asked.silent) {
      this.#leave(asked.loginRequired);
      return;
    }
    const { clientName: name, loginHint } = asked;
    this.services.memory.application = { query: this.#query, name, loginHint, signedIn: false };
    this.services.go("sign-in");
  }

  #leave(address: string): void {
    this.leaving = true;
    this.services.memory.application = null;
    leaveTo(address);
  }
}

declare global {
  interface HTMLElementTagNameMap {
    "fs-authorize-page": AuthorizePage;
  }
}
