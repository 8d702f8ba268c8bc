import { html, nothing, type TemplateResult } from "lit";
import { customElement, property, query } from "lit/decorators.js";

import { LightElement } from "../../components/light-element";
import { notice } from "../../components/notice";
import { Work } from "../../components/work";
import { suggestDeviceName } from "../../components/wording/device-name";
import { isMailboxGone, isProblem, wordsFor } from "../../components/wording/problems";
import type { FaceSmash } from "../../sdk";
import { ROUTES } from "../router";
import { deviceNameField } from "./device-name";

/**
 * An account without a face. Saying no to face recognition must cost nothing: it does the same as one with a face.
 *
 * @fires registered
 * @fires mailbox-expired
 */
@customElement("fs-without-face-step")
export class WithoutFaceStep extends LightElement {
  @property({ attribute: false }) faceSmash!: FaceSmash;
  @property() email = "";

  @query("#device-name") private readonly deviceName!: HTMLInputElement;

  readonly #work = new Work(this);

  protected override render(): TemplateResult {
    const { error, busy } = this.#work;
    return html`
      <form class="stack" novalidate @submit=${this.#submit}>
        <h2 tabindex="-1">Without a face</h2>
        <p>
          You do not have to use your face, and saying no has no drawback. Your account then has none: a code
          from your mailbox signs you in, or a passkey, which you can add right after this. The camera stays
          off.
        </p>
        ${deviceNameField()} ${error === null ? nothing : this.#problem(error)}
        <div class="choices">
          <button class="button button--primary" aria-disabled=${busy}>Make my account</button>
        </div>
        ${busy ? html`<p class="busy" role="status">Registering</p>` : nothing}
        <p class="small muted">
          Your address, this device’s name and public key, and your sign-ins are kept. You can see, download
          and delete all of it at any time.
        </p>
      </form>
    `;
  }

  #problem(error: unknown): TemplateResult {
    const words = { kind: "problem", ...wordsFor(error) } as const;
    if (!isProblem(error, "already-enrolled")) return notice(words);
    return notice({ ...words, actions: html`<a class="button" href=${ROUTES["sign-in"].path}>Sign in</a>` });
  }

  readonly #submit = async (event: SubmitEvent): Promise<void> => {
    event.preventDefault();
    if (this.#work.busy) return;
    const deviceName = this.deviceName.value.trim() || suggestDeviceName(navigator.userAgent);
    const done = await this.#work.run(async (signal) => {
      await this.faceSmash.registerWithoutFace({ email: this.email, deviceName, signal });
    });
    if (done) this.dispatchEvent(new CustomEvent("registered"));
    else if (isMailboxGone(this.#work.error)) this.dispatchEvent(new CustomEvent("mailbox-expired"));
  };
}

declare global {
  interface HTMLElementTagNameMap {
    "fs-without-face-step": WithoutFaceStep;
  }
}
