import { html, nothing, type TemplateResult } from "lit";
import { customElement, property, query, state } from "lit/decorators.js";

import type { Declared, FaceSmash, Policy } from "../../sdk";
import { awaited } from "../failure";
import { LightElement } from "../light-element";
import { Work } from "../work";
import { FETCHING, policyText, responsible, retentionRecords } from "./policy-parts";

export interface AgreedDetail {
  readonly policy: Policy;
  readonly declared: Declared;
}

/** What a policy can ask for, by the name of its field. */
type Asked = "agree" | "of-age" | "name";

const MISSING: Readonly<Record<Asked, string>> = {
  agree: "Tick the box if you agree. If not, take the other way below.",
  "of-age": "Tick the box if this is so. If not, take the other way below.",
  name: "Type your name: it is your signature.",
};

/**
 * The consent text in full, its version, what is declared, and a real choice.
 *
 * @fires policy-loaded - the policy on the screen
 * @fires agreed - an `AgreedDetail`
 */
@customElement("fs-consent-form")
export class ConsentForm extends LightElement {
  @property({ attribute: false }) faceSmash!: FaceSmash;
  /** What agreeing is called, and what else can be done. */
  @property() agree = "Agree and continue";
  @property({ attribute: false }) otherwise: TemplateResult | typeof nothing = nothing;
  @property({ type: Boolean }) busy = false;

  @state() private policy: Policy | null = null;
  /** What is not declared yet, though asked for. */
  @state() private missing: readonly Asked[] = [];
  @query("input[name=agree]") private readonly box!: HTMLInputElement;
  @query("input[name=of-age]") private readonly ageBox!: HTMLInputElement | null;
  @query("input[name=signed-name]") private readonly nameField!: HTMLInputElement | null;

  readonly #work = new Work(this);

  override connectedCallback(): void {
    super.connectedCallback();
    void this.#load();
  }

  protected override render(): TemplateResult {
    return this.policy === null
      ? awaited(this.#work, this.#load, { doing: FETCHING })
      : this.#choice(this.policy);
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
          ${policyText(policy)}
        </div>
        ${this.#retention(policy)} ${this.#tick("agree", policy.release.statement)}
        ${policy.release.ageStatement === null ? nothing : this.#tick("of-age", policy.release.ageStatement)}
        ${policy.release.typedName ? this.#signature() : nothing}
        <div class="choices">
          <button class="button button--primary" aria-disabled=${this.busy}>${this.agree}</button>
          ${this.otherwise}
        </div>
        <p class="small muted">
          You can withdraw your consent at any time, and everything is deleted at once. Saying no has no
          drawback.
        </p>
      </form>
    `;
  }

  #tick(name: "agree" | "of-age", statement: string): TemplateResult {
    const missing = this.missing.includes(name);
    return html`
      <label class="check">
        <input
          type="checkbox"
          name=${name}
          aria-invalid=${missing ? "true" : nothing}
          aria-describedby=${missing ? `${name}-error` : nothing}
          @change=${this.#declared}
        />
        <span>${statement}</span>
      </label>
      ${this.#error(name)}
    `;
  }

  #signature(): TemplateResult {
    const missing = this.missing.includes("name");
    return html`
      <div class="field">
        <label for="signed-name">Your name, as your signature</label>
        <input
          id="signed-name"
          class="input"
          name="signed-name"
          autocomplete="name"
          maxlength="128"
          aria-invalid=${missing ? "true" : nothing}
          aria-describedby=${missing ? "name-error" : nothing}
          @input=${this.#declared}
        />
        ${this.#error("name")}
      </div>
    `;
  }

  #error(name: Asked): TemplateResult | typeof nothing {
    if (!this.missing.includes(name)) return nothing;
    return html`<p class="field__error" id="${name}-error">${MISSING[name]}</p>`;
  }

  #retention(policy: Policy): TemplateResult {
    return html`
      <details class="details">
        <summary>What is kept, for how long, and who is responsible</summary>
        ${retentionRecords(policy)} ${responsible(policy)}
      </details>
    `;
  }

  readonly #load = async (): Promise<void> => {
    await this.#work.run(async (signal) => {
      this.policy = await this.faceSmash.policy({ signal });
      this.dispatchEvent(new CustomEvent("policy-loaded", { detail: this.policy }));
    });
  };

  readonly #declared = (): void => {
    this.missing = [];
  };

  readonly #submit = (event: SubmitEvent): void => {
    event.preventDefault();
    const { policy, box, ageBox, nameField } = this;
    if (policy === null || this.busy) return;
    const signedName = nameField?.value.trim();
    this.missing = [
      ...(box.checked ? [] : ["agree" as const]),
      ...(ageBox === null || ageBox.checked ? [] : ["of-age" as const]),
      ...(signedName === "" ? ["name" as const] : []),
    ];
    const first = { agree: box, "of-age": ageBox, name: nameField }[this.missing[0] ?? "agree"];
    if (this.missing.length > 0) {
      first?.focus();
      return;
    }
    const declared: Declared = {
      ...(signedName !== undefined && { signedName }),
      ...(ageBox !== null && { isOfAge: ageBox.checked }),
    };
    this.dispatchEvent(new CustomEvent<AgreedDetail>("agreed", { detail: { policy, declared } }));
  };
}

declare global {
  interface HTMLElementTagNameMap {
    "fs-consent-form": ConsentForm;
  }
}
