import type { LiveQuality, Quality, TurnedDescriptor } from "../types";
import type { VisionEngine } from "../vision/engine";
import type { Frame } from "../vision/frame";
import { landmarksOf } from "../vision/mesh/landmarks";
import { measureCapture } from "../vision/quality/measure";
import { encodeFloat32 } from "./encoding";
import type { Observation, SeenFace } from "./observation";
import type { RecordedFrame, SeriesRecorder } from "./series";
import { TryFailed } from "./try-failed";

// The server's plausible norms (layers/matching/calibration.json): a frame outside them is not worth sending.
const DESCRIPTOR_NORM = { min: 1.17, max: 1.71 };
// Frames of one person in one scene differ by at most .25; .45 is another person (same file).
const MAX_CAPTURE_DISTANCE = 0.4;
// Far below what a camera's noise does (.02 and more), above the server's 1e-3: the same frame twice is no evidence.
const MIN_CAPTURE_DISTANCE = 2e-3;

interface Shot {
  descriptor: Float32Array;
  quality: Quality;
  live: LiveQuality;
  moment: RecordedFrame;
}

/** The descriptors of one try: those that are compared, and those of turned heads. */
export class Descriptors {
  readonly #shots: Shot[] = [];
  readonly #turned: Pick<Shot, "descriptor" | "moment">[] = [];

  constructor(readonly engine: VisionEngine) {}

  get taken(): number {
    return this.#shots.length;
  }

  get qualities(): Quality[] {
    return this.#shots.map(({ quality }) => quality);
  }

  /** What the guidance measured at the first one: views are asked for as changes from it. */
  get firstLive(): LiveQuality | null {
    return this.#shots[0]?.live ?? null;
  }

  /** Takes one that is compared; false where this frame gives none. Throws `TryFailed` where it is somebody else's. */
  async take(frame: Frame, seen: SeenFace, moment: RecordedFrame): Promise<boolean> {
    const description = await this.engine.describe(frame, seen.face.landmarks);
    if (description === null || !isPlausible(description.descriptor)) return false;
    const { descriptor } = description;
    const distances = this.#shots.map((shot) => distance(shot.descriptor, descriptor));
    if (distances.some((one) => one < MIN_CAPTURE_DISTANCE)) return false;
    if (distances.some((one) => one > MAX_CAPTURE_DISTANCE)) throw new TryFailed("moved-on");
    moment.isPinned = true;
    this.#shots.push({
      descriptor,
      quality: measureCapture(frame, seen, description),
      live: seen.quality,
      moment,
    });
    return true;
  }

  /** Takes one of a turned head, by its mesh: detectors lose what turns away. */
  async takeTurned({ frame, followed }: Observation, moment: RecordedFrame): Promise<boolean> {
    const description = followed && (await this.engine.describe(frame, landmarksOf(followed.mesh)));
    if (description === null || !isPlausible(description.descriptor)) return false;
    moment.isPinned = true;
    this.#turned.push({ descriptor: description.descriptor, moment });
    return true;
  }

  encode(series: SeriesRecorder): {
    descriptors: string[];
    quality: Quality[];
    moments: number[];
    turned: TurnedDescriptor[];
  } {
    return {
      descriptors: this.#shots.map(({ descriptor }) => encodeFloat32(descriptor)),
      quality: this.qualities,
      moments: this.#shots.map(({ moment }) => series.indexOf(moment)),
      turned: this.#turned.map(({ descriptor, moment }) => ({
        descriptor: encodeFloat32(descriptor),
        moment: series.indexOf(moment),
      })),
    };
  }
}

function isPlausible(descriptor: Float32Array): boolean {
  const norm = Math.hypot(...descriptor);
  return norm >= DESCRIPTOR_NORM.min && norm <= DESCRIPTOR_NORM.max;
}

function distance(a: Float32Array, b: Float32Array): number {
  return Math.hypot(...a.map((value, index) => value - (b[index] ?? 0)));
}
