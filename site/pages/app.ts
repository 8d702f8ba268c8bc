import { html, nothing, type PropertyValues, type TemplateResult } from "lit";
import { customElement, state } from "lit/decorators.js";
import { keyed } from "lit/directives/keyed.js";

import { failure, SIGNING_OUT } from "../components/failure";
import { LightElement } from "../components/light-element";
import { notice } from "../components/notice";
import { isAbort } from "../components/wording/problems";
import { Work } from "../components/work";
import type { Session } from "../sdk";
import { Navigation } from "./navigation";
import { openPage } from "./open-page";
import { OtherTabs } from "./other-tabs";
import { PutAway } from "./put-away";
import { ROUTES, type PageName } from "./router";
import { createServices, loadConfig, type Services } from "./services";

/** The shell: header, the page of the address, footer, and the one `FaceSmash` they share. */
@customElement("fs-app")
export class App extends LightElement {
  @state() private services: Services | null = null;
  @state() private failed = false;

  readonly #navigation = new Navigation(this);
  readonly #work = new AbortController();
  readonly #leaving = new Work(this);
  readonly #putAway = new PutAway(this, () => this.#session);
  #focusedVisit = 0;

  constructor() {
    super();
    this.addController(new OtherTabs(() => this.#session));
  }

  get #session(): Session | null {
    return this.services?.faceSmash.session() ?? null;
  }

  override connectedCallback(): void {
    super.connectedCallback();
    void this.#configure();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#work.abort();
    void this.services?.faceSmash.dispose();
  }

  protected override render(): TemplateResult {
    const { page, visit } = this.#navigation;
    return html`
      <a class="skip-link" href="#main" @click=${this.#skip}>Skip to the content</a>
      ${this.#header()}
      <main id="main" tabindex="-1" data-page=${page ?? "not-found"}>
        ${this.failed ? this.#unconfigured() : nothing}
        ${this.#leaving.error === null ? nothing : this.#stillSignedIn(this.#leaving.error)}
        ${
          this.services === null || this.#putAway.emptied
            ? nothing
            : keyed(visit, openPage(page, this.services))
        }
      </main>
      ${this.#footer()}
    `;
  }

  protected override updated(changed: PropertyValues): void {
    super.updated(changed);
    const { visit } = this.#navigation;
    if (visit === this.#focusedVisit) return;
    this.#focusedVisit = visit;
    this.querySelector<HTMLElement>("main")?.focus({ preventScroll: true });
  }

  #header(): TemplateResult {
    const session = this.#session;
    return html`
      <header class="site-header">
        <div class="site-header__inner">
          <a class="brand" href=${ROUTES.home.path} aria-label="FaceSmash, home">
            <img src="/favicon.svg" alt="" width="28" height="28" /> FaceSmash
          </a>
          <nav class="site-nav" aria-label="Site">
            ${
              this.#leaving.busy
                ? html`<p class="busy" role="status">${SIGNING_OUT.doing}</p>`
                : session !== null
                  ? html`${this.#link("dashboard", "My data")}
                      <button type="button" @click=${this.#signOut}>Sign out</button>`
                  : html`${this.#link("register", "Register")} ${this.#link("sign-in", "Sign in")}`
            }
          </nav>
        </div>
      </header>
    `;
  }

  #link(page: PageName, name: string): TemplateResult {
    const current = this.#navigation.page === page ? "page" : nothing;
    return html`<a href=${ROUTES[page].path} aria-current=${current}>${name}</a>`;
  }

  #footer(): TemplateResult {
    const local = this.services?.config.environment === "local";
    return html`
      <footer class="site-footer">
        <div class="site-footer__inner">
          <p>Pictures stay on your device.</p>
          <a href=${ROUTES.policy.path}>Policy and what is kept</a>
          <a href=${local ? ROUTES.outbox.path : ROUTES.dashboard.path}>
            ${local ? "Outbox of this local installation" : "My data"}
          </a>
        </div>
      </footer>
    `;
  }

  #unconfigured(): TemplateResult {
    return html`
      <div class="column">
        ${notice({
          kind: "problem",
          title: "This page could not read its settings",
          text: "Check your connection and reload the page.",
          actions: html`<button type="button" class="button" @click=${this.#configure}>Try again</button>`,
        })}
      </div>
    `;
  }

  #stillSignedIn(error: unknown): TemplateResult {
    return html`<div class="column">${failure(error, this.#signOut, SIGNING_OUT)}</div>`;
  }

  /** Only the focus moves: an address with a fragment would be a new entry of the history, above the steps of a page. */
  readonly #skip = (event: MouseEvent): void => {
    event.preventDefault();
    this.querySelector<HTMLElement>("main")?.focus();
  };

  readonly #configure = async (): Promise<void> => {
    this.failed = false;
    try {
      const config = await loadConfig(this.#work.signal);
      this.services = createServices(config, {
        go: (page) => {
          this.#navigation.go(page);
        },
        sessionChanged: () => {
          // Whoever has signed in or out since knows where they are.
          this.#leaving.clear();
        },
      });
    } catch (error) {
      this.failed = !isAbort(error);
    }
  };

  /** The page is left at once, and its camera closes: nobody waits for a network in front of their own data. */
  readonly #signOut = async (): Promise<void> => {
    const { services } = this;
    if (services === null) return;
    this.#navigation.go("home");
    await this.updateComplete;
    await this.#leaving.run(async () => services.faceSmash.signOut());
    // Whoever opened it meanwhile sees it no longer than the session lasts.
    const { page } = this.#navigation;
    if (services.faceSmash.session() === null && (page === "dashboard" || page === "face")) {
      this.#navigation.go("home");
    }
  };
}

declare global {
  interface HTMLElementTagNameMap {
    "fs-app": App;
  }
}
