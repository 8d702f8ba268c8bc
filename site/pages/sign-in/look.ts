import { html, nothing, type TemplateResult } from "lit";
import { customElement, property, query, state } from "lit/decorators.js";

import "../../components/camera/camera-block";
import type { CameraBlock, CapturedDetail } from "../../components/camera/camera-block";
import { LightElement } from "../../components/light-element";
import { notice } from "../../components/notice";
import { suggestDeviceName } from "../../components/wording/device-name";
import { hintsAfter, type Trouble } from "../../components/wording/guidance";
import { waitHint } from "../../components/wording/patience";
import { isProblem, PROBLEM_WORDS, wordsFor } from "../../components/wording/problems";
import { Work } from "../../components/work";
import { StateError, type FaceSmash } from "../../sdk";

/**
 * Looks at the face and asks to be let in.
 *
 * @fires signed-in
 * @fires mailbox-expired
 * @fires mailbox-needed - the chosen way asks for the mailbox as well, and the person agrees
 * @fires without-face - the person wants the other way in
 */
@customElement("fs-look")
export class Look extends LightElement {
  @property({ attribute: false }) faceSmash!: FaceSmash;
  @property() heading = "";
  @property() lead = "";
  /** See `fs-camera`. */
  @property({ type: Boolean }) codeless = false;

  @state() private refused = false;
  /** After a refusal one press starts the camera again. */
  @state() private again = false;
  /** Not there while a refusal is shown. */
  @query("fs-camera") private readonly camera!: CameraBlock | null;

  #trouble: Trouble | null = null;
  /** In a row, on this page. */
  #refusals = 0;

  readonly #work = new Work(this);

  protected override render(): TemplateResult {
    if (this.refused) return this.#refusal();
    return html`
      <div class="stack">
        <h2 tabindex="-1">${this.heading}</h2>
        <p class="muted">${this.lead}</p>
        <fs-camera
          .faceSmash=${this.faceSmash}
          purpose="probe"
          .codeless=${this.codeless}
          .autostart=${this.again}
          @captured=${this.#captured}
          @mailbox-expired=${this.#mailboxExpired}
          @mailbox-needed=${this.#mailboxNeeded}
        ></fs-camera>
        ${this.#work.busy ? html`<p class="busy" role="status">Signing in</p>` : nothing}
        ${this.#work.error === null ? nothing : this.#problem(this.#work.error)}
        <p>
          <button type="button" class="link-button" @click=${this.#withoutFace}>
            Use a mailbox code instead
          </button>
        </p>
      </div>
    `;
  }

  /** One message for every reason, because the reason would help a stranger more than the person. */
  #refusal(): TemplateResult {
    const wait = waitHint(this.#refusals);
    const { title } = PROBLEM_WORDS["authentication-failed"];
    return html`
      <div class="stack" data-testid="refusal">
        <h2 tabindex="-1">${title}</h2>
        <p>
          To keep strangers out, the service never says why. Your data is safe, and you can try again or go in
          another way.
        </p>
        <div class="choices">
          <button type="button" class="button button--primary" @click=${this.#retry}>Try again</button>
          <button type="button" class="button" @click=${this.#withoutFace}>Use a mailbox code</button>
        </div>
        <div class="stack stack--tight">
          <p>
            <strong
              >${this.#trouble === null ? "What often helps" : "What this device noticed, and what helps"}</strong
            >
          </p>
          <ul class="plain-list">
            ${wait === null ? nothing : html`<li data-testid="wait"><strong>${wait}</strong></li>`}
            ${hintsAfter(this.#trouble).map((hint) => html`<li><span>${hint}</span></li>`)}
          </ul>
        </div>
      </div>
    `;
  }

  #problem(error: unknown): TemplateResult {
    const actions = html`<button type="button" class="button" @click=${this.#retry}>Try again</button>`;
    return notice({ kind: "problem", ...wordsFor(error), actions });
  }

  readonly #captured = async ({ detail }: CustomEvent<CapturedDetail>): Promise<void> => {
    this.#trouble = detail.trouble;
    const done = await this.#work.run(async (signal) => {
      // A device that is new to the account gets a name that its owner will recognise in the list.
      const deviceName = suggestDeviceName(navigator.userAgent);
      await this.faceSmash.signIn({ capture: detail.capture, deviceName, signal });
    });
    if (done) this.#tell("signed-in");
    else await this.#failed(this.#work.error);
  };

  async #failed(error: unknown): Promise<void> {
    if (isMailboxGone(error)) {
      this.#tell("mailbox-expired");
    } else if (isProblem(error, "authentication-failed")) {
      this.#work.clear();
      this.#refusals += 1;
      this.refused = true;
      await this.updateComplete;
      this.querySelector<HTMLElement>("h2")?.focus();
    }
  }

  /** The pressed button goes: the camera, which is what was asked for, takes the focus. */
  readonly #retry = async (): Promise<void> => {
    this.again = true;
    if (this.refused) {
      this.#work.clear();
      this.refused = false;
      await this.updateComplete;
      await this.camera?.updateComplete;
      this.camera?.takeFocus();
    } else {
      this.camera?.takeFocus();
      this.#work.clear();
      void this.camera?.start();
    }
  };

  readonly #mailboxExpired = (): void => {
    this.#tell("mailbox-expired");
  };

  readonly #mailboxNeeded = (): void => {
    this.#tell("mailbox-needed");
  };

  readonly #withoutFace = (): void => {
    this.#tell("without-face");
  };

  #tell(event: "signed-in" | "mailbox-expired" | "mailbox-needed" | "without-face"): void {
    this.dispatchEvent(new CustomEvent(event));
  }
}

function isMailboxGone(error: unknown): boolean {
  if (error instanceof StateError) return error.kind === "no-mailbox";
  return isProblem(error, "mailbox-token-invalid");
}

declare global {
  interface HTMLElementTagNameMap {
    "fs-look": Look;
  }
}
