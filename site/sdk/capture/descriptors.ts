import type { LiveQuality, Quality, TurnedDescriptor } from "../types";
import type { VisionEngine } from "../vision/engine";
import type { Description, Frame } from "../vision/frame";
import { measureCapture } from "../vision/quality/measure";
import { encodeFloat32 } from "./encoding";
import type { SeenFace } from "./observation";
import type { RecordedFrame, SeriesRecorder } from "./series";
import { TryFailed } from "./try-failed";

// The server's plausible norms (layers/matching/calibration.json): a frame outside them is not worth sending.
const DESCRIPTOR_NORM = { min: 1.17, max: 1.71 };
// Frames of one person in one scene differ by at most .25; the server takes .45 for another person (matching/gates.py).
const MAX_CAPTURE_DISTANCE = 0.4;
// Far below what a camera's noise does (.02 and more), above the server's 1e-3: the same frame twice is no evidence.
const MIN_CAPTURE_DISTANCE = 2e-3;

/** A frame that was chosen. Its pixels are let go as soon as it is described: seconds later, in the same ceremony. */
interface Held {
  frame: Frame;
  seen: SeenFace;
  moment: RecordedFrame;
  isTurned: boolean;
}

interface Shot {
  descriptor: Float32Array;
  quality: Quality;
  live: LiveQuality;
  moment: RecordedFrame;
}

/**
 * The descriptors of one try: those that are compared, and those of turned heads. Frames are chosen while a step is
 * followed and described when it does not matter how long that takes: while the server is waited for, and at the end.
 */
export class Descriptors {
  #held: Held[] = [];
  readonly #shots: Shot[] = [];
  readonly #turned: Pick<Shot, "descriptor" | "moment">[] = [];

  constructor(
    readonly engine: VisionEngine,
    /** Farther apart they are of two people. */
    readonly maxDistance = MAX_CAPTURE_DISTANCE,
  ) {}

  /** How many that are compared are taken, described or not. */
  get taken(): number {
    return this.live.length;
  }

  /** How many were taken, those of turned heads too. */
  get held(): number {
    return this.#held.length + this.#shots.length + this.#turned.length;
  }

  /** What the guidance measured at each of them. */
  get live(): LiveQuality[] {
    const held = this.#held.filter(({ isTurned }) => !isTurned).map(({ seen }) => seen.quality);
    return [...this.#shots.map(({ live }) => live), ...held];
  }

  hold(held: Held): void {
    held.moment.isPinned = true;
    this.#held.push(held);
  }

  /** Whether all that is held is described. */
  get isSettled(): boolean {
    return this.#held.length === 0;
  }

  /**
   * Describes the first of what is held. One that no face has, or that is another again, is left out. Throws `TryFailed`
   * where it is somebody else's, or a turned head has none.
   */
  async settleNext(): Promise<void> {
    const held = this.#held.shift();
    if (held === undefined) return;
    const description = await this.engine.describe(held.frame, held.seen.face.landmarks);
    const isGood = description !== null && isPlausible(description.descriptor);
    if (held.isTurned) {
      if (!isGood) throw new TryFailed("face-lost");
      this.#turned.push({ descriptor: description.descriptor, moment: held.moment });
    } else if (!isGood || !this.#takes(held, description)) {
      held.moment.isPinned = false;
    }
  }

  /** Describes all that is held, as `settleNext`. */
  async settle(): Promise<void> {
    while (!this.isSettled) await this.settleNext();
  }

  encode(series: SeriesRecorder): {
    descriptors: string[];
    quality: Quality[];
    moments: number[];
    turned: TurnedDescriptor[];
  } {
    return {
      descriptors: this.#shots.map(({ descriptor }) => encodeFloat32(descriptor)),
      quality: this.#shots.map(({ quality }) => quality),
      moments: this.#shots.map(({ moment }) => series.indexOf(moment)),
      turned: this.#turned.map(({ descriptor, moment }) => ({
        descriptor: encodeFloat32(descriptor),
        moment: series.indexOf(moment),
      })),
    };
  }

  #takes({ frame, seen, moment }: Held, description: Description): boolean {
    const { descriptor } = description;
    const distances = this.#shots.map((shot) => distance(shot.descriptor, descriptor));
    if (distances.some((one) => one > this.maxDistance)) throw new TryFailed("moved-on");
    if (distances.some((one) => one < MIN_CAPTURE_DISTANCE)) return false;
    const quality = measureCapture(frame, seen, description);
    this.#shots.push({ descriptor, quality, live: seen.quality, moment });
    return true;
  }
}

function isPlausible(descriptor: Float32Array): boolean {
  const norm = Math.hypot(...descriptor);
  return norm >= DESCRIPTOR_NORM.min && norm <= DESCRIPTOR_NORM.max;
}

function distance(a: Float32Array, b: Float32Array): number {
  return Math.hypot(...a.map((value, index) => value - (b[index] ?? 0)));
}
