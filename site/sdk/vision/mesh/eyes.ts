import { EYES, TRACK_INDICES } from "./layout";
import { type Rotation, projected } from "./pose";

type Indices = readonly [number, number];

const placeOf = (mesh: number): number => TRACK_INDICES.indexOf(mesh);
const placesOf = ([one, other]: Indices): Indices => [placeOf(one), placeOf(other)];
const [LEFT, RIGHT] = [EYES.left, EYES.right].map(({ corners, lids }) => ({
  corners: placesOf(corners),
  lids: lids.map(placesOf),
})) as [{ corners: Indices; lids: Indices[] }, { corners: Indices; lids: Indices[] }];

/** How far the lids of an eye are apart, in widths of the eye; left and right in the picture. */
export interface Lids {
  left: number;
  right: number;
}

/**
 * The lids of both eyes. Differs from face to face: only its change says anything (open to closed: about .3 to .17 on
 * real clips). `points`: the 48, pairs x, y.
 */
export function lidsOf(points: Float32Array): Lids {
  return { left: ratioOf(points, LEFT), right: ratioOf(points, RIGHT) };
}

/**
 * As `lidsOf`, less what the pose alone does to it: a nod brings the lids together in the picture, as on the mean head in
 * the same pose.
 */
export function lidsInPose(points: Float32Array, pose: Rotation): Lids {
  const [seen, mean] = [lidsOf(points), lidsOf(projected(pose))];
  return {
    left: seen.left * inPose(mean.left, STRAIGHT.left),
    right: seen.right * inPose(mean.right, STRAIGHT.right),
  };
}

/** How far open the wider of both eyes is, of what both are when open. */
export function openness(now: Lids, open: Lids): number {
  return Math.max(now.left / open.left, now.right / open.right);
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

const STRAIGHT = lidsOf(projected([[1, 0, 0], [0, 1, 0], [0, 0, 1]])); // prettier-ignore

/** The correction never counts for more than half: seen from far below or above, the mean head's lids say little. */
function inPose(mean: number, straight: number): number {
  return Math.min(2, Math.max(0.5, straight / mean)) || 1;
}
