import { html, nothing, type PropertyValues, type TemplateResult } from "lit";
import { customElement, property, query, state } from "lit/decorators.js";

import {
  CeremonyError,
  CODE_PROFILES,
  LIVENESS_PROFILES,
  type Capture,
  type CapturePurpose,
  type FaceSmash,
  type LivenessProfile,
  type Policy,
} from "../../sdk";
import { icons } from "../icons";
import { LightElement } from "../light-element";
import { notice } from "../notice";
import { CAMERA_WORDS, type CameraState, type CameraWords } from "../wording/camera";
import { loaded } from "../wording/format";
import { guidanceWords, mainTrouble, type Trouble } from "../wording/guidance";
import { isConsentOutdated, isMailboxGone, wordsFor } from "../wording/problems";
import { otherWay } from "../wording/profiles";
import { SETBACK_WORDS } from "../wording/setbacks";
import { CameraController } from "./camera-controller";
import { faceOutline } from "./face-outline";
import "./profile-choice";
import { rememberedProfile, rememberProfile } from "./remembered-profile";
import { stepOverlay } from "./step-overlay";

export interface CapturedDetail {
  readonly capture: Capture;
  readonly trouble: Trouble | null;
}

const ICONS: Readonly<Record<Exclude<CameraState, "guiding">, keyof typeof icons>> = {
  loading: "load",
  ready: "camera",
  asking: "camera",
  hidden: "pause",
  captured: "done",
  failed: "caution",
  mailbox: "mail",
  refused: "camera-off",
  absent: "camera-off",
  busy: "camera-off",
  interrupted: "camera-off",
  unsupported: "caution",
  insecure: "caution",
};

/** While a ceremony runs, or is over, the way to do it is no longer to be chosen. */
const BUSY: ReadonlySet<CameraState> = new Set(["asking", "guiding", "hidden", "captured"]);

/**
 * The camera and everything that can become of it, with one way on from each state.
 *
 * @fires starting - when somebody wants the camera; whoever prevents the default keeps it closed. Bubbles. Not where
 *   it starts by itself (`autostart`).
 * @fires captured - {@link CapturedDetail}, once the camera is off again.
 * @fires mailbox-expired - the mailbox has to be confirmed (again) before anything can be asked for.
 * @fires consent-outdated - the text changed since the person agreed to it.
 * @fires mailbox-needed - the chosen way is not enough without a code from the mailbox, and the person wants one.
 */
@customElement("fs-camera")
export class CameraBlock extends LightElement {
  @property({ attribute: false }) faceSmash!: FaceSmash;
  @property() purpose: CapturePurpose = "probe";
  /** To register: what the person agreed to. */
  @property({ attribute: false }) policy: Policy | undefined = undefined;
  /** The person has just asked for the camera: start it as soon as it can be. */
  @property({ type: Boolean }) autostart = false;

  /** No code from the mailbox goes with the look: ways that need one are not offered. */
  @property({ type: Boolean }) codeless = false;

  @state() private profile: LivenessProfile = rememberedProfile();
  /** The one that this device remembers, where it is not offered: that is said, not passed over. */
  @state() private missed: LivenessProfile | null = null;

  @query("video") private readonly video!: HTMLVideoElement;

