import type { LiveQuality } from "../types";
import type { VisionEngine } from "../vision/engine";
import type { Face, Frame, Sight } from "../vision/frame";
import { type Lids, interOcular, lidsInPose } from "../vision/mesh/eyes";
import { trackPoints } from "../vision/mesh/layout";
import type { FaceMesh } from "../vision/mesh/mesh";
import { type Rotation, poseOf } from "../vision/mesh/pose";
import { measureQuality } from "../vision/quality/measure";
import { measureSignals } from "../vision/signals/signals";

/** The face of one frame, as it is followed. */
export interface Followed {
  /** The 48 points, pairs x, y in pixels. */
  points: Float32Array;
  /** The whole mesh: 468 triples x, y, z. */
  mesh: Float32Array;
  pose: Rotation;
  /** How far the lids are apart (left and right in the picture), less what this pose alone does to it. */
  lids: Lids;
  interOcularPx: number;
  /** Mean distance that a point went since the frame before, in inter-ocular distances; infinite on the first. */
  movementIod: number;
  signals: Uint8Array;
}

/** A face with what was measured of it, where the detector looked at the frame. */
export interface SeenFace {
  face: Face;
  faceCount: number;
  quality: LiveQuality;
}

export interface Observation {
  frame: Frame;
  timeMs: number;
  followed: Followed | null;
  /** Whether the detector looked at this frame. */
  wasLookedAt: boolean;
  seen: SeenFace | null;
  /** As the detector last said. */
  facesInView: number;
}

// Between its looks the mesh follows alone: who stands beside the person is seen soon enough.
const LOOK_INTERVAL_MS = 300;
// Where a look takes longer than this, every second frame goes without: 12 frames a second matter more.
const DEAR_LOOK_MS = 50;

/** Looks at frame after frame: the mesh in each, the detector and quality where they are needed. */
export class Observer {
  #lastLookMs = -Infinity;
  #lookCostMs = 0;
  #restedLast = false;
  #faces = 0;
  #before: Float32Array | null = null;

  constructor(
    readonly engine: VisionEngine,
    readonly nowMs: () => number = () => performance.now(),
  ) {
    engine.stopFollowing();
  }

  /** `closely`: with the detector, on every frame that this device has the time for. */
  async see(frame: Frame, timeMs: number, { closely }: { closely: boolean }): Promise<Observation> {
    let mesh = this.engine.follow(frame, null);
    const wasLookedAt = mesh === null || this.#isTimeToLook(timeMs, closely);
    let seen: SeenFace | null = null;
    if (wasLookedAt) {
      const sight = await this.#look(frame, timeMs);
      seen = seenIn(frame, sight);
      if (seen !== null && (mesh === null || !isSameFace(mesh, seen.face))) {
        this.engine.stopFollowing();
        this.#before = null;
        mesh = this.engine.follow(frame, seen.face.box);
      }
    }
    const followed = mesh && this.#measured(frame, mesh);
    return { frame, timeMs, followed, wasLookedAt, seen, facesInView: this.#faces };
  }

  /** A look at a frame that had none: for a descriptor. */
  async lookAgain(observation: Observation): Promise<Observation> {
    if (observation.wasLookedAt) return observation;
    const { frame, timeMs } = observation;
    const seen = seenIn(frame, await this.#look(frame, timeMs));
    return { ...observation, wasLookedAt: true, seen, facesInView: this.#faces };
  }

  async #look(frame: Frame, timeMs: number): Promise<Sight> {
    const startMs = this.nowMs();
    const sight = await this.engine.look(frame);
    this.#lookCostMs = this.nowMs() - startMs;
    this.#lastLookMs = timeMs;
    // A face that turns away is lost by the detector before it is by the mesh, and is still there.
    this.#faces = Math.max(sight.faceCount, 1);
    return sight;
  }

  #isTimeToLook(timeMs: number, closely: boolean): boolean {
    if (!closely) return timeMs - this.#lastLookMs >= LOOK_INTERVAL_MS;
    this.#restedLast = !this.#restedLast && this.#lookCostMs > DEAR_LOOK_MS;
    return !this.#restedLast;
  }

  #measured(frame: Frame, mesh: FaceMesh): Followed | null {
    const points = trackPoints(mesh.points);
    const pose = poseOf(points);
    const interOcularPx = interOcular(points);
    if (pose === null || !(interOcularPx > 0)) return null;
    const movementIod = this.#before === null ? Infinity : movement(this.#before, points) / interOcularPx;
    this.#before = points;
    const signals = measureSignals(frame, mesh.points, this.#faces);
    const lids = lidsInPose(points, pose);
    return { points, mesh: mesh.points, pose, lids, interOcularPx, movementIod, signals };
  }
}

function seenIn(frame: Frame, { face, faceCount }: Sight): SeenFace | null {
  return face && { face, faceCount, quality: measureQuality(frame, { faceCount, face }) };
}

/** Whether the mesh lies on this face, and not on somebody's beside it. */
function isSameFace({ points }: FaceMesh, { box }: Face): boolean {
  const NOSE_TIP = 1;
  const [x, y] = [points[3 * NOSE_TIP] ?? Number.NaN, points[3 * NOSE_TIP + 1] ?? Number.NaN];
  return x >= box.x && x <= box.x + box.width && y >= box.y && y <= box.y + box.height;
}

/** Mean distance in pixels that a point went from one frame to the next. */
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
