import { guide } from "../guidance/guidance";
import type { Capture, CapturePurpose, Guidance, GuidanceState, LiveQuality } from "../types";
import type { VisionEngine } from "../vision/engine";
import type { Face, Frame, PixelBox } from "../vision/frame";
import { MODEL, PIPELINE } from "../vision/model";
import { frameLuminance } from "../vision/quality/luminance";
import { measureCapture, measureQuality } from "../vision/quality/measure";
import { BlinkWatch } from "./blink";
import { encodeFloat32 } from "./encoding";
import { type Plan, type Taken, planFor } from "./plan";
import { SeriesRecorder } from "./series";

// Captures of one blink or one jolt would all be spoilt together.
const MIN_CAPTURE_INTERVAL_MS = 350;
// The first frame after moving into place is still moving.
const STEADY_FRAMES_BEFORE_CAPTURE = 2;
// Mean landmark movement from frame to frame, in inter-ocular distances; more smears at 15 frames a second.
const MAX_MOVEMENT_IOD = 0.06;
// The server's plausible norms (layers/matching/calibration.json): a frame outside them is not worth sending.
const DESCRIPTOR_NORM = { min: 1.17, max: 1.71 };
// Frames of one person in one scene differ by at most .25; .45 is another person (same file).
const MAX_CAPTURE_DISTANCE = 0.4;
// Far below what a camera's noise does (.02 and more), above the server's 1e-3: the same frame twice is no evidence.
const MIN_CAPTURE_DISTANCE = 2e-3;
// The series is evidence of somebody being there for a while, so a ceremony lasts at least this long.
const MIN_CEREMONY_FRAMES = 10;
const ASKING: ReadonlySet<GuidanceState> = new Set([
  "turn-left",
  "turn-right",
  "turn-less",
  "come-closer",
  "move-back",
]);
// A page that was hidden shows no frames meanwhile; nobody was asked for anything then.
const MAX_FRAME_GAP_MS = 500;

interface Shot extends Taken {
  descriptor: Float32Array;
}

/** One person before one camera, from the first frame to the last capture. */
export class Ceremony {
  readonly #series: SeriesRecorder;
  #shots: Shot[] = [];
  #state: GuidanceState = "no-face";
  #steadyFrames = 0;
  #lastShotMs = -Infinity;
  #lastFrameMs: number | null = null;
  #askedMs = 0;
  #lastLandmarks: Float32Array | null = null;
  readonly #blink = new BlinkWatch();
  readonly #plan: Plan;

  constructor(
    readonly engine: VisionEngine,
    purpose: CapturePurpose,
    frame: Frame,
  ) {
    this.#series = new SeriesRecorder(frame.width, frame.height);
    this.#plan = planFor(purpose);
  }

  get progress(): Pick<Guidance, "progress" | "taken" | "wanted"> {
    const taken = this.#shots.length;
    const wanted = this.#plan.wanted(this.#shots);
    return { progress: taken / wanted, taken, wanted };
  }

  get isComplete(): boolean {
    return this.#shots.length >= this.#plan.wanted(this.#shots);
  }

  fits(frame: Frame): boolean {
    return frame.width === this.#series.frameWidth && frame.height === this.#series.frameHeight;
  }

  /** Looks at one frame, and captures it when it is good enough. */
  async take(frame: Frame, timeMs: number): Promise<Guidance> {
    const { faceCount, face } = await this.engine.look(frame);
    const quality = face && measureQuality(frame, { faceCount, face });
    this.#state = guide(
      {
        frameWidth: frame.width,
        frameHeight: frame.height,
        frameLuminance: frameLuminance(frame),
        faceCount,
        face: face && quality && { box: face.box, quality },
      },
      this.#state,
      this.#plan.pose(this.#shots, this.#askedMs),
    );
    this.#countAsking(timeMs);
    if (face) this.#series.add(timeMs, face.landmarks);
    const captured =
      face !== null && quality !== null && (await this.#tryShot(frame, { faceCount, face }, quality, timeMs));
    return {
      state: captured ? "captured" : this.#state,
      ...this.progress,
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

  async #tryShot(
    frame: Frame,
    seen: { faceCount: number; face: Face },
    live: LiveQuality,
    timeMs: number,
  ): Promise<boolean> {
    const isSteady = this.#isSteady(seen.face, live);
    const isBlink = this.#blink.sees(live.eyes_open);
    this.#steadyFrames = this.#state === "hold-still" && isSteady ? this.#steadyFrames + 1 : 0;
    if (this.#steadyFrames < STEADY_FRAMES_BEFORE_CAPTURE || isBlink) return false;
    if (timeMs - this.#lastShotMs < MIN_CAPTURE_INTERVAL_MS) return false;
    const isLast = this.#shots.length + 1 >= this.#plan.wanted(this.#shots);
    if (isLast && this.#series.length < MIN_CEREMONY_FRAMES) return false;

    const description = await this.engine.describe(frame, seen.face.landmarks);
    this.#lastShotMs = timeMs;
    if (description === null || !isPlausible(description.descriptor)) return false;
    const { descriptor } = description;
    const distances = this.#shots.map((shot) => distance(shot.descriptor, descriptor));
    if (distances.some((one) => one < MIN_CAPTURE_DISTANCE)) return false;
    if (distances.some((one) => one > MAX_CAPTURE_DISTANCE)) {
      // Another person stepped in, or the first capture was the bad one: begin again, with this one if it is straight.
      const { kind } = this.#plan.pose(this.#shots, this.#askedMs);
      this.#shots = [];
      if (kind !== "straight") return false;
    }
    this.#shots.push({ descriptor, live, quality: measureCapture(frame, seen, description) });
    this.#askedMs = 0;
    return true;
  }

  /** Only while a view is asked for does patience run out: whoever stands in the dark has not been asked to turn yet. */
  #countAsking(timeMs: number): void {
    const sinceLastMs = timeMs - (this.#lastFrameMs ?? timeMs);
    this.#lastFrameMs = timeMs;
    if (ASKING.has(this.#state)) this.#askedMs += Math.min(sinceLastMs, MAX_FRAME_GAP_MS);
  }

  #isSteady(face: Face, quality: LiveQuality): boolean {
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
