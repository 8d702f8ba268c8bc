import { RIGID_INDICES } from "./layout";
import { MEAN_SHAPE } from "./shape.generated";

type Vector = readonly [number, number, number];
/** Three rows: the head's right, down and forward axes in the picture's (x right, y down, z towards the camera). */
export type Rotation = readonly [Vector, Vector, Vector];

/** Change of a head's pose, degrees: yaw positive to the picture's right, pitch positive up. */
export interface PoseChange {
  yawDeg: number;
  pitchDeg: number;
}

const MIN_ASPECT = 1e-3;

const RIGID: readonly Vector[] = centred(MEAN_SHAPE.slice(0, RIGID_INDICES.length));
const SOLVER = pseudoInverse(RIGID);

/**
 * How a head is held, by weak perspective: A = P'M(M'M)^-1 takes the mean head's rigid points to those of the picture
 * with the least squared error, and UV' of its singular value decomposition is the rotation nearest to it.
 *
 * `points`: pairs x, y, the 32 rigid ones first; any unit. Null where they lie in one point or line, or are no numbers.
 */
export function poseOf(points: Float32Array): Rotation | null {
  const [across, down] = projection(points);
  return nearestRotation(across, down);
}

function nearestRotation([a, b, c]: Vector, [d, e, f]: Vector): Rotation | null {
  // UV' = (A A')^(-1/2) A, with the root of a symmetric 2x2 matrix in closed form.
  const [p, q, r] = [a * a + b * b + c * c, a * d + b * e + c * f, d * d + e * e + f * f];
  const root = Math.sqrt(Math.max(p * r - q * q, 0));
  const trace = Math.sqrt(p + r + 2 * root);
  // Of points in a line, all that is left of the smaller axis is rounding.
  if (!(root > MIN_ASPECT * (p + r))) return null;
  const [u, v, w] = [(r + root) / (root * trace), -q / (root * trace), (p + root) / (root * trace)];
  const across: Vector = [u * a + v * d, u * b + v * e, u * c + v * f];
  const down: Vector = [v * a + w * d, v * b + w * e, v * c + w * f];
  return [across, down, cross(across, down)];
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
  return nearestRotation(across, down);
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

function projection(points: Float32Array): [[number, number, number], [number, number, number]] {
  const rows: [[number, number, number], [number, number, number]] = [
    [0, 0, 0],
    [0, 0, 0],
  ];
  // The solver's columns sum to zero, so the points need not be centred.
  SOLVER.forEach((solved, at) => {
    const [x, y] = [points[2 * at] ?? Number.NaN, points[2 * at + 1] ?? Number.NaN];
    for (let axis = 0; axis < 3; axis += 1) {
      rows[0][axis] = (rows[0][axis] ?? 0) + x * (solved[axis] ?? 0);
      rows[1][axis] = (rows[1][axis] ?? 0) + y * (solved[axis] ?? 0);
    }
  });
  return rows;
}

function centred(points: readonly Vector[]): Vector[] {
  const mean = [0, 1, 2].map((axis) => points.reduce((sum, point) => sum + (point[axis] ?? 0), 0) / points.length); // prettier-ignore
  return points.map(([x, y, z]) => [x - (mean[0] ?? 0), y - (mean[1] ?? 0), z - (mean[2] ?? 0)]);
}

/** M (M'M)^-1, row by row, of an n x 3 matrix. */
function pseudoInverse(rows: readonly Vector[]): Vector[] {
  const moment = (i: 0 | 1 | 2, j: 0 | 1 | 2): number => rows.reduce((sum, row) => sum + row[i] * row[j], 0);
  const columns: [Vector, Vector, Vector] = [
    [moment(0, 0), moment(0, 1), moment(0, 2)],
    [moment(0, 1), moment(1, 1), moment(1, 2)],
    [moment(0, 2), moment(1, 2), moment(2, 2)],
  ];
  const cofactors = [
    cross(columns[1], columns[2]),
    cross(columns[2], columns[0]),
    cross(columns[0], columns[1]),
  ] as const;
  const determinant = dot(columns[0], cofactors[0]);
  return rows.map((row) => {
    const times = (column: Vector): number => dot(row, column) / determinant;
    return [times(cofactors[0]), times(cofactors[1]), times(cofactors[2])];
  });
}

function cross(a: Vector, b: Vector): Vector {
  return [a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]];
}

function dot(a: Vector, b: Vector): number {
  return a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
}

const degrees = (radians: number): number => (radians * 180) / Math.PI;
