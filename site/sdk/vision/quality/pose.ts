import { POINTS_ON_CHIP } from "../alignment";

/** Which way a head points, degrees. */
export interface HeadPose {
  /** Turn, positive towards the picture's right. */
  yawDeg: number;
  /** Nod, positive upwards. */
  pitchDeg: number;
}

// How far the skin at each landmark stands out before the inner corners of the eyes, in inter-ocular distances. The
// mean over 956 pictures of 366 people, by factorisation of their landmarks (Tomasi and Kanade 1992, with the
// metric upgrade), made symmetrical and rounded: nobody's face.
const DEPTH_IOD: Readonly<Record<number, number>> = {
  27: 0.22, 28: 0.33, 29: 0.45, 30: 0.47, 31: 0.16, 32: 0.22, 33: 0.24, 34: 0.22, 35: 0.16,
  36: -0.07, 37: 0.01, 38: 0.02, 39: 0, 40: 0, 41: 0, 42: 0, 43: 0.02, 44: 0.01, 45: -0.07, 46: 0, 47: 0,
  48: -0.16, 49: 0.06, 50: 0.18, 51: 0.18, 52: 0.18, 53: 0.06, 54: -0.16,
  60: -0.15, 61: 0.09, 62: 0.11, 63: 0.09, 64: -0.15,
}; // prettier-ignore
const MEAN_INTER_OCULAR_PX = 52.9; // of dlib's mean face on the chip

type Vector = readonly [number, number, number];

// The head: x to the picture's right, y down, z away from the camera; around its middle, in inter-ocular distances.
const HEAD: readonly Vector[] = centred(
  POINTS_ON_CHIP.map(([index, x, y]) => [
    x / MEAN_INTER_OCULAR_PX,
    y / MEAN_INTER_OCULAR_PX,
    -(DEPTH_IOD[index] ?? 0),
  ]),
);
const SOLVER = pseudoInverse(HEAD);

/**
 * Turn and nod by weak perspective: the 2x3 matrix that takes the mean head to the landmarks with the least squared
 * error, and the rotation nearest to it (polar decomposition).
 *
 * A face differs from the mean head, so each has a bias of its own: four people who look straight read up to 10 degrees
 * of turn and 4 to 21 of nod. It is the change within one person that says something, and it reads small: rendered turns
 * of 12 degrees as 6 to 11, of 20 degrees as 12 to 18 (the actors of tests/actors, whose heads are models too). `landmarks`: 68 pairs x, y. All in one point: no pose, zeros.
 */
export function headPose(landmarks: Float32Array): HeadPose {
  const [[a, b, c], [d, e, f]] = projection(landmarks);
  // (A A')^(-1/2), of a symmetric 2x2 matrix in closed form, makes the rows of A orthonormal.
  const [p, q, r] = [a * a + b * b + c * c, a * d + b * e + c * f, d * d + e * e + f * f];
  const root = Math.sqrt(Math.max(p * r - q * q, 0));
  const trace = Math.sqrt(p + r + 2 * root);
  if (!(root * trace > 0)) return { yawDeg: 0, pitchDeg: 0 };
  const [u, v, w] = [(r + root) / (root * trace), -q / (root * trace), (p + root) / (root * trace)];
  const across: Vector = [u * a + v * d, u * b + v * e, u * c + v * f];
  const down: Vector = [v * a + w * d, v * b + w * e, v * c + w * f];
  const away = across[0] * down[1] - across[1] * down[0];
  // The mean head looks along -z. Taken apart along its own level, so that a lean is no turn.
  const level = Math.atan2(down[0], across[0]);
  const right = -across[2] * Math.cos(level) - down[2] * Math.sin(level);
  const below = across[2] * Math.sin(level) - down[2] * Math.cos(level);
  return {
    yawDeg: degrees(Math.atan2(right, Math.max(away, 1e-6))),
    pitchDeg: degrees(Math.asin(Math.min(1, Math.max(-1, -below)))),
  };
}

function projection(landmarks: Float32Array): [[number, number, number], [number, number, number]] {
  const rows: [[number, number, number], [number, number, number]] = [
    [0, 0, 0],
    [0, 0, 0],
  ];
  // The solver's columns sum to zero, so the landmarks need not be centred.
  POINTS_ON_CHIP.forEach(([index], at) => {
    const solved = SOLVER[at];
    if (solved === undefined) return;
    for (let axis = 0; axis < 3; axis += 1) {
      rows[0][axis] = (rows[0][axis] ?? 0) + (landmarks[2 * index] ?? 0) * (solved[axis] ?? 0);
      rows[1][axis] = (rows[1][axis] ?? 0) + (landmarks[2 * index + 1] ?? 0) * (solved[axis] ?? 0);
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
  const [xx, xy, xz, yy, yz, zz] = [moment(0, 0), moment(0, 1), moment(0, 2), moment(1, 1), moment(1, 2), moment(2, 2)]; // prettier-ignore
  const cofactors = [
    [yy * zz - yz * yz, xz * yz - xy * zz, xy * yz - xz * yy],
    [xz * yz - xy * zz, xx * zz - xz * xz, xy * xz - xx * yz],
    [xy * yz - xz * yy, xy * xz - xx * yz, xx * yy - xy * xy],
  ] as const;
  const determinant = xx * cofactors[0][0] + xy * cofactors[0][1] + xz * cofactors[0][2];
  return rows.map(([x, y, z]) => {
    const times = (column: Vector): number => (x * column[0] + y * column[1] + z * column[2]) / determinant;
    return [times(cofactors[0]), times(cofactors[1]), times(cofactors[2])];
  });
}

const degrees = (radians: number): number => (radians * 180) / Math.PI;
