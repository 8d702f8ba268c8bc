import { html, type TemplateResult } from "lit";
import { customElement, property } from "lit/decorators.js";

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

  protected override render(): TemplateResult {
    return html`
      <details class="profiles" data-testid="profiles">
        <summary>Other ways to do this: <strong>${PROFILE_WORDS[this.profile].name}</strong></summary>
        <fieldset class="profiles__list">
          <legend class="visually-hidden">How to show that you are there</legend>
          ${LIVENESS_PROFILES.map((profile) => this.#option(profile))}
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
