import type { Capture, CapturePurpose, Guidance } from "../types";
import type { VisionEngine } from "../vision/engine";
import type { Frame } from "../vision/frame";
import { Ceremony } from "./ceremony";

/** Where frames come from: the camera, or a test. */
export interface FrameSource {
  /** The next new frame, or "hidden" when the page cannot be seen. Rejects with the signal's reason. */
  next(signal: AbortSignal): Promise<TimedFrame | "hidden">;
  /** Resolves when the page can be seen again. */
  untilVisible(signal: AbortSignal): Promise<void>;
}

export interface TimedFrame {
  frame: Frame;
  timeMs: number;
}

const NOTHING_YET = { progress: 0, taken: 0, wanted: 3 };

/**
 * Runs one ceremony: guides the person frame by frame and takes the captures that its purpose needs, spaced in time.
 *
 * Nothing is kept but descriptors, measurements and landmarks; the pixels of a frame are dropped with it.
 * Rejects with the signal's reason, or with what the frame source rejects with.
 */
export async function runCapture({
  source,
  engine,
  purpose,
  signal,
  onGuidance,
}: {
  source: FrameSource;
  engine: VisionEngine;
  purpose: CapturePurpose;
  signal: AbortSignal;
  onGuidance: (guidance: Guidance) => void;
}): Promise<Capture> {
  let ceremony: Ceremony | null = null;
  for (;;) {
    signal.throwIfAborted();
    const next = await source.next(signal);
    if (next === "hidden") {
      onGuidance({ state: "page-hidden", ...(ceremony?.progress ?? NOTHING_YET) });
      await source.untilVisible(signal);
      continue;
    }
    // A phone that is turned changes the frame's size, and with it the unit of everything measured.
    if (!ceremony?.fits(next.frame)) ceremony = new Ceremony(engine, purpose, next.frame);
    const guidance = await ceremony.take(next.frame, next.timeMs);
    signal.throwIfAborted();
    onGuidance(guidance);
    if (ceremony.isComplete) return ceremony.result();
  }
}
