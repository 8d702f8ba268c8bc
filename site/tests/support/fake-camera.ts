import { vi } from "vitest";

/** A camera track that a test can take away. */
export class FakeTrack extends EventTarget {
  readyState: "live" | "ended" = "live";
  muted = false;

  stop(): void {
    this.readyState = "ended";
  }

  /** As the browser does: the state first, then the event. */
  happen(type: "ended" | "mute" | "unmute"): void {
    if (type === "ended") this.readyState = "ended";
    else this.muted = type === "mute";
    this.dispatchEvent(new Event(type));
  }
}

export class FakeStream {
  readonly track = new FakeTrack();

  getTracks(): FakeTrack[] {
    return [this.track];
  }

  getVideoTracks(): FakeTrack[] {
    return [this.track];
  }
}

/** Puts a camera in the place of the browser's. `open` answers getUserMedia. */
export function installCamera(open: () => Promise<FakeStream>): void {
  vi.stubGlobal("isSecureContext", true);
  vi.stubGlobal("navigator", { mediaDevices: { getUserMedia: open } });
}

/** A video element that plays at once. */
export function videoElement(): HTMLVideoElement {
  const video = document.createElement("video");
  let source: unknown = null;
  Object.defineProperties(video, {
    srcObject: {
      get: () => source,
      set: (value: unknown) => {
        source = value;
      },
    },
    videoWidth: { value: 640 },
    videoHeight: { value: 480 },
  });
  vi.spyOn(video, "play").mockResolvedValue();
  return video;
}

export function hidePage(hidden: boolean): void {
  Object.defineProperty(document, "hidden", { configurable: true, get: () => hidden });
  document.dispatchEvent(new Event("visibilitychange"));
}
