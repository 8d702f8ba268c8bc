import { LEFT_EYE, type PointXY, RIGHT_EYE, centre } from "../eye-line";
import type { Frame } from "../frame";
import { luminanceAt } from "./luminance";

// Everything in widths of the eye (corner to corner), from its middle; y down.
const IRIS_RADIUS = 0.18;
const BAND = { halfWidth: 0.45, halfHeight: 0.2 }; // iris and white, side by side
const SKIN = { halfWidth: 0.4, from: 0.5, to: 0.85 }; // below the eye
const STEP = 0.05;

// What an eye must show to count as wholly closed and wholly open: the medians of 319 LFW pictures with eyelids
// painted over the eyes, less what noise adds, and of the same pictures as they were. The measure tells one from the
// other with an area under the curve of .93. That is weak, and narrow eyes, deep shade and glasses lower it: so
// nothing is refused for it, and a ceremony compares it with the same person's own (capture/blink.ts).
const CLOSED = 0.4;
const OPEN = 0.95;

/**
 * How much the eyes look open, 0 to 1, mean of both: how much darker than the skin below the middle of the eye is, and
 * how much iris and white differ. The ratio of the eyelids' landmarks, which is often used, hardly changes on face-api's
 * 68 (design: open .309, closed .288).
 */
export function eyesOpen(frame: Frame, landmarks: Float32Array): number {
  const shown = [RIGHT_EYE, LEFT_EYE].map((eye) => opening(frame, landmarks, eye));
  const mean = shown.reduce((sum, value) => sum + value, 0) / shown.length;
  return Math.min(1, Math.max(0, (mean - CLOSED) / (OPEN - CLOSED)));
}

function opening(frame: Frame, landmarks: Float32Array, eye: readonly [number, number]): number {
  const look = eyeCoordinates(frame, landmarks, eye);
  const skin = mean(grid(SKIN.halfWidth, SKIN.from, SKIN.to).map(look)) + 1;
  const iris = mean(
    grid(IRIS_RADIUS, -IRIS_RADIUS, IRIS_RADIUS)
      .filter(({ x, y }) => Math.hypot(x, y) < IRIS_RADIUS)
      .map(look),
  );
  const contrast = Math.max(
    ...steps(-BAND.halfHeight, BAND.halfHeight).map((y) =>
      deviation(steps(-BAND.halfWidth, BAND.halfWidth).map((x) => look({ x, y }))),
    ),
  );
  return 1 - iris / skin + (2 * contrast) / skin;
}

/** Luminance at a place that is given in the eye's own coordinates. */
function eyeCoordinates(
  frame: Frame,
  landmarks: Float32Array,
  eye: readonly [number, number],
): (at: PointXY) => number {
  const middle = centre(landmarks, eye);
  const [from, to] = [2 * eye[0], 2 * (eye[0] + 3)]; // the corners are the first and the fourth point
  const across = {
    x: (landmarks[to] ?? 0) - (landmarks[from] ?? 0),
    y: (landmarks[to + 1] ?? 0) - (landmarks[from + 1] ?? 0),
  };
  return ({ x, y }) =>
    luminanceNear(frame, middle.x + x * across.x - y * across.y, middle.y + x * across.y + y * across.x);
}

/** Interpolated between the four pixels around; the frame's edge goes on for ever. */
function luminanceNear({ width, height, data }: Frame, x: number, y: number): number {
  const within = (value: number, size: number): number => Math.min(Math.max(value, 0), size - 1) || 0;
  const [left, top] = [Math.floor(x - 0.5), Math.floor(y - 0.5)];
  const [fx, fy] = [x - 0.5 - left, y - 0.5 - top];
  const at = (dx: number, dy: number): number =>
    luminanceAt(data, 4 * (within(top + dy, height) * width + within(left + dx, width)));
  return (1 - fy) * ((1 - fx) * at(0, 0) + fx * at(1, 0)) + fy * ((1 - fx) * at(0, 1) + fx * at(1, 1));
}

function grid(halfWidth: number, from: number, to: number): PointXY[] {
  return steps(from, to).flatMap((y) => steps(-halfWidth, halfWidth).map((x) => ({ x, y })));
}

function steps(from: number, to: number): number[] {
  return Array.from({ length: Math.round((to - from) / STEP) + 1 }, (_, index) => from + index * STEP);
}

const mean = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / values.length;

function deviation(values: readonly number[]): number {
  const middle = mean(values);
  return Math.sqrt(mean(values.map((value) => (value - middle) ** 2)));
}
