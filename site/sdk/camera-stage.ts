import { anySignal } from "./abort";
import { type OpenCamera, openCamera } from "./camera/camera";
import { VideoFrames } from "./camera/video-frames";
import { CameraError, ModelError, StateError } from "./errors";
import { timed } from "./timing";
import type { CallOptions, Capture, CaptureOptions, LoadProgress, OpenCameraOptions } from "./types";
import type { VisionEngine } from "./vision/engine";

/** Everything that needs the camera or the networks, so that pages without either load neither. */
export class CameraStage {
  #engine: VisionEngine | null = null;
  #loading: Promise<VisionEngine> | null = null;
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
    while (this.#engine === null) {
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

  async capture(options: CaptureOptions): Promise<Capture> {
    this.lifetime.throwIfAborted();
    options.signal?.throwIfAborted();
    const [engine, camera] = [this.#engine, this.#camera];
    if (engine === null) throw new ModelError("not-prepared");
    if (camera === null) throw new StateError("no-camera");
    if (camera.ended.aborted) throw new CameraError("interrupted");
    if (this.#capturing !== null) throw new StateError("capture-running");

    this.#capturing = this.#run(engine, camera, options);
    try {
      return await this.#capturing;
    } finally {
      this.#capturing = null;
    }
  }

  async dispose(): Promise<void> {
    this.closeCamera();
    // The frame being looked at still needs its tensors; it is the last one.
    await Promise.allSettled([this.#loading, this.#capturing]);
    this.#engine?.dispose();
    this.#engine = null;
  }

  async #run(
    engine: VisionEngine,
    camera: OpenCamera,
    { purpose, onGuidance, signal: callerSignal }: CaptureOptions,
  ): Promise<Capture> {
    const source = new VideoFrames(camera);
    try {
      const { runCapture } = await import("./capture/capture");
      const signal = anySignal(callerSignal, this.lifetime, camera.ended);
      return await runCapture({ source, engine, purpose, onGuidance, signal });
    } finally {
      source.dispose();
    }
  }

  async #load(signal: AbortSignal, onProgress: (progress: LoadProgress) => void): Promise<void> {
    this.#loading = timed("prepare", async () => {
      // The ceremony's code comes along, so that nothing is left to load once the camera is open.
      const [{ createVisionEngine }] = await Promise.all([
        import("./vision/engine"),
        import("./capture/capture"),
      ]);
      return createVisionEngine({ assets: this.assets, signal, onProgress });
    });
    try {
      this.#engine = await this.#loading;
    } finally {
      this.#loading = null;
    }
  }
}
