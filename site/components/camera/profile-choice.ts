import { html, type PropertyValues, type TemplateResult } from "lit";
import { customElement, property, query } from "lit/decorators.js";

import { LIVENESS_PROFILES, type LivenessProfile } from "../../sdk";
import { LightElement } from "../light-element";
import { PROFILE_WORDS } from "../wording/profiles";

/**
 * The ways to show that one is there, one of which is chosen.
 *
 * @fires profile-chosen - with the profile as detail
 */
@customElement("fs-profile-choice")
export class ProfileChoice extends LightElement {
  @property() profile: LivenessProfile = "standard";
  /** What there is to choose from. */
  @property({ attribute: false }) offered: readonly LivenessProfile[] = LIVENESS_PROFILES;
  /** Not to be seen or reached now. */
  @property({ type: Boolean }) away = false;
  /** Unfolded, because one of them may be what helps now; whoever folds it up again is left alone. */
  @property({ type: Boolean }) open = false;

  @query("details") private readonly details!: HTMLDetailsElement;

  protected override updated(changed: PropertyValues): void {
    super.updated(changed);
    if (changed.has("open") && this.open) this.details.open = true;
    if (changed.has("away") && this.away) this.details.open = false;
  }

  protected override render(): TemplateResult {
    return html`
      <details class="profiles" data-testid="profiles" ?data-away=${this.away}>
        <summary>Ways to do this: <strong>${PROFILE_WORDS[this.profile].name}</strong></summary>
        <fieldset class="profiles__list">
          <legend class="visually-hidden">How to show that you are there</legend>
          ${this.offered.map((profile) => this.#option(profile))}
        </fieldset>
      </details>
    `;
  }

  #option(profile: LivenessProfile): TemplateResult {
    const { name, text } = PROFILE_WORDS[profile];
    return html`
      <label class="profiles__option">
        <input
          type="radio"
          name="liveness-profile"
          value=${profile}
          .checked=${profile === this.profile}
          @change=${() => {
            this.#choose(profile);
          }}
        />
        <span><strong>${name}</strong><span class="muted">${text}</span></span>
      </label>
    `;
  }

  #choose(profile: LivenessProfile): void {
    this.dispatchEvent(new CustomEvent("profile-chosen", { detail: profile }));
  }
}

declare global {
  interface HTMLElementTagNameMap {
    "fs-profile-choice": ProfileChoice;
  }
}
