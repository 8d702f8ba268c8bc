// @vitest-environment happy-dom
import { afterEach, beforeEach, expect, test, vi } from "vitest";

import { CameraStage } from "../../sdk/camera-stage";
import type { ScriptSource } from "../../sdk/capture/script";
import { CeremonyError, ModelError } from "../../sdk/errors";
import { type CaptureRoom, openRoom } from "../../sdk/rooms/room";
import { FakeStream, installCamera, videoElement } from "../support/fake-camera";

// No worker runs here: what stands in its place fails as one does that broke.
vi.mock("../../sdk/rooms/room");

const script = {} as ScriptSource;
let rooms: { capture: ReturnType<typeof vi.fn>; dispose: ReturnType<typeof vi.fn> }[];
let stage: CameraStage;

beforeEach(async () => {
  rooms = [];
  vi.mocked(openRoom).mockImplementation(async () => {
    const room = { capture: vi.fn(), dispose: vi.fn() };
    rooms.push(room);
    return Promise.resolve(room as unknown as CaptureRoom);
  });
  installCamera(async () => Promise.resolve(new FakeStream()));
  stage = new CameraStage("/assets/", new AbortController().signal);
  await stage.prepare({});
  await stage.openCamera(videoElement(), {});
});

afterEach(async () => {
  await stage.dispose();
  vi.unstubAllGlobals();
});

const look = async (): Promise<unknown> =>
  stage.capture({ purpose: "probe", onGuidance: () => undefined }, script).catch((error: unknown) => error);

test("networks that broke are left, and loaded anew by the next prepare", async () => {
  rooms[0]?.capture.mockRejectedValueOnce(new ModelError("unsupported"));

  expect(await look()).toMatchObject({ kind: "unsupported" });

  expect(rooms[0]?.dispose).toHaveBeenCalledOnce();
  expect(await look()).toMatchObject({ kind: "not-prepared" });
  await stage.prepare({});
  expect(rooms).toHaveLength(2);
  rooms[1]?.capture.mockResolvedValueOnce("a capture");
  expect(await look()).toBe("a capture");
});

test("a ceremony that was not followed leaves the networks where they are", async () => {
  rooms[0]?.capture.mockRejectedValueOnce(new CeremonyError("too-slow"));

  await look();
  await stage.prepare({});

  expect(rooms[0]?.dispose).not.toHaveBeenCalled();
  expect(rooms).toHaveLength(1);
});
