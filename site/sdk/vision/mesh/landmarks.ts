import { LANDMARK_COUNT } from "../landmark-count";

// iBUG 300-W index, mesh index: the points that place a chip (../alignment.ts).
const PAIRS = [
  [27, 168], [28, 197], [29, 5], [30, 4], [31, 98], [32, 97], [33, 2], [34, 326], [35, 327],
  [36, 33], [37, 160], [38, 158], [39, 133], [40, 153], [41, 144],
  [42, 362], [43, 385], [44, 387], [45, 263], [46, 373], [47, 380],
  [48, 61], [49, 39], [50, 37], [51, 0], [52, 267], [53, 269], [54, 291],
  [60, 78], [61, 82], [62, 13], [63, 312], [64, 308],
] as const; // prettier-ignore

/**
 * The 68 landmarks as far as a chip's placement needs them, from the mesh: near enough to cut a first chip, on which
 * they are found again. The others are zeros. `mesh`: 468 triples x, y, z.
 */
export function landmarksOf(mesh: Float32Array): Float32Array {
  const landmarks = new Float32Array(2 * LANDMARK_COUNT);
  for (const [landmark, point] of PAIRS) {
    landmarks[2 * landmark] = mesh[3 * point] ?? 0;
    landmarks[2 * landmark + 1] = mesh[3 * point + 1] ?? 0;
  }
  return landmarks;
}
