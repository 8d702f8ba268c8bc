import { html, nothing, type TemplateResult } from "lit";
import { customElement, property, query, state } from "lit/decorators.js";

import "../../components/camera/camera-block";
import type { CameraBlock, CapturedDetail } from "../../components/camera/camera-block";
import { LightElement } from "../../components/light-element";
import { notice } from "../../components/notice";
import { Work } from "../../components/work";
import { captureReasons } from "../../components/wording/captures";
import { suggestDeviceName } from "../../components/wording/device-name";
import { isConsentOutdated, isMailboxGone, isProblem, wordsFor } from "../../components/wording/problems";
import { type Capture, type Declared, type FaceSmash, type Policy } from "../../sdk";
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

  @state() private capture: Capture | null = null;
  @query("#device-name") private readonly deviceName!: HTMLInputElement;
  @query("fs-camera") private readonly camera!: CameraBlock;

  readonly #work = new Work(this);

  protected override render(): TemplateResult {
    return html`
      <div class="stack">
        <h2 tabindex="-1">Your face</h2>
        <p class="muted">
          First a few steps that only somebody who is there can follow: a dot for your nose, sometimes closed
          eyes until a sound. Then four looks at your face, each from another side. All of it takes about
          fifteen seconds. This page turns the pictures into numbers and throws them away.
        </p>
        ${deviceNameField()}
        <fs-camera
          .faceSmash=${this.faceSmash}
          purpose="enrolment"
          .policy=${this.policy}
          @consent-outdated=${this.#consentOutdated}
          @captured=${this.#captured}
          @mailbox-expired=${this.#mailboxExpired}
        ></fs-camera>
        ${this.#work.busy ? html`<p class="busy" role="status">Registering</p>` : nothing}
        ${this.#work.error === null ? nothing : this.#problem(this.#work.error)}
        <p>
          <button type="button" class="link-button" @click=${this.#withoutFace}>
            Carry on without a face
          </button>
        </p>
      </div>
    `;
  }

  #problem(error: unknown): TemplateResult {
    const words = wordsFor(error);
    if (isProblem(error, "capture-refused")) {
      const text = captureReasons(error.reasons ?? []).join(" ");
      return notice({ kind: "problem", ...words, text, actions: this.#action("Try again", this.#again) });
    }
    if (isProblem(error, "already-enrolled")) {
      const actions = html`<a class="button" href=${ROUTES["sign-in"].path}>Sign in</a>`;
      return notice({ kind: "problem", ...words, actions });
    }
    return notice({ kind: "problem", ...words, actions: this.#action("Send again", this.#register) });
  }

  #action(name: string, act: () => unknown): TemplateResult {
    return html`<button type="button" class="button" @click=${act}>${name}</button>`;
  }

  readonly #captured = ({ detail }: CustomEvent<CapturedDetail>): void => {
    this.capture = detail.capture;
    void this.#register();
  };

  readonly #again = (): void => {
    this.#work.clear();
    void this.camera.start();
  };

  readonly #register = async (): Promise<void> => {
    const { capture, email, policy, declared } = this;
    if (capture === null) return;
    const deviceName = this.deviceName.value.trim() || suggestDeviceName(navigator.userAgent);
    const done = await this.#work.run(async (signal) => {
      await this.faceSmash.register({ email, policy, declared, capture, deviceName, signal });
    });
    const { error } = this.#work;
    if (done) this.#tell("registered");
    else if (isConsentOutdated(error)) this.#tell("consent-outdated");
    else if (isMailboxGone(error)) this.#tell("mailbox-expired");
  };

  readonly #mailboxExpired = (): void => {
    this.#tell("mailbox-expired");
  };

  readonly #consentOutdated = (): void => {
    this.#tell("consent-outdated");
  };

  readonly #withoutFace = (): void => {
    this.#tell("without-face");
  };

  #tell(event: "registered" | "consent-outdated" | "mailbox-expired" | "without-face"): void {
    // The numbers of a face stay no longer than they are needed.
    this.capture = null;
    this.dispatchEvent(new CustomEvent(event));
  }
}

declare global {
  interface HTMLElementTagNameMap {
    "fs-face-step": FaceStep;
  }
}
