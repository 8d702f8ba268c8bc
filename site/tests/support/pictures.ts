import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";

import { decode } from "jpeg-js";

import type { Frame } from "../../sdk/vision/frame";

interface Portrait {
  sample: number;
  /** Centres of the eyes in the sample, the one on the left of the picture first. */
  eyes: readonly [readonly [number, number], readonly [number, number]];
}

/** Who is where in face-api's sample pictures: names and eyes are those of tests/actors/people.py. */
export const PORTRAITS = {
  ada: { sample: 1, eyes: [[1557, 279], [1615, 336]] }, // prettier-ignore
  adaAnotherDay: { sample: 3, eyes: [[1115, 318], [1208, 339]] }, // prettier-ignore
  bea: { sample: 6, eyes: [[1529, 371], [1626, 394]] }, // prettier-ignore
  cleo: { sample: 6, eyes: [[323, 606], [422, 593]] }, // prettier-ignore
} as const satisfies Record<string, Portrait>;

const [WIDTH, HEIGHT] = [640, 480];
const WALL = 128;
// What is shown of a portrait, in inter-ocular distances around the middle between the eyes: hair to neck, and
// not the neighbours.
const SHOWN = { x: 1.45, above: 1.5, below: 2.2 };
const demo = join(
  dirname(createRequire(import.meta.url).resolve("@vladmandic/face-api/package.json")),
  "demo",
);
const decoded = new Map<number, Frame>();

/** A camera frame of one or more people before a grey wall: heads level, `interOcularPx` between the eyes. */
export function cameraFrame(
  ...people: { portrait: Portrait; interOcularPx?: number; rollDeg?: number; x?: number }[]
): Frame {
  const data = new Uint8ClampedArray(WIDTH * HEIGHT * 4).fill(WALL);
  const frame = { width: WIDTH, height: HEIGHT, data };
  for (const { portrait, interOcularPx = 90, rollDeg = 0, x = WIDTH / 2 } of people) {
    paint(frame, portrait, { interOcularPx, rollDeg, x, y: 0.42 * HEIGHT });
  }
  return frame;
}

function paint(
  into: Frame,
  { sample, eyes: [[x0, y0], [x1, y1]] }: Portrait,
  { interOcularPx, rollDeg, x, y }: { interOcularPx: number; rollDeg: number; x: number; y: number },
): void {
  const from = samplePicture(sample);
  const scale = Math.hypot(x1 - x0, y1 - y0) / interOcularPx;
  const angle = Math.atan2(y1 - y0, x1 - x0) - (rollDeg * Math.PI) / 180;
  const [cos, sin] = [Math.cos(angle) * scale, Math.sin(angle) * scale];
  for (let row = 0; row < into.height; row += 1) {
    for (let column = 0; column < into.width; column += 1) {
      const [dx, dy] = [column - x, row - y];
      // What is shown rolls with the head: a rolled frame is the same picture lying otherwise on the sensor.
      const roll = (rollDeg * Math.PI) / 180;
      const across = Math.cos(roll) * dx + Math.sin(roll) * dy;
      const down = Math.cos(roll) * dy - Math.sin(roll) * dx;
      if (!isShown(across / interOcularPx, down / interOcularPx)) continue;
      const at = 4 * (row * into.width + column);
      paintPixel(
        into.data,
        at,
        from,
        (x0 + x1) / 2 + cos * dx - sin * dy,
        (y0 + y1) / 2 + sin * dx + cos * dy,
      );
    }
  }
}

function isShown(dx: number, dy: number): boolean {
  return (dx / SHOWN.x) ** 2 + (dy / (dy < 0 ? SHOWN.above : SHOWN.below)) ** 2 <= 1;
}

/** Bilinear; the wall shows where the picture ends. */
function paintPixel(into: Uint8ClampedArray, at: number, from: Frame, x: number, y: number): void {
  const [left, top] = [Math.floor(x), Math.floor(y)];
  if (left < 0 || top < 0 || left + 1 >= from.width || top + 1 >= from.height) return;
  const [fx, fy] = [x - left, y - top];
  for (let channel = 0; channel < 3; channel += 1) {
    const pixel = (px: number, py: number): number => from.data[4 * (py * from.width + px) + channel] ?? 0;
    const above = (1 - fx) * pixel(left, top) + fx * pixel(left + 1, top);
    const below = (1 - fx) * pixel(left, top + 1) + fx * pixel(left + 1, top + 1);
    into[at + channel] = (1 - fy) * above + fy * below;
  }
}

function samplePicture(number: number): Frame {
  const known = decoded.get(number);
  if (known !== undefined) return known;
  const { width, height, data } = decode(readFileSync(join(demo, `sample${number}.jpg`)), {
    useTArray: true,
  });
  const frame = { width, height, data: new Uint8ClampedArray(data.buffer, data.byteOffset, data.byteLength) };
  decoded.set(number, frame);
  return frame;
}
