import { anySignal } from "./abort";
import { type OpenCamera, openCamera } from "./camera/camera";
import type { ScriptSource } from "./capture/script";
import type { Unpublished } from "./capture/steps/by-the-clock";
import { CameraError, ModelError, StateError } from "./errors";
import { type CaptureRoom, openRoom } from "./rooms/room";
import { timed } from "./timing";
import type { CallOptions, Capture, CaptureOptions, LoadProgress, OpenCameraOptions } from "./types";

/** Everything that needs the camera or the networks, so that pages without either load neither. */
export class CameraStage {
  #room: CaptureRoom | null = null;
  #loading: Promise<CaptureRoom> | null = null;
  #camera: OpenCamera | null = null;
  #capturing: Promise<Capture> | null = null;

  constructor(
    readonly assets: string,
    readonly lifetime: AbortSignal,
  ) {}

  async prepare({
    signal: callerSignal,
    onProgress = () => undefined,
  }: CallOptions & { onProgress?: (progress: LoadProgress) => void }): Promise<void> {
    const signal = anySignal(callerSignal, this.lifetime);
    while (this.#room === null) {
      signal.throwIfAborted();
      if (this.#loading === null) {
        await this.#load(signal, onProgress);
        return;
      }
      // Somebody else's load: when theirs is given up, ours begins.
      await this.#loading.catch(() => undefined);
    }
  }

  async openCamera(video: HTMLVideoElement, { signal, onInterrupted }: OpenCameraOptions): Promise<void> {
    this.closeCamera();
    const camera = await openCamera(video, { signal: anySignal(signal, this.lifetime), onInterrupted });
    // Two calls at once: the later one to arrive has the video element.
    this.closeCamera();
    this.#camera = camera;
  }

  closeCamera(): void {
    this.#camera?.close();
    this.#camera = null;
  }

  async capture(options: CaptureOptions & Unpublished, script: ScriptSource): Promise<Capture> {
    this.lifetime.throwIfAborted();
    options.signal?.throwIfAborted();
    const [room, camera] = [this.#room, this.#camera];
    if (room === null) throw new ModelError("not-prepared");
    if (camera === null) throw new StateError("no-camera");
    if (camera.ended.aborted) throw new CameraError("interrupted");
    if (this.#capturing !== null) throw new StateError("capture-running");

    const { purpose, profile = "standard", onGuidance, stepMs } = options;
    const signal = anySignal(options.signal, this.lifetime, camera.ended);
    this.#capturing = room.capture({ camera, script, purpose, profile, stepMs, onGuidance, signal });
    try {
      return await this.#capturing;
    } catch (error) {
      // Networks that broke stay broken: the next `prepare` loads them anew.
      if (error instanceof ModelError) this.#leave(room);
      throw error;
    } finally {
      this.#capturing = null;
    }
  }

  async dispose(): Promise<void> {
    this.closeCamera();
    // The frame being looked at still needs its tensors; it is the last one.
    await Promise.allSettled([this.#loading, this.#capturing]);
    this.#room?.dispose();
    this.#room = null;
  }

  #leave(room: CaptureRoom): void {
    room.dispose();
    if (this.#room === room) this.#room = null;
  }

  async #load(signal: AbortSignal, onProgress: (progress: LoadProgress) => void): Promise<void> {
    this.#loading = timed("prepare", async () => openRoom({ assets: this.assets, signal, onProgress }));
    try {
      this.#room = await this.#loading;
    } finally {
      this.#loading = null;
    }
  }
}
