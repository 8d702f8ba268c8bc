/**
 * Weak perspective, for whatever landmarks: the 2x3 matrix that takes a shape's points to those of a picture with the
 * least squared error, A = P'M(M'M)^-1, and the rows of the rotation nearest to it.
 */
export type Vector = readonly [number, number, number];

/** M (M'M)^-1 of a shape, row by row: what `projection` multiplies with. The shape is centred first. */
export function solverOf(shape: readonly Vector[]): readonly Vector[] {
  return pseudoInverse(centred(shape));
}

/**
 * The matrix A of points in a picture: pairs x, y in any unit. `indices`: which pair belongs to each row of the solver.
 * The solver's columns sum to zero, so the points need not be centred.
 */
export function projection(
  solver: readonly Vector[],
  points: Float32Array,
  indices: readonly number[],
): [Vector, Vector] {
  const [across, down]: [[number, number, number], [number, number, number]] = [
    [0, 0, 0],
    [0, 0, 0],
  ];
  solver.forEach((solved, at) => {
    const index = indices[at] ?? Number.NaN;
    const [x, y] = [points[2 * index] ?? Number.NaN, points[2 * index + 1] ?? Number.NaN];
    for (const axis of [0, 1, 2] as const) {
      across[axis] += x * solved[axis];
      down[axis] += y * solved[axis];
    }
  });
  return [across, down];
}

/**
 * The orthonormal rows nearest to a matrix A: (A A')^(-1/2) A, with the root of a symmetric 2x2 matrix in closed form.
 * Null where the points lie in one point or are no numbers, or where the smaller axis is no more than `leastAspect` of
 * both.
 */
export function orthonormal(
  [[a, b, c], [d, e, f]]: readonly [Vector, Vector],
  leastAspect = 0,
): [Vector, Vector] | null {
  const [p, q, r] = [a * a + b * b + c * c, a * d + b * e + c * f, d * d + e * e + f * f];
  const root = Math.sqrt(Math.max(p * r - q * q, 0));
  const trace = Math.sqrt(p + r + 2 * root);
  if (!(root > leastAspect * (p + r))) return null;
  const [u, v, w] = [(r + root) / (root * trace), -q / (root * trace), (p + root) / (root * trace)];
  return [
    [u * a + v * d, u * b + v * e, u * c + v * f],
    [v * a + w * d, v * b + w * e, v * c + w * f],
  ];
}

export function cross(a: Vector, b: Vector): Vector {
  return [a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]];
}

export function dot(a: Vector, b: Vector): number {
  return a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
}

export const degrees = (radians: number): number => (radians * 180) / Math.PI;

function centred(points: readonly Vector[]): Vector[] {
  const mean = [0, 1, 2].map((axis) => points.reduce((sum, point) => sum + (point[axis] ?? 0), 0) / points.length); // prettier-ignore
  return points.map(([x, y, z]) => [x - (mean[0] ?? 0), y - (mean[1] ?? 0), z - (mean[2] ?? 0)]);
}

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
