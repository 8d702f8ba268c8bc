/** What the page and the worker ask of each other. Pictures go one way only: from the page into the worker. */
import type { Timed } from "../camera/video-frames";
import type { Opening, Step } from "../capture/script";
import type { Capture, CapturePurpose, Guidance, LivenessProfile, LoadProgress } from "../types";
import type { Moved } from "./channel";

/** Served by the worker. */
export interface WorkerMethods {
  prepare: (given: { assets: string }, signal: AbortSignal) => Promise<void>;
  capture: (
    given: { purpose: CapturePurpose; profile: LivenessProfile; stepMs?: number | undefined },
    signal: AbortSignal,
  ) => Promise<Capture>;
}

/** Served by the page. */
export interface PageMethods {
  progressed: (progress: LoadProgress) => void;
  guided: (guidance: Guidance) => void;
  measured: (measure: { name: string; durationMs: number }) => void;
  nextPicture: (nothing: null, signal: AbortSignal) => Promise<Moved<Timed<ImageBitmap>> | "hidden">;
  untilVisible: (nothing: null, signal: AbortSignal) => Promise<void>;
  openScript: (nothing: null, signal: AbortSignal) => Promise<Opening>;
  revealScript: (
    seal: { challenge: string; chain: string; frames: number },
    signal: AbortSignal,
  ) => Promise<readonly Step[]>;
}
