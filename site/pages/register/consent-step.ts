import { html, nothing, type TemplateResult } from "lit";
import { customElement, property } from "lit/decorators.js";

import "../../components/consent/consent-form";
import { LightElement } from "../../components/light-element";
import { notice } from "../../components/notice";
import { PROBLEM_WORDS } from "../../components/wording/problems";
import type { FaceSmash } from "../../sdk";

/**
 * The consent text, before the camera opens; a way on without a face stands beside agreeing.
 *
 * @fires policy-loaded - the policy on the screen
 * @fires agreed - an `AgreedDetail`
 * @fires without-face
 */
@customElement("fs-consent-step")
export class ConsentStep extends LightElement {
  @property({ attribute: false }) faceSmash!: FaceSmash;
  /** Whether the person agreed to a text that has been replaced since. */
  @property({ type: Boolean }) outdated = false;
  /** What follows from agreeing is under way. */
  @property({ type: Boolean }) busy = false;
  /** The way on for whoever does not agree, where that is not an account without a face. */
  @property({ attribute: false }) otherwise: TemplateResult | null = null;

  protected override render(): TemplateResult {
    return html`
      <div class="stack">
        <h2 tabindex="-1">Your consent</h2>
        ${this.outdated ? notice({ kind: "caution", ...PROBLEM_WORDS["consent-outdated"] }) : nothing}
        <fs-consent-form
          .faceSmash=${this.faceSmash}
          .busy=${this.busy}
          .otherwise=${this.otherwise ?? this.#carryOn()}
          @policy-loaded=${this.#pass}
          @agreed=${this.#pass}
        ></fs-consent-form>
      </div>
    `;
  }

  #carryOn(): TemplateResult {
    return html`<button type="button" class="button" @click=${this.#withoutFace}>
      Carry on without a face
    </button>`;
  }

  readonly #pass = ({ type, detail }: CustomEvent<unknown>): void => {
    this.dispatchEvent(new CustomEvent(type, { detail }));
  };

  readonly #withoutFace = (): void => {
    this.dispatchEvent(new CustomEvent("without-face"));
  };
}

declare global {
  interface HTMLElementTagNameMap {
    "fs-consent-step": ConsentStep;
  }
}
