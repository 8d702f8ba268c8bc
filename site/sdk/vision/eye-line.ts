/** Where the eyes are, in iBUG 300-W landmarks. */

export const RIGHT_EYE = [36, 42] as const;
export const LEFT_EYE = [42, 48] as const;

export interface PointXY {
  x: number;
  y: number;
}

/** The middle of the landmarks `from` to `to` (exclusive). */
export function centre(landmarks: Float32Array, [from, to]: readonly [number, number]): PointXY {
  let x = 0;
  let y = 0;
  for (let index = from; index < to; index += 1) {
    x += landmarks[2 * index] ?? 0;
    y += landmarks[2 * index + 1] ?? 0;
  }
  return { x: x / (to - from), y: y / (to - from) };
}

/** Angle of the line from the right eye to the left one (the person's), degrees; clockwise is positive. */
export function eyeLineDeg(landmarks: Float32Array): number {
  const right = centre(landmarks, RIGHT_EYE);
  const left = centre(landmarks, LEFT_EYE);
  return (Math.atan2(left.y - right.y, left.x - right.x) * 180) / Math.PI;
}
