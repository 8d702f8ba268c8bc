import { type Vector, cross, degrees, dot, orthonormal, projection, solverOf } from "../weak-perspective";
import { RIGID_INDICES } from "./layout";
import { MEAN_SHAPE } from "./shape.generated";

/** Three rows: the head's right, down and forward axes in the picture's (x right, y down, z towards the camera). */
export type Rotation = readonly [Vector, Vector, Vector];

/** Change of a head's pose, degrees: yaw positive to the picture's right, pitch positive up. */
export interface PoseChange {
  yawDeg: number;
  pitchDeg: number;
}

// Of points in a line, all that is left of the smaller axis is rounding.
const MIN_ASPECT = 1e-3;

const SOLVER = solverOf(MEAN_SHAPE.slice(0, RIGID_INDICES.length));
// The track's points begin with the rigid ones.
const RIGID = SOLVER.map((_, at) => at);

/**
 * How a head is held, by weak perspective: A = P'M(M'M)^-1 takes the mean head's rigid points to those of the picture
 * with the least squared error, and UV' of its singular value decomposition is the rotation nearest to it.
 *
 * `points`: pairs x, y, the 32 rigid ones first; any unit. Null where they lie in one point or line, or are no numbers.
 */
export function poseOf(points: Float32Array): Rotation | null {
  return nearestRotation(projection(SOLVER, points, RIGID));
}

function nearestRotation(matrix: readonly [Vector, Vector]): Rotation | null {
  const rows = orthonormal(matrix, MIN_ASPECT);
  return rows === null ? null : [...rows, cross(...rows)];
}

/** The mean head's 48 points as a head in this pose shows them, in inter-ocular distances. */
export function projected([across, down]: Rotation): Float32Array {
  return Float32Array.from(MEAN_SHAPE.flatMap((point) => [dot(across, point), dot(down, point)]));
}

/** The pose in the middle of several that differ little. Null of none. */
export function meanPose(poses: readonly Rotation[]): Rotation | null {
  if (poses.length === 0) return null;
  const [across, down] = [0, 1].map((row) =>
    [0, 1, 2].map((axis) => poses.reduce((sum, pose) => sum + (pose[row]?.[axis] ?? 0), 0)),
  ) as unknown as [Vector, Vector];
  return nearestRotation([across, down]);
}

/** Where the nose points now, as seen by who pointed ahead in `baseline`. */
export function poseChange(baseline: Rotation, now: Rotation): PoseChange {
  // The third column of now x baseline': where the baseline's forward axis has gone.
  const forward = now.map((row) => dot(row, baseline[2]));
  const [x = 0, y = 0, z = 1] = forward;
  return {
    yawDeg: degrees(Math.atan2(x, Math.max(z, 1e-6))),
    pitchDeg: degrees(Math.asin(Math.min(1, Math.max(-1, -y)))),
  };
}
