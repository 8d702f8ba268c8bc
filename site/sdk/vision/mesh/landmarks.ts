/** Mesh indices of the 68 landmarks (iBUG 300-W), in their order. */
const MESH_OF_LANDMARK = [
  127, 234, 93, 58, 172, 136, 149, 148, 152, 377, 378, 365, 397, 288, 323, 454, 389, // jaw
  70, 63, 105, 66, 107, 336, 296, 334, 293, 300, // brows
  168, 197, 5, 4, 98, 97, 2, 326, 327, // nose
  33, 160, 158, 133, 153, 144, 362, 385, 387, 263, 373, 380, // eyes
  61, 39, 37, 0, 267, 269, 291, 405, 314, 17, 84, 181, // lips, outside
  78, 82, 13, 312, 308, 317, 14, 87, // lips, inside
] as const; // prettier-ignore

/**
 * The 68 landmarks as the mesh has them: pairs x, y. Near enough to place a face and to cut a first chip, on which the
 * landmark network finds them again. `mesh`: 468 triples x, y, z.
 */
export function landmarksOf(mesh: Float32Array): Float32Array {
  const landmarks = new Float32Array(2 * MESH_OF_LANDMARK.length);
  MESH_OF_LANDMARK.forEach((point, at) => {
    landmarks[2 * at] = mesh[3 * point] ?? 0;
    landmarks[2 * at + 1] = mesh[3 * point + 1] ?? 0;
  });
  return landmarks;
}
