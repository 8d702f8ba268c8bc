import { POINTS_ON_CHIP } from "../alignment";
import { type Vector, degrees, orthonormal, projection, solverOf } from "../weak-perspective";

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

// The head: x to the picture's right, y down, z away from the camera, in inter-ocular distances.
const HEAD: readonly Vector[] = POINTS_ON_CHIP.map(([index, x, y]) => [
  x / MEAN_INTER_OCULAR_PX,
  y / MEAN_INTER_OCULAR_PX,
  -(DEPTH_IOD[index] ?? 0),
]);
const SOLVER = solverOf(HEAD);
const INDICES = POINTS_ON_CHIP.map(([index]) => index);

/**
 * Turn and nod by weak perspective: the 2x3 matrix that takes the mean head to the landmarks with the least squared
 * error, and the rotation nearest to it (polar decomposition).
 *
 * A face differs from the mean head, so each has a bias of its own: four people who look straight read up to 10 degrees
 * of turn and 4 to 21 of nod. It is the change within one person that says something, and it reads small: rendered turns
 * of 12 degrees as 6 to 11, of 20 degrees as 12 to 18 (the actors of tests/actors, whose heads are models too). `landmarks`: 68 pairs x, y. All in one point: no pose, zeros.
 */
export function headPose(landmarks: Float32Array): HeadPose {
  const rows = orthonormal(projection(SOLVER, landmarks, INDICES));
  if (rows === null) return { yawDeg: 0, pitchDeg: 0 };
  const [across, down] = rows;
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
