import type { OpenCamera } from "../camera/camera";
import type { ScriptSource } from "../capture/script";
import type { Capture, CapturePurpose, Guidance, LivenessProfile, LoadProgress } from "../types";
import { openWorkerRoom } from "./worker-room";

/** Where the networks are and a ceremony runs: a worker, or this page. */
export interface CaptureRoom {
  capture(given: {
    camera: OpenCamera;
    script: ScriptSource;
    purpose: CapturePurpose;
    profile: LivenessProfile;
    stepMs?: number | undefined;
    onGuidance: (guidance: Guidance) => void;
    signal: AbortSignal;
  }): Promise<Capture>;
  dispose(): void;
}

export interface RoomOptions {
  assets: string;
  signal: AbortSignal;
  onProgress: (progress: LoadProgress) => void;
}

/** Loads the networks into a worker, or into the page where a worker cannot run. Throws `ModelError`. */
export async function openRoom(options: RoomOptions): Promise<CaptureRoom> {
  const room = await openWorkerRoom(options);
  if (room !== null) return room;
  const { openPageRoom } = await import("./page-room");
  return openPageRoom(options);
}
