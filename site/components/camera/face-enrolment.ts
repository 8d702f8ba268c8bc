import { html, nothing, type TemplateResult } from "lit";
import { customElement, property, query, state } from "lit/decorators.js";

import type { Capture, FaceSmash, Policy, ProblemType } from "../../sdk";
import { LightElement } from "../light-element";
import { notice } from "../notice";
import { captureReasons } from "../wording/captures";
import { isConsentOutdated, isMailboxGone, isProblem, isSessionOver, wordsFor } from "../wording/problems";
import { Work } from "../work";
import "./camera-block";
import type { CameraBlock, CapturedDetail } from "./camera-block";

/** What is done with a look at the camera. */
export type Enrol = (look: { capture: Capture; signal: AbortSignal }) => Promise<void>;

/** How a step ends. */
type End = "enrolled" | "consent-outdated" | "mailbox-expired" | "session-over" | "step-up";

/** After these the look itself is worth nothing any more: sending it again would not help. */
const LOOK_AGAIN: readonly ProblemType[] = [
  "capture-refused",
  "challenge-invalid",
  "conflict",
  "too-many-requests",
];

/** Those pictures may have been good: it is the face that was not told. */
const NOT_RECOGNISED = "Your face was not recognised";

/**
 * Looks at the face from four sides, and hands the look to whoever enrols it.
 *
 * @fires enrolled
 * @fires consent-outdated - the text changed while the person read it
 * @fires mailbox-expired
 * @fires session-over
 * @fires step-up - the sign-in is too old, or was not by face
 */
@customElement("fs-face-enrolment")
export class FaceEnrolment extends LightElement {
  @property({ attribute: false }) faceSmash!: FaceSmash;
  @property({ attribute: false }) policy!: Policy;
  @property({ attribute: false }) enrol!: Enrol;
  /** See `fs-camera`. */
  @property({ type: Boolean }) codeless = false;
  /** What is going on while it is sent, in a word or two. */
  @property() doing = "";
  /** What is asked for before the camera. */
  @property({ attribute: false }) fields: TemplateResult | typeof nothing = nothing;
  /** The way on from a problem, where that is not to try once more. */
  @property({ attribute: false }) wayOn: (error: unknown) => TemplateResult | null = () => null;

  @state() private capture: Capture | null = null;
  @query("fs-camera") private readonly camera!: CameraBlock;

  readonly #work = new Work(this);

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.capture = null;
  }

  protected override render(): TemplateResult {
    return html`
      <div class="stack">
        <h2 tabindex="-1">Your face</h2>
        <p class="muted">
          First a few steps that only somebody who is there can follow: a dot for your nose, sometimes closed
          eyes until a sound. Then four looks at your face, each from another side. All of it takes about
          fifteen seconds. This page turns the pictures into numbers and throws them away.
        </p>
        ${this.fields}
        <fs-camera
          .faceSmash=${this.faceSmash}
          purpose="enrolment"
          .policy=${this.policy}
          .codeless=${this.codeless}
          @consent-outdated=${(): void => {
            this.#tell("consent-outdated");
          }}
          @captured=${this.#captured}
          @mailbox-expired=${(): void => {
            this.#tell("mailbox-expired");
          }}
        ></fs-camera>
        ${this.#work.busy ? html`<p class="busy" role="status">${this.doing}</p>` : nothing}
        ${this.#work.error === null ? nothing : this.#problem(this.#work.error)}
      </div>
    `;
  }

  #problem(error: unknown): TemplateResult {
    const words = wordsFor(error);
    const reasons = isProblem(error, "capture-refused") ? (error.reasons ?? []) : null;
    return notice({
      kind: "problem",
      ...words,
      ...(reasons !== null && { text: captureReasons(reasons).join(" ") }),
      ...(reasons?.includes("not-recognised") === true && { title: NOT_RECOGNISED }),
      actions: this.wayOn(error) ?? this.#onceMore(error),
    });
  }

  #onceMore(error: unknown): TemplateResult {
    return this.#canSendAgain(error)
      ? html`<button type="button" class="button" @click=${this.#sendAgain}>Send again</button>`
      : html`<button type="button" class="button" @click=${this.#again}>Try again</button>`;
  }

  readonly #captured = ({ detail }: CustomEvent<CapturedDetail>): void => {
    this.capture = detail.capture;
    void this.#send();
  };

  readonly #sendAgain = (): void => {
    this.camera.takeFocus();
    void this.#send();
  };

  readonly #again = (): void => {
    this.camera.takeFocus();
    this.#work.clear();
    void this.camera.start();
  };

  async #send(): Promise<void> {
    const { capture } = this;
    if (capture === null) return;
    const done = await this.#work.run(async (signal) => this.enrol({ capture, signal }));
    const { error } = this.#work;
    if (done) this.#tell("enrolled");
    else if (isConsentOutdated(error)) this.#tell("consent-outdated");
    else if (isMailboxGone(error)) this.#tell("mailbox-expired");
    else if (isSessionOver(error)) this.#tell("session-over");
    else if (isProblem(error, "step-up-required")) this.#tell("step-up");
    else if (!this.#canSendAgain(error)) this.capture = null;
  }

  #canSendAgain(error: unknown): boolean {
    return this.wayOn(error) === null && !LOOK_AGAIN.some((type) => isProblem(error, type));
  }

  #tell(end: End): void {
    // The numbers of a face stay no longer than they are needed.
    this.capture = null;
    this.dispatchEvent(new CustomEvent(end));
  }
}

declare global {
  interface HTMLElementTagNameMap {
    "fs-face-enrolment": FaceEnrolment;
  }
}
