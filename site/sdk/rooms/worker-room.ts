import { frameSize } from "../camera/pixels";
import { VideoFrames } from "../camera/video-frames";
import { ModelError, StateError } from "../errors";
import { Channel, Moved } from "../worker/channel";
import type { PageMethods, WorkerMethods } from "../worker/protocol";
import { startWorker } from "../worker/start";
import type { CaptureRoom, RoomOptions } from "./room";

type CaptureGiven = Parameters<CaptureRoom["capture"]>[0];

interface Running extends CaptureGiven {
  frames: VideoFrames<ImageBitmap>;
}

/** The ceremony in our worker; null where no worker runs. Throws `ModelError` where it runs and the models fail. */
export async function openWorkerRoom(options: RoomOptions): Promise<CaptureRoom | null> {
  const worker = startWorker();
  if (worker === null) return null;
  const room = new WorkerRoom(worker, options);
  try {
    await room.prepare(options);
    return room;
  } catch (error) {
    room.dispose();
    options.signal.throwIfAborted();
    // A script that does not load or a policy that forbids it: the page can still do it itself.
    if (error instanceof WorkerBroken) return null;
    throw error;
  }
}

class WorkerBroken extends Error {}

class WorkerRoom implements CaptureRoom {
  readonly #channel: Channel<WorkerMethods>;
  #running: Running | null = null;

  constructor(
    readonly worker: Worker,
    { onProgress }: RoomOptions,
  ) {
    const served: PageMethods = {
      progressed: onProgress,
      guided: (guidance) => {
        const running = this.#running;
        if (running?.signal.aborted === false) running.onGuidance(guidance);
      },
      measured: ({ name, durationMs }) => {
        performance.measure(name, { start: performance.now() - durationMs, duration: durationMs });
        performance.clearMeasures(name);
      },
      nextPicture: async (_, signal) => {
        const next = await this.#here().frames.next(signal);
        return next === "hidden" ? next : new Moved(next, [next.picture]);
      },
      untilVisible: async (_, signal) => this.#here().frames.untilVisible(signal),
      openScript: async (_, signal) => this.#here().script.open(signal),
      revealScript: async (seal, signal) => this.#here().script.reveal(seal, signal),
    };
    this.#channel = new Channel<WorkerMethods>(worker, served);
    worker.addEventListener("error", () => {
      this.#channel.breakOff(new WorkerBroken("the worker failed"));
    });
  }

  async prepare({ assets, signal }: RoomOptions): Promise<void> {
    // Relative to the page, as integrators mean it; the worker's own address is another.
    await this.#channel.call("prepare", { assets: new URL(assets, document.baseURI).href }, signal);
  }

  async capture(given: CaptureGiven): Promise<Awaited<ReturnType<CaptureRoom["capture"]>>> {
    const { camera, purpose, profile, stepMs, signal } = given;
    this.#running = { ...given, frames: new VideoFrames(camera, reducedBitmap) };
    try {
      return await this.#channel.call("capture", { purpose, profile, stepMs }, signal);
    } catch (error) {
      throw error instanceof WorkerBroken
        ? new ModelError("unsupported", undefined, { cause: error })
        : error;
    } finally {
      this.#running = null;
    }
  }

  dispose(): void {
    this.#channel.breakOff(new StateError("disposed"));
    this.worker.terminate();
  }

  #here(): Running {
    if (this.#running === null) throw new DOMException("the ceremony is over", "AbortError");
    return this.#running;
  }
}

async function reducedBitmap(video: HTMLVideoElement): Promise<ImageBitmap> {
  const { videoWidth, videoHeight } = video;
  const { width, height } = frameSize(videoWidth, videoHeight);
  return width === videoWidth
    ? createImageBitmap(video)
    : createImageBitmap(video, { resizeWidth: width, resizeHeight: height, resizeQuality: "medium" });
}
