import type { ReactiveController, ReactiveControllerHost } from "lit";

import {
  CameraError,
  CeremonyError,
  type Capture,
  type CapturePurpose,
  type FaceSmash,
  type Guidance,
  type GuidanceState,
  type LivenessProfile,
  type LoadProgress,
  ModelError,
  type Policy,
  StateError,
} from "../../sdk";
import type { CameraState } from "../wording/camera";
import { isAbort } from "../wording/problems";
import { setbackOf, type Asked, type Setback } from "../wording/setbacks";
import { Cues } from "./cues";
import { GuidanceHold } from "./guidance-hold";
import { Tones } from "./tones";

export interface CameraParts {
  readonly faceSmash: FaceSmash;
  readonly video: HTMLVideoElement;
  readonly purpose: CapturePurpose;
  readonly policy: Policy | undefined;
  readonly profile: LivenessProfile;
  /** Whether the camera starts by itself once everything is loaded. */
  readonly autostart: boolean;
}

export interface CaptureOutcome {
  readonly capture: Capture;
  /** How often each guidance state was seen, for hints that stay on this device. */
  readonly seen: ReadonlyMap<GuidanceState, number>;
  /** Why tries ended before the one that did not, the latest last. */
  readonly setbacks: readonly Setback[];
}

/** Drives one ceremony of the SDK and keeps the one state that the camera block shows. */
export class CameraController implements ReactiveController {
  state: CameraState = "loading";
  progress: LoadProgress | null = null;
  guidance: Guidance | null = null;
  error: unknown = null;
  /** Why the latest try ended, null while none has. */
  setback: Setback | null = null;

  readonly #host: ReactiveControllerHost;
  readonly #parts: () => CameraParts;
  readonly #onCaptured: (outcome: CaptureOutcome) => void;
  #work = new AbortController();
  #ready = false;
  #asked: Asked | null = null;
  #tones = new Tones(true);

  constructor(
    host: ReactiveControllerHost,
    parts: () => CameraParts,
    onCaptured: (outcome: CaptureOutcome) => void,
  ) {
    this.#host = host;
    this.#parts = parts;
    this.#onCaptured = onCaptured;
    host.addController(this);
  }

  hostConnected(): void {
    // The video element is there after the first rendering.
    void this.#host.updateComplete.then(() => this.prepare());
  }

  hostDisconnected(): void {
    this.#work.abort();
    this.#tones.close();
    this.#parts().faceSmash.closeCamera();
  }

  /** Loads what is missing; the camera stays off. */
  async prepare(): Promise<void> {
    const impossible = impossibleHere();
    if (impossible !== null) {
      this.#show(impossible);
      return;
    }
    const { signal } = this.#restart("loading");
    await this.#guard(signal, async () => {
      await this.#parts().faceSmash.prepare({
        signal,
        onProgress: (progress) => {
          this.progress = progress;
          this.#host.requestUpdate();
        },
      });
      this.#ready = true;
      this.#show("ready");
    });
    if (this.#ready && !signal.aborted && this.#parts().autostart) await this.start();
  }

  /** Opens the camera, guides until enough is captured, closes the camera. */
  async start(): Promise<void> {
    if (!this.#ready) {
      await this.prepare();
      return;
    }
    const { signal } = this.#restart("asking");
    this.#tones.close();
    this.#tones = new Tones(this.#parts().profile === "no-sound");
    this.#tones.wake();
    await this.#guard(signal, async () => {
      const { faceSmash, video, purpose } = this.#parts();
      await faceSmash.openCamera(video, {
        signal,
        onInterrupted: () => {
          this.#interrupted(signal);
        },
      });
      const capture = await this.#capture(faceSmash, purpose, signal);
      this.#tones.done();
      faceSmash.closeCamera();
      this.#show("captured");
      this.#onCaptured(capture);
    });
  }

  /** Back to `ready`, with the camera off. */
  stop(): void {
    this.#work.abort();
    this.#parts().faceSmash.closeCamera();
    this.#show("ready");
  }

  async #capture(
    faceSmash: FaceSmash,
    purpose: CapturePurpose,
    signal: AbortSignal,
  ): Promise<CaptureOutcome> {
    const { profile, policy } = this.#parts();
    const hold = new GuidanceHold({ spoken: profile === "screen-reader" });
    const cues = new Cues(this.#tones, profile);
    const seen = new Map<GuidanceState, number>();
    const setbacks: Setback[] = [];
    const capture = await faceSmash.capture({
      purpose,
      policy,
      profile,
      signal,
      onGuidance: (guidance) => {
        if (signal.aborted) return;
        seen.set(guidance.state, (seen.get(guidance.state) ?? 0) + 1);
        const setback = this.#setbackIn(guidance);
        if (setback !== null) setbacks.push((this.setback = setback));
        const nowMs = performance.now();
        cues.hear(guidance, nowMs);
        this.guidance = hold.next(guidance, nowMs);
        this.#show(this.guidance.state === "page-hidden" ? "hidden" : "guiding");
      },
    });
    return { capture, seen, setbacks };
  }

  /** Keeps what was asked for last, and says why a try has just ended, if one has. */
  #setbackIn({ state, step, reason }: Guidance): Setback | null {
    if (step !== undefined) this.#asked = { kind: step.kind, state };
    if (state !== "look-again" || reason === undefined) return null;
    return this.guidance?.state === "look-again" ? null : setbackOf(reason, this.#asked);
  }

  #interrupted(signal: AbortSignal): void {
    if (signal.aborted) return;
    this.#work.abort();
    this.#parts().faceSmash.closeCamera();
    this.#show("interrupted");
  }

  async #guard(signal: AbortSignal, work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      // Whoever aborted has already said what to show instead.
      if (signal.aborted || isAbort(error)) return;
      this.#parts().faceSmash.closeCamera();
      this.error = error;
      if (error instanceof ModelError) this.#ready = false;
      if (error instanceof CeremonyError) this.setback = setbackOf(error.kind, this.#asked);
      this.#show(stateAfter(error));
    }
  }

  #restart(state: CameraState): AbortController {
    this.#work.abort();
    this.#work = new AbortController();
    this.guidance = null;
    this.error = null;
    this.setback = null;
    this.#asked = null;
    this.#show(state);
    return this.#work;
  }

  #show(state: CameraState): void {
    this.state = state;
    this.#host.requestUpdate();
  }
}

/** What is known before anything is loaded, so that nobody waits for megabytes that cannot help. */
function impossibleHere(): "insecure" | "unsupported" | null {
  if (!window.isSecureContext) return "insecure";
  const able = "mediaDevices" in navigator && "WebAssembly" in window;
  return able ? null : "unsupported";
}

function stateAfter(error: unknown): CameraState {
  if (error instanceof CameraError) return error.kind;
  if (error instanceof StateError && error.kind === "profile-needs-mailbox") return "mailbox";
  return error instanceof ModelError && error.kind === "unsupported" ? "unsupported" : "failed";
}
