import { html, type TemplateResult } from "lit";
import { customElement, property, query } from "lit/decorators.js";

import "../../components/camera/face-enrolment";
import type { Enrol } from "../../components/camera/face-enrolment";
import { LightElement } from "../../components/light-element";
import { suggestDeviceName } from "../../components/wording/device-name";
import { isProblem } from "../../components/wording/problems";
import type { Declared, FaceSmash, Policy } from "../../sdk";
import { ROUTES } from "../router";
import { deviceNameField } from "./device-name";

/**
 * Names the device, looks at the face, registers.
 *
 * @fires registered
 * @fires consent-outdated - the text changed while the person read it
 * @fires mailbox-expired
 * @fires without-face
 */
@customElement("fs-face-step")
export class FaceStep extends LightElement {
  @property({ attribute: false }) faceSmash!: FaceSmash;
  @property() email = "";
  @property({ attribute: false }) policy!: Policy;
  @property({ attribute: false }) declared!: Declared;

  @query("#device-name") private readonly deviceName!: HTMLInputElement;

  protected override render(): TemplateResult {
    return html`
      <div class="stack">
        <fs-face-enrolment
          .faceSmash=${this.faceSmash}
          .policy=${this.policy}
          .enrol=${this.#register}
          doing="Registering"
          .fields=${deviceNameField()}
          .wayOn=${wayOn}
          @enrolled=${this.#tell("registered")}
          @consent-outdated=${this.#tell("consent-outdated")}
          @mailbox-expired=${this.#tell("mailbox-expired")}
        ></fs-face-enrolment>
        <p>
          <button type="button" class="link-button" @click=${this.#tell("without-face")}>
            Carry on without a face
          </button>
        </p>
      </div>
    `;
  }

  readonly #register: Enrol = async ({ capture, signal }) => {
    const { email, policy, declared } = this;
    const deviceName = this.deviceName.value.trim() || suggestDeviceName(navigator.userAgent);
    await this.faceSmash.register({ email, policy, declared, capture, deviceName, signal });
  };

  #tell(event: "registered" | "consent-outdated" | "mailbox-expired" | "without-face"): () => void {
    return () => {
      this.dispatchEvent(new CustomEvent(event));
    };
  }
}

function wayOn(error: unknown): TemplateResult | null {
  if (!isProblem(error, "already-enrolled")) return null;
  return html`<a class="button" href=${ROUTES["sign-in"].path}>Sign in</a>`;
}

declare global {
  interface HTMLElementTagNameMap {
    "fs-face-step": FaceStep;
  }
}
