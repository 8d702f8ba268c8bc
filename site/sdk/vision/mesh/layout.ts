/** Which points of the face mesh travel, and where the eyes are among them. The server's side: liveness/layout.py. */

/** Points of the whole mesh (MediaPipe's face mesh, without irises). */
export const MESH_POINT_COUNT = 468;

/** Bridge and tip of the nose, nostrils, forehead, temples and cheeks, corners of the mouth, chin, brows: what hardly moves with the expression. */
export const RIGID_INDICES = [
  168, 6, 197, 195, 5, 4, 1, 19, 94, 2, 98, 327, 48, 278, 10, 151, 9, 234, 454, 127, 356, 93, 323, 50, 280, 205,
  425, 61, 291, 152, 107, 336,
] as const; // prettier-ignore

/** Six points around an eye: its corners, and the upper and the lower lid thrice. */
interface Eye {
  corners: readonly [number, number];
  lids: readonly (readonly [upper: number, lower: number])[];
}

/** Left and right are those of the (unmirrored) picture. */
export const EYES: Readonly<Record<"left" | "right", Eye>> = {
  left: { corners: [33, 133], lids: [[160, 144], [159, 145], [158, 153]] },
  right: { corners: [362, 263], lids: [[385, 380], [386, 374], [387, 373]] },
}; // prettier-ignore

const EYE_INDICES = [33, 160, 159, 158, 133, 153, 145, 144, 362, 385, 386, 387, 263, 373, 374, 380] as const;

/** The 48 points of a frame as they travel: mesh indices, the rigid ones first. */
export const TRACK_INDICES: readonly number[] = [...RIGID_INDICES, ...EYE_INDICES];
export const TRACK_POINT_COUNT = TRACK_INDICES.length;

/** The 48 points out of a mesh: pairs x, y in pixels of the frame. `mesh`: 468 triples x, y, z. */
export function trackPoints(mesh: Float32Array): Float32Array {
  const points = new Float32Array(2 * TRACK_POINT_COUNT);
  TRACK_INDICES.forEach((index, at) => {
    points[2 * at] = mesh[3 * index] ?? Number.NaN;
    points[2 * at + 1] = mesh[3 * index + 1] ?? Number.NaN;
  });
  return points;
}
