import { EYES, TRACK_INDICES } from "./layout";

type Indices = readonly [number, number];

const placeOf = (mesh: number): number => TRACK_INDICES.indexOf(mesh);
const placesOf = ([one, other]: Indices): Indices => [placeOf(one), placeOf(other)];
const [LEFT, RIGHT] = [EYES.left, EYES.right].map(({ corners, lids }) => ({
  corners: placesOf(corners),
  lids: lids.map(placesOf),
})) as [{ corners: Indices; lids: Indices[] }, { corners: Indices; lids: Indices[] }];

/**
 * How far the lids are apart, in widths of the eye, mean of both eyes. Differs from face to face: only its change says
 * anything (open to closed: about .3 to .17 on real clips). `points`: the 48, pairs x, y.
 */
export function lidRatio(points: Float32Array): number {
  return (ratioOf(points, LEFT) + ratioOf(points, RIGHT)) / 2;
}

/** Distance of the middles of the eyes, in the unit of the points. */
export function interOcular(points: Float32Array): number {
  const [leftX, leftY] = middle(points, LEFT.corners);
  const [rightX, rightY] = middle(points, RIGHT.corners);
  return Math.hypot(rightX - leftX, rightY - leftY);
}

function ratioOf(points: Float32Array, { corners, lids }: { corners: Indices; lids: Indices[] }): number {
  const width = distance(points, corners);
  const heights = lids.reduce((sum, pair) => sum + distance(points, pair), 0) / lids.length;
  return width > 0 ? heights / width : 0;
}

function distance(points: Float32Array, [one, other]: Indices): number {
  return Math.hypot(
    (points[2 * one] ?? 0) - (points[2 * other] ?? 0),
    (points[2 * one + 1] ?? 0) - (points[2 * other + 1] ?? 0),
  );
}

function middle(points: Float32Array, [one, other]: Indices): [number, number] {
  return [
    ((points[2 * one] ?? 0) + (points[2 * other] ?? 0)) / 2,
    ((points[2 * one + 1] ?? 0) + (points[2 * other + 1] ?? 0)) / 2,
  ];
}
