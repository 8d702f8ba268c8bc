import { abortable, anySignal, nextEvent } from "../abort";
import { CameraError } from "../errors";
import type { OpenCamera } from "./camera";

const STALL_TIMEOUT_MS = 5_000;
// No frame is shown later than that after it was taken: a camera's clock that says so is another clock.
const MAX_AGE_MS = 1_000;

/** A moment of the camera: as pixels, or as a picture that can be handed to a worker. */
export interface Timed<Picture> {
  picture: Picture;
  /** When the camera took it, as `performance.now()` counts; where no browser says so, when the page was shown it. */
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
        abortable(newFrame(this.camera.video, done.signal), anySignal(limits, stalled)),
        nextEvent(document, "visibilitychange", limits).then(() => "hidden" as const),
      ]);
      return outcome === "hidden" ? outcome : await this.#grab(outcome);
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

  async #grab(timeMs: number): Promise<Timed<Picture>> {
    const { video } = this.camera;
    if (video.videoWidth === 0 || video.videoHeight === 0) throw new CameraError("interrupted");
    return { picture: await this.grab(video), timeMs };
  }
}

/** Resolves when the video shows a frame it has not shown before, with the time it was taken at. */
async function newFrame(video: HTMLVideoElement, signal: AbortSignal): Promise<number> {
  return new Promise((resolve) => {
    if ("requestVideoFrameCallback" in video) {
      const handle = video.requestVideoFrameCallback((_, { captureTime }) => {
        resolve(takenAt(captureTime, performance.now()));
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

/**
 * A busy page learns of a frame up to a tenth of a second late, and how fast a head turns is worked out from such times:
 * the camera's own are better wherever they are on the page's clock.
 */
export function takenAt(captureTime: number | undefined, nowMs: number): number {
  if (captureTime === undefined) return nowMs;
  const ageMs = nowMs - captureTime;
  return ageMs >= 0 && ageMs <= MAX_AGE_MS ? captureTime : nowMs;
}

function pollForNewFrame(
  video: HTMLVideoElement,
  signal: AbortSignal,
  resolve: (timeMs: number) => void,
): void {
  const before = video.currentTime;
  const look = (): void => {
    if (signal.aborted) return;
    if (video.currentTime === before) requestAnimationFrame(look);
    else resolve(performance.now());
  };
  requestAnimationFrame(look);
}
