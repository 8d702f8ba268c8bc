import { html, nothing, type PropertyValues, type TemplateResult } from "lit";
import { customElement, property, query, state } from "lit/decorators.js";

import type { Capture, CapturePurpose, FaceSmash, GuidanceState, LivenessProfile } from "../../sdk";
import { icons } from "../icons";
import { LightElement } from "../light-element";
import { CAMERA_WORDS, type CameraState, type CameraWords } from "../wording/camera";
import { loaded } from "../wording/format";
import { guidanceWords, mainTrouble } from "../wording/guidance";
import { wordsFor } from "../wording/problems";
import { CameraController } from "./camera-controller";
import { faceOutline } from "./face-outline";
import "./profile-choice";
import { rememberedProfile, rememberProfile } from "./remembered-profile";
import { stepOverlay } from "./step-overlay";

export interface CapturedDetail {
  readonly capture: Capture;
  readonly trouble: GuidanceState | null;
}

const ICONS: Readonly<Record<Exclude<CameraState, "guiding">, keyof typeof icons>> = {
  loading: "load",
  ready: "camera",
  asking: "camera",
  hidden: "pause",
  captured: "done",
  failed: "caution",
  refused: "camera-off",
  absent: "camera-off",
  busy: "camera-off",
  interrupted: "camera-off",
  unsupported: "caution",
  insecure: "caution",
};

/**
 * The camera and everything that can become of it, with one way on from each state.
 *
 * @fires captured - {@link CapturedDetail}, once the camera is off again.
 */
@customElement("fs-camera")
export class CameraBlock extends LightElement {
  @property({ attribute: false }) faceSmash!: FaceSmash;
  @property() purpose: CapturePurpose = "probe";
  /** The person has just asked for the camera: start it as soon as it can be. */
  @property({ type: Boolean }) autostart = false;

  @state() private profile: LivenessProfile = rememberedProfile();

  @query("video") private readonly video!: HTMLVideoElement;

  readonly #camera = new CameraController(
    this,
    () => ({
      faceSmash: this.faceSmash,
      video: this.video,
      purpose: this.purpose,
      profile: this.profile,
      autostart: this.autostart,
    }),
    ({ capture, seen }) => {
      const detail: CapturedDetail = { capture, trouble: mainTrouble(seen) };
      this.dispatchEvent(new CustomEvent("captured", { detail }));
    },
  );
  #shown: CameraState | null = null;
  #hadFocus = false;

  /** Once more, after the service did not take what was captured. */
  start(): Promise<void> {
    return this.#camera.start();
  }

  protected override render(): TemplateResult {
    const { state } = this.#camera;
    return html`
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
      ${state === "guiding" || state === "captured" ? nothing : this.#profiles()}
    `;
  }

  protected override willUpdate(changed: PropertyValues): void {
    super.willUpdate(changed);
    this.#hadFocus = this.contains(document.activeElement);
  }

  protected override updated(changed: PropertyValues): void {
    super.updated(changed);
    const { state } = this.#camera;
    if (state !== this.#shown) {
      this.#keepFocus();
      // On a phone the picture may lie below what is seen, and the person has to see themselves.
      if (state === "asking") this.scrollIntoView({ block: "nearest" });
    }
    this.#shown = state;
  }

  #profiles(): TemplateResult {
    return html`<fs-profile-choice
      .profile=${this.profile}
      @profile-chosen=${({ detail }: CustomEvent<LivenessProfile>) => {
        this.profile = detail;
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
          aria-live=${live ? "assertive" : "polite"}
          data-testid="guidance"
          data-guidance=${live ? guidance.state : nothing}
        >
          ${live ? guidanceWords(guidance, this.profile) : this.#summary(state)}
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
    if (state !== "failed" || this.#camera.error === null) return CAMERA_WORDS[state];
    return { ...CAMERA_WORDS.failed, ...wordsFor(this.#camera.error) };
  }

  readonly #act = (): void => {
    void this.#camera.start();
  };

  readonly #stop = (): void => {
    this.#camera.stop();
  };

  /** The pressed button is gone after each change of state: its successor takes the focus, or the new title. */
  #keepFocus(): void {
    if (!this.#hadFocus || this.contains(document.activeElement)) return;
    const target = this.querySelector<HTMLElement>("button") ?? this.querySelector<HTMLElement>("h3");
    target?.focus({ preventScroll: true });
  }
}

declare global {
  interface HTMLElementTagNameMap {
    "fs-camera": CameraBlock;
  }
}
