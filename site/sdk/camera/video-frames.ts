import { abortable, anySignal, nextEvent } from "../abort";
import { CameraError } from "../errors";
import type { OpenCamera } from "./camera";

const STALL_TIMEOUT_MS = 5_000;

/** A moment of the camera: as pixels, or as a picture that can be handed to a worker. */
export interface Timed<Picture> {
  picture: Picture;
  timeMs: number;
}

/** Hands out the camera's pictures, one at a time, always the newest. */
export class VideoFrames<Picture> {
  constructor(
    readonly camera: OpenCamera,
    readonly grab: (video: HTMLVideoElement) => Picture | Promise<Picture>,
  ) {}

  async next(signal: AbortSignal): Promise<Timed<Picture> | "hidden"> {
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
      return outcome === "frame" ? await this.#grab() : "hidden";
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

  async #grab(): Promise<Timed<Picture>> {
    const timeMs = performance.now();
    const { video } = this.camera;
    if (video.videoWidth === 0 || video.videoHeight === 0) throw new CameraError("interrupted");
    return { picture: await this.grab(video), timeMs };
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
