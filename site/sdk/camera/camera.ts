import { abortable, anySignal } from "../abort";
import { CameraError, type CameraErrorKind } from "../errors";

const CONSTRAINTS: MediaStreamConstraints = {
  audio: false,
  // The detector looks at 224 px and a descriptor at 150: more would only cost time and battery.
  video: { facingMode: "user", width: { ideal: 640 }, height: { ideal: 480 }, frameRate: { ideal: 30 } },
};
// A camera that another program holds sometimes opens and then delivers nothing.
const FIRST_FRAME_TIMEOUT_MS = 8_000;
// Tracks are muted for a moment when a phone turns or a headset connects; longer is an interruption.
const MUTE_GRACE_MS = 1_500;

const KIND_BY_ERROR_NAME: Readonly<Record<string, CameraErrorKind>> = {
  NotAllowedError: "refused",
  SecurityError: "refused",
  PermissionDeniedError: "refused",
  NotFoundError: "absent",
  OverconstrainedError: "absent",
  DevicesNotFoundError: "absent",
  NotReadableError: "busy",
  TrackStartError: "busy",
  AbortError: "busy",
  InvalidStateError: "interrupted",
  TypeError: "unsupported",
  NotSupportedError: "unsupported",
};

/** The front camera, playing into a video element until it is closed or taken away. */
export interface OpenCamera {
  readonly video: HTMLVideoElement;
  /** Aborts with a `CameraError` ("interrupted") when the camera is taken away, and when it is closed. */
  readonly ended: AbortSignal;
  close(): void;
}

/** Opens the front camera into `video`. Throws `CameraError`, or the signal's reason. */
export async function openCamera(
  video: HTMLVideoElement,
  { signal, onInterrupted }: { signal: AbortSignal; onInterrupted?: (() => void) | undefined },
): Promise<OpenCamera> {
  signal.throwIfAborted();
  const stream = await requestStream(signal);
  const camera = new StreamCamera(video, stream, onInterrupted);
  try {
    await camera.start(signal);
    return camera;
  } catch (error) {
    camera.close();
    signal.throwIfAborted();
    throw error;
  }
}

async function requestStream(signal: AbortSignal): Promise<MediaStream> {
  if (!window.isSecureContext) throw new CameraError("insecure");
  // Absent in old browsers and in some embedded views, whatever the type says.
  const devices = navigator.mediaDevices as MediaDevices | undefined;
  if (devices?.getUserMedia === undefined) throw new CameraError("unsupported");
  try {
    // The person may answer the browser's question long after the page gave up: that late stream is stopped.
    return await abortable(devices.getUserMedia(CONSTRAINTS), signal, stopTracks);
  } catch (error) {
    signal.throwIfAborted();
    throw asCameraError(error);
  }
}

class StreamCamera implements OpenCamera {
  readonly #ended = new AbortController();
  #muteTimer: ReturnType<typeof setTimeout> | undefined;

  constructor(
    readonly video: HTMLVideoElement,
    readonly stream: MediaStream,
    readonly onInterrupted: (() => void) | undefined,
  ) {
    const options = { signal: this.#ended.signal };
    for (const track of stream.getTracks()) {
      track.addEventListener("ended", this.#interrupt, options);
      track.addEventListener("mute", this.#onMute, options);
      track.addEventListener("unmute", this.#onUnmute, options);
    }
    document.addEventListener("visibilitychange", this.#onVisibility, options);
  }

  get ended(): AbortSignal {
    return this.#ended.signal;
  }

  async start(signal: AbortSignal): Promise<void> {
    const { video, stream } = this;
    video.muted = true;
    video.playsInline = true;
    video.srcObject = stream;
    const timeout = AbortSignal.timeout(FIRST_FRAME_TIMEOUT_MS);
    try {
      await abortable(playing(video), anySignal(signal, timeout, this.ended));
    } catch (error) {
      signal.throwIfAborted();
      if (timeout.aborted) throw new CameraError("busy", { cause: error });
      throw asCameraError(error);
    }
  }

  close(): void {
    this.#end();
  }

  readonly #interrupt = (): void => {
    if (this.#ended.signal.aborted) return;
    this.#end();
    this.onInterrupted?.();
  };

  readonly #onMute = (): void => {
    // Phones mute the camera of a page in the background; that is a pause, not a loss.
    if (document.hidden) return;
    this.#muteTimer ??= setTimeout(this.#interrupt, MUTE_GRACE_MS);
  };

  readonly #onUnmute = (): void => {
    clearTimeout(this.#muteTimer);
    this.#muteTimer = undefined;
  };

  readonly #onVisibility = (): void => {
    this.#onUnmute();
    const isMuted = this.stream.getVideoTracks().some((track) => track.muted);
    if (!document.hidden && isMuted) this.#onMute();
  };

  #end(): void {
    clearTimeout(this.#muteTimer);
    this.#ended.abort(new CameraError("interrupted"));
    stopTracks(this.stream);
    // Only our own stream: another camera may have been opened into the same element since.
    if (this.video.srcObject === this.stream) this.video.srcObject = null;
  }
}

async function playing(video: HTMLVideoElement): Promise<void> {
  await video.play();
  if (video.videoWidth > 0) return;
  await new Promise<void>((resolve) => {
    video.addEventListener(
      "resize",
      () => {
        resolve();
      },
      { once: true },
    );
  });
}

function stopTracks(stream: MediaStream): void {
  for (const track of stream.getTracks()) track.stop();
}

function asCameraError(error: unknown): CameraError {
  if (error instanceof CameraError) return error;
  const name = error instanceof Error ? error.name : "";
  return new CameraError(KIND_BY_ERROR_NAME[name] ?? "busy", { cause: error });
}
