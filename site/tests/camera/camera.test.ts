// @vitest-environment happy-dom
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";

import { openCamera } from "../../sdk/camera/camera";
import { CameraError } from "../../sdk/errors";
import { FakeStream, hidePage, installCamera, videoElement } from "../support/fake-camera";

const running = new AbortController().signal;

let stream: FakeStream;

beforeEach(() => {
  stream = new FakeStream();
  installCamera(async () => Promise.resolve(stream));
});

afterEach(() => {
  hidePage(false);
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

describe("opening the camera", () => {
  test("plays it into the video element, silently and in the page", async () => {
    const video = videoElement();

    await openCamera(video, { signal: running });

    expect(video.srcObject).toBe(stream);
    expect(video.muted).toBe(true);
    expect(video.playsInline).toBe(true);
  });

  test.each([
    ["NotAllowedError", "refused"],
    ["SecurityError", "refused"],
    ["NotFoundError", "absent"],
    ["OverconstrainedError", "absent"],
    ["NotReadableError", "busy"],
    ["AbortError", "busy"],
    ["NotSupportedError", "unsupported"],
    ["SomethingNewError", "busy"],
  ])("a browser's %s is %s", async (name, kind) => {
    installCamera(async () => Promise.reject(new DOMException("", name)));

    await expect(openCamera(videoElement(), { signal: running })).rejects.toMatchObject({
      name: "CameraError",
      kind,
    });
  });

  test("in a page without encryption is told apart from a refusal", async () => {
    vi.stubGlobal("isSecureContext", false);

    await expect(openCamera(videoElement(), { signal: running })).rejects.toMatchObject({ kind: "insecure" });
  });

  test("in a browser that knows no cameras is unsupported", async () => {
    vi.stubGlobal("navigator", {});

    await expect(openCamera(videoElement(), { signal: running })).rejects.toMatchObject({
      kind: "unsupported",
    });
  });

  test("stops the tracks when the video cannot play", async () => {
    const video = videoElement();
    vi.spyOn(video, "play").mockRejectedValue(new DOMException("", "NotSupportedError"));

    await expect(openCamera(video, { signal: running })).rejects.toBeInstanceOf(CameraError);
    expect(stream.track.readyState).toBe("ended");
    expect(video.srcObject).toBeNull();
  });

  test("given up before the person answered, stops the stream that comes late", async () => {
    let allow: (stream: FakeStream) => void = () => undefined;
    installCamera(async () => new Promise((resolve) => (allow = resolve)));
    const caller = new AbortController();

    const opening = openCamera(videoElement(), { signal: caller.signal });
    caller.abort();
    await expect(opening).rejects.toMatchObject({ name: "AbortError" });
    allow(stream);
    await vi.waitFor(() => {
      expect(stream.track.readyState).toBe("ended");
    });
  });

  test("given up while the video starts, stops the stream", async () => {
    const video = videoElement();
    vi.spyOn(video, "play").mockReturnValue(new Promise(() => undefined));
    const caller = new AbortController();

    const opening = openCamera(video, { signal: caller.signal });
    setTimeout(() => {
      caller.abort();
    }, 10);

    await expect(opening).rejects.toMatchObject({ name: "AbortError" });
    expect(stream.track.readyState).toBe("ended");
  });
});

describe("an open camera", () => {
  test("that is unplugged is interrupted, once", async () => {
    const onInterrupted = vi.fn();
    const camera = await openCamera(videoElement(), { signal: running, onInterrupted });

    stream.track.happen("ended");
    stream.track.happen("ended");

    expect(onInterrupted).toHaveBeenCalledOnce();
    expect(camera.ended.reason).toMatchObject({ name: "CameraError", kind: "interrupted" });
    expect(camera.video.srcObject).toBeNull();
  });

  test("that stays muted is interrupted", async () => {
    const onInterrupted = vi.fn();
    await openCamera(videoElement(), { signal: running, onInterrupted });
    vi.useFakeTimers();

    stream.track.happen("mute");
    vi.advanceTimersByTime(5000);

    expect(onInterrupted).toHaveBeenCalledOnce();
    expect(stream.track.readyState).toBe("ended");
  });

  test("that is muted for a moment goes on", async () => {
    const onInterrupted = vi.fn();
    await openCamera(videoElement(), { signal: running, onInterrupted });
    vi.useFakeTimers();

    stream.track.happen("mute");
    vi.advanceTimersByTime(500);
    stream.track.happen("unmute");
    vi.advanceTimersByTime(5000);

    expect(onInterrupted).not.toHaveBeenCalled();
  });

  test("of a page in the background may be muted as long as it likes", async () => {
    const onInterrupted = vi.fn();
    await openCamera(videoElement(), { signal: running, onInterrupted });
    vi.useFakeTimers();

    hidePage(true);
    stream.track.happen("mute");
    vi.advanceTimersByTime(60_000);
    expect(onInterrupted).not.toHaveBeenCalled();

    hidePage(false);
    vi.advanceTimersByTime(5000);
    expect(onInterrupted).toHaveBeenCalledOnce();
  });

  test("that is closed stops every track and calls nobody", async () => {
    const onInterrupted = vi.fn();
    const camera = await openCamera(videoElement(), { signal: running, onInterrupted });

    camera.close();
    stream.track.happen("ended");

    expect(stream.track.readyState).toBe("ended");
    expect(camera.ended.aborted).toBe(true);
    expect(onInterrupted).not.toHaveBeenCalled();
  });

  test("never takes another camera's picture away", async () => {
    const video = videoElement();
    const first = await openCamera(video, { signal: running });
    stream = new FakeStream();
    await openCamera(video, { signal: running });

    first.close();

    expect(video.srcObject).toBe(stream);
    expect(stream.track.readyState).toBe("live");
  });
});
