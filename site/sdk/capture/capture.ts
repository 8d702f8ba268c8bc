import { CeremonyError } from "../errors";
import type { Capture, CapturePurpose, Guidance, LivenessProfile, LookAgainReason } from "../types";
import type { VisionEngine } from "../vision/engine";
import type { Frame } from "../vision/frame";
import { Attempt, descriptorsWanted } from "./attempt";
import { FramePace } from "./frame-rate";
import type { ScriptSource } from "./script";
import { TryFailed } from "./try-failed";

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

export interface CeremonyOptions {
  source: FrameSource;
  engine: VisionEngine;
  script: ScriptSource;
  purpose: CapturePurpose;
  profile: LivenessProfile;
  stepMs?: number | undefined;
  signal: AbortSignal;
  onGuidance: (guidance: Guidance) => void;
}

// A person who did not manage twice will not at the third time, without help or another profile.
const MAX_TRIES = 3;

/**
 * Runs one ceremony: guides the person into place frame by frame, then through the script, taking descriptors where it
 * says so. A try that does not work out is followed by another with a new script, twice at most.
 *
 * Nothing is kept but descriptors, measurements and points; pixels are dropped with their frame, those of the few frames
 * that are chosen for a descriptor with the act. Rejects with
 * `CeremonyError`, with the signal's reason, or with what the frames' or the script's source rejects with.
 */
export async function runCapture(options: CeremonyOptions): Promise<Capture> {
  const { source, signal, onGuidance } = options;
  const pace = new FramePace();
  const tries = new Tries(options, pace);
  try {
    for (;;) {
      signal.throwIfAborted();
      const next = await source.next(signal);
      if (next === "hidden") {
        onGuidance({
          state: "page-hidden",
          ...(tries.current?.counts ?? { progress: 0, taken: 0, wanted: descriptorsWanted(options.purpose) }),
        });
        await source.untilVisible(signal);
        tries.interrupted("page-hidden");
        continue;
      }
      if (!pace.takes(next.timeMs)) continue;
      const attempt = tries.with(next.frame);
      try {
        const guidance = await attempt.take(next.frame, next.timeMs);
        signal.throwIfAborted();
        onGuidance(guidance);
        if (attempt.isComplete) return attempt.result();
      } catch (error) {
        signal.throwIfAborted();
        if (!(error instanceof TryFailed)) throw error;
        tries.failed(error.reason);
      }
    }
  } finally {
    tries.current?.abandon();
  }
}

/** The try that runs, and how many did not work out. */
class Tries {
  current: Attempt | null = null;
  #failures = 0;
  #again: LookAgainReason | null = null;

  constructor(
    readonly options: CeremonyOptions,
    readonly pace: FramePace,
  ) {}

  /** The try that this frame belongs to. A phone that is turned changes the unit of everything measured. */
  with(frame: Frame): Attempt {
    if (this.current?.fits(frame) === false) this.interrupted("camera-turned");
    return (this.current ??= new Attempt(
      { ...this.options, pace: this.pace, again: this.#again },
      frame.width,
      frame.height,
    ));
  }

  /** Something happened that no script survives; before there is one, it costs nothing. */
  interrupted(reason: LookAgainReason): void {
    if (this.current?.hasBegun === true) this.failed(reason);
    else this.current = null;
    this.pace.restart();
  }

  failed(reason: LookAgainReason): void {
    this.current?.abandon();
    this.current = null;
    this.#failures += 1;
    this.#again = reason;
    if (this.#failures >= MAX_TRIES) throw new CeremonyError(reason);
    this.pace.restart();
  }
}