  readonly #camera = new CameraController(
    this,
    () => ({
      faceSmash: this.faceSmash,
      video: this.video,
      purpose: this.purpose,
      policy: this.policy,
      profile: this.profile,
      autostart: this.autostart,
    }),
    ({ capture, seen, setbacks }) => {
      const detail: CapturedDetail = { capture, trouble: mainTrouble(seen, setbacks) };
      this.dispatchEvent(new CustomEvent("captured", { detail }));
    },
  );
  #shown: CameraState | null = null;
  #hadFocus = false;

  /** Once more, after the service did not take what was captured. */
  async start(): Promise<void> {
    const starting = new CustomEvent("starting", { bubbles: true, cancelable: true });
    if (this.dispatchEvent(starting)) await this.#camera.start();
  }

  /** Takes the focus from a button that is about to go; from then on it follows what the camera shows. */
  takeFocus(): void {
    const target = this.querySelector<HTMLElement>("button") ?? this.querySelector<HTMLElement>("h3");
    target?.focus({ preventScroll: true });
  }

  protected override render(): TemplateResult {
    const { state } = this.#camera;
    return html`
      ${this.missed === null ? nothing : notice({ ...otherWay(this.missed), testId: "other-way" })}
      <section
        class="camera"
        aria-label="Camera"
        data-testid="camera"
        data-state=${state}
        data-profile=${this.profile}
      >
        <div
          class="camera__stage"
          data-guidance=${this.#camera.guidance?.state ?? nothing}
          data-taken=${this.#camera.guidance?.taken ?? 0}
        >
          <video
            playsinline
            muted
            aria-label="Your camera, mirrored"
            aria-hidden=${state !== "guiding"}
          ></video>
          ${state === "guiding" ? this.#live() : this.#panel(state)}
        </div>
        ${this.#bar(state)}
      </section>
      ${this.#profiles(state)}
    `;
  }

  protected override willUpdate(changed: PropertyValues): void {
    super.willUpdate(changed);
    this.#hadFocus = this.contains(document.activeElement);
    if (this.#offered.includes(this.profile)) return;
    this.missed = this.profile;
    this.profile = "standard";
  }

  protected override updated(changed: PropertyValues): void {
    super.updated(changed);
    const { state } = this.#camera;
    if (state !== this.#shown) {
      this.#keepFocus();
      // On a phone the picture may lie below what is seen, and the person has to see themselves.
      if (state === "asking") this.scrollIntoView({ block: "nearest" });
      if (state === "failed" && isMailboxGone(this.#camera.error)) {
        this.dispatchEvent(new CustomEvent("mailbox-expired"));
      }
      if (state === "failed" && isConsentOutdated(this.#camera.error)) {
        this.dispatchEvent(new CustomEvent("consent-outdated"));
      }
    }
    this.#shown = state;
  }

  get #offered(): readonly LivenessProfile[] {
    if (!this.codeless) return LIVENESS_PROFILES;
    return LIVENESS_PROFILES.filter((profile) => !CODE_PROFILES.includes(profile));
  }

  /** Out of the way while the camera looks, in its place all the same: nothing below it moves. */
  #profiles(state: CameraState): TemplateResult {
    return html`<fs-profile-choice
      .profile=${this.profile}
      .offered=${this.#offered}
      .away=${BUSY.has(state)}
      .open=${state === "failed" && this.#camera.error instanceof CeremonyError}
      @profile-chosen=${({ detail }: CustomEvent<LivenessProfile>) => {
        this.profile = detail;
        this.missed = null;
        rememberProfile(detail);
      }}
    ></fs-profile-choice>`;
  }

  #live(): TemplateResult {
    const { guidance } = this.#camera;
    return html`
      ${faceOutline(guidance?.progress ?? 0, guidance?.state ?? null)}
      ${guidance?.step === undefined ? nothing : stepOverlay(guidance.step)}
      <div class="camera__top">
        <span class="camera__on">Camera on</span>
        ${this.#stopButton()}
      </div>
    `;
  }

  #panel(state: Exclude<CameraState, "guiding">): TemplateResult {
    const { title, text, action } = this.#words(state);
    return html`
      <div class="camera__panel">
        ${icons[ICONS[state]]}
        <h3 class="camera__title" tabindex="-1">${title}</h3>
        <p>${text}</p>
        ${state === "loading" ? this.#loading() : nothing}
        ${state === "asking" ? this.#stopButton() : nothing}
        ${
          action === undefined
            ? nothing
            : html`<button type="button" class="button camera__action" @click=${this.#act}>${action}</button>`
        }
      </div>
    `;
  }

  #stopButton(): TemplateResult {
    return html`<button type="button" class="button button--small camera__stop" @click=${this.#stop}>
      Stop camera
    </button>`;
  }

  #loading(): TemplateResult {
    const { progress } = this.#camera;
    return html`
      <progress
        aria-label="Loading"
        max=${progress?.totalBytes ?? 1}
        value=${progress?.loadedBytes ?? 0}
      ></progress>
      <p class="camera__bytes">${progress === null ? "Starting" : loaded(progress)}</p>
    `;
  }

  /** Always there and always as high, so that nothing moves when words come and go. */
  #bar(state: CameraState): TemplateResult {
    const { guidance } = this.#camera;
    const live = state === "guiding" && guidance !== null;
    return html`
      <div class="camera__bar">
        <p
          class="camera__guidance"
          aria-live="assertive"
          data-testid="guidance"
          data-guidance=${live ? guidance.state : nothing}
        >
          ${live ? guidanceWords(guidance, this.profile, this.#camera.setback) : this.#summary(state)}
        </p>
      </div>
    `;
  }

  /** Those who hear the page are told the title of the state here, because focus may be elsewhere. */
  #summary(state: CameraState): TemplateResult | typeof nothing {
    if (state === "guiding") return nothing;
    const off = state !== "asking" && state !== "hidden";
    return html`<span class="camera__off">${off ? "Camera off" : nothing}</span
      ><span class="visually-hidden">. ${this.#words(state).title}</span>`;
  }

  #words(state: Exclude<CameraState, "guiding">): CameraWords {
    const { error, setback } = this.#camera;
    if (state !== "failed" || error === null) return CAMERA_WORDS[state];
    const words =
      error instanceof CeremonyError && setback !== null ? SETBACK_WORDS[setback].given : wordsFor(error);
    return { ...CAMERA_WORDS.failed, ...words };
  }

  readonly #act = (): void => {
    if (this.#camera.state === "mailbox") {
      this.dispatchEvent(new CustomEvent("mailbox-needed"));
      return;
    }
    void this.start();
  };

  readonly #stop = (): void => {
    this.#camera.stop();
  };

  /** The pressed button is gone after each change of state: its successor takes the focus, or the new title. */
  #keepFocus(): void {
    if (this.#hadFocus && !this.contains(document.activeElement)) this.takeFocus();
  }
}
declare global {
  interface HTMLElementTagNameMap {
    "fs-camera": CameraBlock;
  }
}
