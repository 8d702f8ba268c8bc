import { abortable, anySignal, nextEvent } from "../abort";
import type { FrameSource, TimedFrame } from "../capture/capture";
import { CameraError } from "../errors";
import type { OpenCamera } from "./camera";

// Cameras that were asked for 640x480 may deliver more; the networks would only throw it away.
const MAX_FRAME_SIDE_PX = 640;
const STALL_TIMEOUT_MS = 5_000;

/** Hands out the camera's frames as pixels, one at a time, always the newest. */
export class VideoFrames implements FrameSource {
  readonly #canvas = document.createElement("canvas");
  // Read back for every frame: without the hint the browser would keep it on the graphics card.
  readonly #context = this.#canvas.getContext("2d", { willReadFrequently: true, alpha: false });

  constructor(readonly camera: OpenCamera) {}

  async next(signal: AbortSignal): Promise<TimedFrame | "hidden"> {
    if (document.hidden) return "hidden";
    const done = new AbortController();
    const limits = anySignal(signal, this.camera.ended, done.signal);
    const stalled = AbortSignal.timeout(STALL_TIMEOUT_MS);
    try {
      const outcome = await Promise.race([
        abortable(newFrame(this.camera.video, done.signal), anySignal(limits, stalled)).then(
          () => "frame" as const,
        ),
        nextEvent(document, "visibilitychange", limits).then(() => "hidden" as const),
      ]);
      return outcome === "frame" ? this.#grab() : "hidden";
    } catch (error) {
      signal.throwIfAborted();
      if (stalled.aborted) throw new CameraError("interrupted", { cause: error });
      throw error;
    } finally {
      done.abort();
    }
  }

  async untilVisible(signal: AbortSignal): Promise<void> {
    while (document.hidden)
      await nextEvent(document, "visibilitychange", anySignal(signal, this.camera.ended));
  }

  /** Lets go of the last picture. */
  dispose(): void {
    this.#canvas.width = 0;
    this.#canvas.height = 0;
  }

  #grab(): TimedFrame {
    const { video } = this.camera;
    const scale = Math.min(1, MAX_FRAME_SIDE_PX / Math.max(video.videoWidth, video.videoHeight));
    const width = Math.round(video.videoWidth * scale);
    const height = Math.round(video.videoHeight * scale);
    if (this.#context === null || width === 0 || height === 0) throw new CameraError("interrupted");
    // Setting a canvas's size clears it and costs an allocation, so only when it changes.
    if (this.#canvas.width !== width || this.#canvas.height !== height) {
      this.#canvas.width = width;
      this.#canvas.height = height;
    }
    this.#context.drawImage(video, 0, 0, width, height);
    return { frame: this.#context.getImageData(0, 0, width, height), timeMs: performance.now() };
  }
}

/** Resolves when the video shows a frame it has not shown before. */
async function newFrame(video: HTMLVideoElement, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if ("requestVideoFrameCallback" in video) {
      const handle = video.requestVideoFrameCallback(() => {
        resolve();
      });
      signal.addEventListener(
        "abort",
        () => {
          video.cancelVideoFrameCallback(handle);
        },
        { once: true },
      );
      return;
    }
    pollForNewFrame(video, signal, resolve);
  });
}

function pollForNewFrame(video: HTMLVideoElement, signal: AbortSignal, resolve: () => void): void {
  const before = video.currentTime;
  const look = (): void => {
    if (signal.aborted) return;
    if (video.currentTime === before) requestAnimationFrame(look);
    else resolve();
  };
  requestAnimationFrame(look);
}
