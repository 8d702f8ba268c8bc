import { html, nothing, type TemplateResult } from "lit";
import { customElement, property, query, state } from "lit/decorators.js";

import { contactLink } from "../../components/contact";
import { LightElement } from "../../components/light-element";
import { notice } from "../../components/notice";
import { Work } from "../../components/work";
import { consentBlocks, type ConsentBlock } from "../../components/wording/consent-text";
import { PROBLEM_WORDS, wordsFor } from "../../components/wording/problems";
import type { FaceSmash, Policy } from "../../sdk";

/**
 * The consent text in full, its version, and a real choice.
 *
 * @fires policy-loaded - the policy on the screen
 * @fires agreed - the policy that was agreed to
 * @fires without-face
 */
@customElement("fs-consent-step")
export class ConsentStep extends LightElement {
  @property({ attribute: false }) faceSmash!: FaceSmash;
  /** Whether the person agreed to a text that has been replaced since. */
  @property({ type: Boolean }) outdated = false;

  @state() private policy: Policy | null = null;
  @state() private unticked = false;
  @query("input[type=checkbox]") private readonly box!: HTMLInputElement;

  readonly #work = new Work(this);

  override connectedCallback(): void {
    super.connectedCallback();
    void this.#load();
  }

  protected override render(): TemplateResult {
    return html`
      <div class="stack">
        <h2 tabindex="-1">Your consent</h2>
        ${this.outdated ? notice({ kind: "caution", ...PROBLEM_WORDS["consent-outdated"] }) : nothing}
        ${this.policy === null ? this.#waiting() : this.#choice(this.policy)}
      </div>
    `;
  }

  #waiting(): TemplateResult {
    if (this.#work.error === null) return html`<p class="busy" role="status">Fetching the text</p>`;
    return notice({
      kind: "problem",
      ...wordsFor(this.#work.error),
      actions: html`<button type="button" class="button" @click=${this.#load}>Try again</button>`,
    });
  }

  #choice(policy: Policy): TemplateResult {
    return html`
      <form class="stack" novalidate @submit=${this.#submit}>
        <p class="muted">
          Please read this first. It says what is stored, why, for how long, and how to end it. Version
          <strong>${policy.version}</strong>.
        </p>
        <div
          class="consent"
          role="region"
          aria-label="Consent text, version ${policy.version}"
          tabindex="0"
          lang=${policy.language}
        >
          <div class="consent__text">${consentBlocks(policy.text).map(consentBlock)}</div>
        </div>
        ${this.#retention(policy)}
        <label class="check">
          <input
            type="checkbox"
            name="agree"
            aria-invalid=${this.unticked ? "true" : nothing}
            aria-describedby=${this.unticked ? "agree-error" : nothing}
            @change=${this.#ticked}
          />
          <span>I agree that my face is used to sign me in, as described above</span>
        </label>
        ${
          this.unticked
            ? html`<p class="field__error" id="agree-error">
                Tick the box if you agree. If not, carry on without a face.
              </p>`
            : nothing
        }
        <div class="choices">
          <button class="button button--primary">Agree and continue</button>
          <button type="button" class="button" @click=${this.#withoutFace}>Carry on without a face</button>
        </div>
        <p class="small muted">
          You can withdraw your consent at any time, and everything is deleted at once. Saying no has no
          drawback.
        </p>
      </form>
    `;
  }

  #retention({ retention, controller }: Policy): TemplateResult {
    return html`
      <details class="details">
        <summary>What is kept, for how long, and who is responsible</summary>
        <ul class="records">
          ${retention.map(
            ({ kind, purpose, period, ends }) => html`
              <li class="record">
                <p class="record__title retention__kind">${kind}</p>
                <dl class="facts">
                  <div>
                    <dt>What for</dt>
                    <dd>${purpose}</dd>
                  </div>
                  <div>
                    <dt>How long</dt>
                    <dd>${period}</dd>
                  </div>
                  <div>
                    <dt>Ended by</dt>
                    <dd>${ends}</dd>
                  </div>
                </dl>
              </li>
            `,
          )}
        </ul>
        <p>Responsible: ${controller.name}, ${contactLink(controller.contact)}</p>
      </details>
    `;
  }

  readonly #load = async (): Promise<void> => {
    await this.#work.run(async (signal) => {
      this.policy = await this.faceSmash.policy({ signal });
      this.dispatchEvent(new CustomEvent("policy-loaded", { detail: this.policy }));
    });
  };

  readonly #ticked = (): void => {
    this.unticked = false;
  };

  readonly #submit = (event: SubmitEvent): void => {
    event.preventDefault();
    this.unticked = !this.box.checked;
    if (this.unticked) this.box.focus();
    else this.dispatchEvent(new CustomEvent("agreed", { detail: this.policy }));
  };

  readonly #withoutFace = (): void => {
    this.dispatchEvent(new CustomEvent("without-face"));
  };
}

function consentBlock(block: ConsentBlock): TemplateResult {
  switch (block.kind) {
    case "heading":
      return html`<h3>${block.text}</h3>`;
    case "list":
      return html`<ul>
        ${block.items.map((item) => html`<li>${item}</li>`)}
      </ul>`;
    case "paragraph":
      return html`<p>${block.text}</p>`;
  }
}

declare global {
  interface HTMLElementTagNameMap {
    "fs-consent-step": ConsentStep;
  }
}
