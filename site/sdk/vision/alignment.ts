/** Where a face's chip lies in its picture: the similarity that brings the landmarks to dlib's mean face. */

/** Side of the chip that the descriptor network was trained on, in pixels. */
export const CHIP_SIZE_PX = 150;

/** Scale, rotation and shift: x' = a x - b y + tx, y' = b x + a y + ty. */
export interface Similarity {
  a: number;
  b: number;
  tx: number;
  ty: number;
}

// Room around the mean face, in widths of it; the network was trained with this much.
const PADDING = 0.25;

// dlib's mean face as iBUG 300-W index, x, y, in widths of the face (image_transforms/interpolation.h,
// get_face_chip_details). As there, without jaw and brows, which move with the expression and hide under hair,
// and without the lower lip, which moves with speech.
const MEAN_FACE: readonly (readonly [index: number, x: number, y: number])[] = [
  [27, 0.490127, 0.203352],
  [28, 0.490127, 0.307009],
  [29, 0.490127, 0.409805],
  [30, 0.490127, 0.515625],
  [31, 0.36688, 0.587326],
  [32, 0.426036, 0.609345],
  [33, 0.490127, 0.628106],
  [34, 0.554217, 0.609345],
  [35, 0.613373, 0.587326],
  [36, 0.121737, 0.216423],
  [37, 0.187122, 0.178758],
  [38, 0.265825, 0.179852],
  [39, 0.334606, 0.231733],
  [40, 0.260918, 0.245099],
  [41, 0.182743, 0.244077],
  [42, 0.645647, 0.231733],
  [43, 0.714428, 0.179852],
  [44, 0.793132, 0.178758],
  [45, 0.858516, 0.216423],
  [46, 0.79751, 0.244077],
  [47, 0.719335, 0.245099],
  [48, 0.254149, 0.780233],
  [49, 0.340985, 0.745405],
  [50, 0.428858, 0.727388],
  [51, 0.490127, 0.742578],
  [52, 0.551395, 0.727388],
  [53, 0.639268, 0.745405],
  [54, 0.726104, 0.780233],
  [60, 0.290379, 0.784792],
  [61, 0.428096, 0.778746],
  [62, 0.490127, 0.785343],
  [63, 0.552157, 0.778746],
  [64, 0.689874, 0.784792],
];

const onChip = (share: number): number => ((PADDING + share) / (1 + 2 * PADDING)) * CHIP_SIZE_PX;

/** The landmarks that place a face, as index, and x and y where they come to rest on the chip, in its pixels. */
export const POINTS_ON_CHIP = MEAN_FACE.map(([index, x, y]) => [index, onChip(x), onChip(y)] as const);

const CHIP_POINTS = Float64Array.from(POINTS_ON_CHIP.flatMap(([, x, y]) => [x, y]));

/**
 * The similarity from the chip (150 px square) to the picture that puts the mean face onto these landmarks,
 * with the least squared error in pixels of the picture. Upright whatever the head's roll.
 *
 * `landmarks`: 68 pairs x, y in pixels of the picture. The scale is 0 when all of them are one point.
 */
export function chipPlacement(landmarks: Float32Array): Similarity {
  const inPicture = MEAN_FACE.flatMap(([index]) => [
    landmarks[2 * index] ?? 0,
    landmarks[2 * index + 1] ?? 0,
  ]);
  return fitSimilarity(CHIP_POINTS, inPicture);
}

/**
 * The similarity without reflection that takes the points `from` to the points `to` with the least squared
 * error (Umeyama 1991, which in the plane is a division of complex numbers). Both: pairs x, y, equally many.
 */
export function fitSimilarity(from: ArrayLike<number>, to: ArrayLike<number>): Similarity {
  const [fromX, fromY] = centroid(from);
  const [toX, toY] = centroid(to);
  let [along, across, spread] = [0, 0, 0];
  for (let at = 0; at < from.length; at += 2) {
    const [x, y] = [(from[at] ?? 0) - fromX, (from[at + 1] ?? 0) - fromY];
    const [u, v] = [(to[at] ?? 0) - toX, (to[at + 1] ?? 0) - toY];
    along += x * u + y * v;
    across += x * v - y * u;
    spread += x * x + y * y;
  }
  const a = spread === 0 ? 0 : along / spread;
  const b = spread === 0 ? 0 : across / spread;
  return { a, b, tx: toX - a * fromX + b * fromY, ty: toY - b * fromX - a * fromY };
}

/** Pixels of the picture to a pixel of the chip. */
export function scaleOf({ a, b }: Similarity): number {
  return Math.hypot(a, b);
}

/** Points (pairs x, y) of the chip, in the picture. */
export function moved(points: Float32Array, { a, b, tx, ty }: Similarity): Float32Array {
  const out = new Float32Array(points.length);
  for (let at = 0; at < points.length; at += 2) {
    const [x, y] = [points[at] ?? 0, points[at + 1] ?? 0];
    out[at] = a * x - b * y + tx;
    out[at + 1] = b * x + a * y + ty;
  }
  return out;
}

function centroid(points: ArrayLike<number>): [number, number] {
  let [x, y] = [0, 0];
  for (let at = 0; at < points.length; at += 2) {
    x += points[at] ?? 0;
    y += points[at + 1] ?? 0;
  }
  const count = Math.max(points.length / 2, 1);
  return [x / count, y / count];
}
