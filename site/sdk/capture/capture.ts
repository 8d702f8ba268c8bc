import { guide } from "../guidance/guidance";
import type { Capture, Guidance, GuidanceState, Quality } from "../types";
import type { VisionEngine } from "../vision/engine";
import type { Face, Frame, PixelBox } from "../vision/frame";
import { MODEL, PIPELINE } from "../vision/model";
import { frameLuminance, measureQuality } from "../vision/quality";
import { encodeFloat32 } from "./encoding";
import { SeriesRecorder } from "./series";

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

// Captures of one blink or one jolt would all be spoilt together.
const MIN_CAPTURE_INTERVAL_MS = 350;
// The first frame after moving into place is still moving.
const STEADY_FRAMES_BEFORE_CAPTURE = 2;
// Mean landmark movement from frame to frame, in inter-ocular distances; more smears at 15 frames a second.
const MAX_MOVEMENT_IOD = 0.06;
// The server's plausible norms (layers/matching/gates.py): a frame outside them is not worth sending.
const DESCRIPTOR_NORM = { min: 1.2, max: 1.66 };
// Frames of one person in one scene differ by at most .25; .45 is another person (same file).
const MAX_CAPTURE_DISTANCE = 0.4;
// The series is evidence of somebody being there for a while, so a ceremony lasts at least this long.
const MIN_CEREMONY_FRAMES = 10;

/**
 * Runs one ceremony: guides the person frame by frame and takes `count` good captures spaced in time.
 *
 * Nothing is kept but descriptors, measurements and landmarks; the pixels of a frame are dropped with it.
 * Rejects with the signal's reason, or with what the frame source rejects with.
 */
export async function runCapture({
  source,
  engine,
  count,
  signal,
  onGuidance,
}: {
  source: FrameSource;
  engine: VisionEngine;
  count: number;
  signal: AbortSignal;
  onGuidance: (guidance: Guidance) => void;
}): Promise<Capture> {
  let ceremony: Ceremony | null = null;
  for (;;) {
    signal.throwIfAborted();
    const next = await source.next(signal);
    if (next === "hidden") {
      onGuidance({ state: "page-hidden", progress: ceremony?.progress ?? 0 });
      await source.untilVisible(signal);
      continue;
    }
    // A phone that is turned changes the frame's size, and with it the unit of everything measured.
    if (!ceremony?.fits(next.frame)) ceremony = new Ceremony(engine, count, next.frame);
    const guidance = await ceremony.take(next);
    signal.throwIfAborted();
    onGuidance(guidance);
    if (ceremony.isComplete) return ceremony.result();
  }
}

interface Shot {
  descriptor: Float32Array;
  quality: Quality;
}

class Ceremony {
  readonly #series: SeriesRecorder;
  #shots: Shot[] = [];
  #state: GuidanceState = "no-face";
  #steadyFrames = 0;
  #lastShotMs = -Infinity;
  #lastLandmarks: Float32Array | null = null;

  constructor(
    readonly engine: VisionEngine,
    readonly count: number,
    frame: Frame,
  ) {
    this.#series = new SeriesRecorder(frame.width, frame.height);
  }

  get progress(): number {
    return this.#shots.length / this.count;
  }

  get isComplete(): boolean {
    return this.#shots.length === this.count;
  }

  fits(frame: Frame): boolean {
    return frame.width === this.#series.frameWidth && frame.height === this.#series.frameHeight;
  }

  async take({ frame, timeMs }: TimedFrame): Promise<Guidance> {
    const { faceCount, face } = await this.engine.look(frame);
    const quality = face && measureQuality(frame, face);
    this.#state = guide(
      {
        frameWidth: frame.width,
        frameHeight: frame.height,
        frameLuminance: frameLuminance(frame),
        faceCount,
        face: face && quality && { box: face.box, quality },
      },
      this.#state,
    );
    if (face) this.#series.add(timeMs, face.landmarks);
    const captured = face !== null && quality !== null && (await this.#tryShot(frame, face, quality, timeMs));
    return {
      state: captured ? "captured" : this.#state,
      progress: this.progress,
      ...(face && { box: share(face.box, frame) }),
    };
  }

  result(): Capture {
    return {
      model: MODEL,
      pipeline: PIPELINE,
      descriptors: this.#shots.map(({ descriptor }) => encodeFloat32(descriptor)),
      quality: this.#shots.map(({ quality }) => quality),
      series: this.#series.encode(),
    };
  }

  async #tryShot(frame: Frame, face: Face, quality: Quality, timeMs: number): Promise<boolean> {
    const isSteady = this.#isSteady(face, quality);
    this.#steadyFrames = this.#state === "hold-still" && isSteady ? this.#steadyFrames + 1 : 0;
    if (this.#steadyFrames < STEADY_FRAMES_BEFORE_CAPTURE) return false;
    if (timeMs - this.#lastShotMs < MIN_CAPTURE_INTERVAL_MS) return false;
    const isLast = this.#shots.length === this.count - 1;
    if (isLast && this.#series.length < MIN_CEREMONY_FRAMES) return false;

    const description = await this.engine.describe(frame, face.landmarks);
    this.#lastShotMs = timeMs;
    if (description === null || !isPlausible(description.descriptor)) return false;
    const { descriptor } = description;
    // Another person stepped in, or the first shot was the bad one: begin again with this one.
    if (!this.#shots.every((shot) => distance(shot.descriptor, descriptor) <= MAX_CAPTURE_DISTANCE))
      this.#shots = [];
    this.#shots.push({ descriptor, quality });
    return true;
  }

  #isSteady(face: Face, quality: Quality): boolean {
    const before = this.#lastLandmarks;
    this.#lastLandmarks = face.landmarks;
    return before !== null && movement(before, face.landmarks) <= MAX_MOVEMENT_IOD * quality.inter_ocular_px;
  }
}

function isPlausible(descriptor: Float32Array): boolean {
  const norm = Math.hypot(...descriptor);
  return norm >= DESCRIPTOR_NORM.min && norm <= DESCRIPTOR_NORM.max;
}

function distance(a: Float32Array, b: Float32Array): number {
  return Math.hypot(...a.map((value, index) => value - (b[index] ?? 0)));
}

/** Mean distance in pixels that a landmark went from one frame to the next. */
function movement(before: Float32Array, after: Float32Array): number {
  let sum = 0;
  for (let index = 0; index < after.length; index += 2) {
    sum += Math.hypot(
      (after[index] ?? 0) - (before[index] ?? 0),
      (after[index + 1] ?? 0) - (before[index + 1] ?? 0),
    );
  }
  return sum / (after.length / 2);
}

function share(box: PixelBox, frame: Frame): PixelBox {
  return {
    x: box.x / frame.width,
    y: box.y / frame.height,
    width: box.width / frame.width,
    height: box.height / frame.height,
  };
}
