import { timed } from "../timing";
import type { LiveQuality } from "../types";
import type { VisionEngine } from "../vision/engine";
import type { Detection, Face, Frame } from "../vision/frame";
import { boundsOf } from "../vision/mesh/bounds";
import { type Lids, interOcular, lidsInPose } from "../vision/mesh/eyes";
import { landmarksOf } from "../vision/mesh/landmarks";
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

/** A face with what was measured of it. */
export interface SeenFace {
  face: Face;
  faceCount: number;
  quality: LiveQuality;
}

export interface Observation {
  frame: Frame;
  timeMs: number;
  followed: Followed | null;
  seen: SeenFace | null;
  /** As the detector last said; one at least while a face is followed. */
  facesInView: number;
}

// Between its looks the mesh follows alone, at a fourth of the work: who stands beside the person is seen soon enough.
const DETECT_INTERVAL_MS = 300;
const DETECT_INTERVAL_FRAMES = 4; // where a device is slow, that is longer
const NOSE_TIP = 1;

/** Looks at frame after frame: the mesh in each, the detector where there is none and now and then. */
export class Observer {
  #lastDetectedMs = -Infinity;
  #framesSince = 0;
  #detection: Detection | null = null;
  #faces = 0;
  #before: Float32Array | null = null;

  constructor(readonly engine: VisionEngine) {
    engine.stopFollowing();
  }

  async see(frame: Frame, timeMs: number): Promise<Observation> {
    return timed("follow", async () => this.#see(frame, timeMs));
  }

  async #see(frame: Frame, timeMs: number): Promise<Observation> {
    let mesh = this.engine.follow(frame, null);
    this.#framesSince += 1;
    if (mesh === null || this.#isTimeToDetect(timeMs)) {
      const nearest = await this.#detect(frame, timeMs, mesh !== null);
      if (nearest !== null && (mesh === null || !isSameFace(mesh, nearest))) {
        this.engine.stopFollowing();
        this.#before = null;
        mesh = this.engine.follow(frame, nearest.box);
      }
    }
    const followed = mesh && this.#measured(frame, mesh);
    return {
      frame,
      timeMs,
      followed,
      seen: followed && this.#seen(frame, followed),
      facesInView: this.#faces,
    };
  }

  #isTimeToDetect(timeMs: number): boolean {
    return timeMs - this.#lastDetectedMs >= DETECT_INTERVAL_MS && this.#framesSince >= DETECT_INTERVAL_FRAMES;
  }

  async #detect(frame: Frame, timeMs: number, isFollowed: boolean): Promise<Detection | null> {
    const found = isFollowed ? await this.engine.glance(frame) : await this.engine.detect(frame);
    this.#lastDetectedMs = timeMs;
    this.#framesSince = 0;
    // A face that turns away is lost by the detector before it is by the mesh, and is still there.
    this.#faces = Math.max(found.length, 1);
    this.#detection = found[0] ?? this.#detection;
    return found[0] ?? null;
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

  /** The face as the mesh has it: within two pixels of what the landmark network finds, without its work. */
  #seen(frame: Frame, { mesh }: Followed): SeenFace {
    const { score, detector } = this.#detection ?? { score: 0, detector: "tiny" };
    const face = { score, detector, box: boundsOf(mesh), landmarks: landmarksOf(mesh) };
    return { face, faceCount: this.#faces, quality: measureQuality(frame, { faceCount: this.#faces, face }) };
  }
}

/** Whether the mesh lies on this face, and not on somebody's beside it. */
function isSameFace({ points }: FaceMesh, { box }: Detection): boolean {
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
