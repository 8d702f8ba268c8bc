import { html, type TemplateResult } from "lit";
import { customElement, state } from "lit/decorators.js";

import { FETCHING, policyText, responsible, retentionRecords } from "../components/consent/policy-parts";
import { awaited } from "../components/failure";
import { languageWords } from "../components/wording/account";
import { Work } from "../components/work";
import type { Policy } from "../sdk";
import { PageElement } from "./page-element";

/** The text in force and what is kept under it, for whoever wants to know: nobody has to sign in for this. */
@customElement("fs-policy-page")
export class PolicyPage extends PageElement {
  @state() private policy: Policy | null = null;

  readonly #work = new Work(this);

  override connectedCallback(): void {
    super.connectedCallback();
    void this.#load();
  }

  protected override render(): TemplateResult {
    return html`
      <div class="column stack stack--loose">
        <div class="stack stack--tight">
          <h1 tabindex="-1">Policy and what is kept</h1>
          <p class="lead">Whoever registers a face here agrees to exactly these words.</p>
        </div>
        ${this.policy === null ? awaited(this.#work, this.#load, { doing: FETCHING }) : this.#whole(this.policy)}
      </div>
    `;
  }

  #whole(policy: Policy): TemplateResult {
    return html`
      <section class="card stack" aria-labelledby="text">
        <h2 id="text">The text in force</h2>
        <dl class="facts">
          <div>
            <dt>Version</dt>
            <dd>${policy.version}</dd>
          </div>
          <div>
            <dt>Language</dt>
            <dd>${languageWords(policy.language)}</dd>
          </div>
          <div>
            <dt>Fingerprint (SHA-256)</dt>
            <dd class="mono">${policy.textSha256}</dd>
          </div>
        </dl>
        <p class="small muted">
          Your browser worked the fingerprint out from the text, and it fits. The record of each consent names
          it, so that it stays clear which words were agreed to.
        </p>
        <div class="consent consent--whole" lang=${policy.language}>${policyText(policy)}</div>
      </section>
      <section class="card stack" aria-labelledby="kept">
        <h2 id="kept">What is kept, and for how long</h2>
        ${retentionRecords(policy)}
      </section>
      <section class="card stack" aria-labelledby="responsible">
        <h2 id="responsible">Who is responsible</h2>
        ${responsible(policy)}
      </section>
    `;
  }

  readonly #load = async (): Promise<void> => {
    await this.#work.run(async (signal) => {
      this.policy = await this.services.faceSmash.policy({ signal });
    });
  };
}

declare global {
  interface HTMLElementTagNameMap {
    "fs-policy-page": PolicyPage;
  }
}
