import type { Similarity } from "../alignment";
import { scaleOf } from "../alignment";
import type { Frame, PixelBox } from "../frame";

/** Side of the network's input, pixels. */
export const CROP_SIZE_PX = 192;
// What the network was trained with around a face (MediaPipe's face landmark graph: square of the longer side x 1.5).
const ROOM = 1.5;
// Outer corners of the eyes: they say how the head leans.
const LEFT_CORNER = 33;
const RIGHT_CORNER = 263;
// From here on one point of the picture for a pixel of the crop would be noise: four are averaged.
const SCALE_TO_AVERAGE_FROM = 1.2;

/** Where the crop of a detected box lies in the frame: upright, for want of knowing better. */
export function cropOfBox({ x, y, width, height }: PixelBox): Similarity {
  return placement({ x: x + width / 2, y: y + height / 2 }, Math.max(width, height), 0);
}

/** Where the crop of a face that had this mesh a frame ago lies: around it, upright by its eyes. */
export function cropOfMesh(mesh: Float32Array): Similarity {
  const at = (index: number): [number, number] => [mesh[3 * index] ?? 0, mesh[3 * index + 1] ?? 0];
  const [[x0, y0], [x1, y1]] = [at(LEFT_CORNER), at(RIGHT_CORNER)];
  const angle = Math.atan2(y1 - y0, x1 - x0);
  const [cos, sin] = [Math.cos(angle), Math.sin(angle)];
  let [left, top, right, bottom] = [Infinity, Infinity, -Infinity, -Infinity];
  for (let point = 0; point < mesh.length; point += 3) {
    const [x, y] = [mesh[point] ?? 0, mesh[point + 1] ?? 0];
    const [across, down] = [cos * x + sin * y, cos * y - sin * x];
    [left, right] = [Math.min(left, across), Math.max(right, across)];
    [top, bottom] = [Math.min(top, down), Math.max(bottom, down)];
  }
  const [across, down] = [(left + right) / 2, (top + bottom) / 2];
  const middle = { x: cos * across - sin * down, y: sin * across + cos * down };
  return placement(middle, Math.max(right - left, bottom - top), angle);
}

/** From the crop's pixels to the frame's. */
function placement(middle: { x: number; y: number }, sidePx: number, angle: number): Similarity {
  const scale = (ROOM * sidePx) / CROP_SIZE_PX;
  const [a, b] = [scale * Math.cos(angle), scale * Math.sin(angle)];
  const half = CROP_SIZE_PX / 2;
  return { a, b, tx: middle.x - a * half + b * half, ty: middle.y - b * half - a * half };
}

/** The crop's pixels: red, green, blue of 0 to 1, rows from the top. What lies outside the frame is black. */
export function cutCrop(frame: Frame, place: Similarity, into: Float32Array): void {
  const { a, b, tx, ty } = place;
  const offsets = scaleOf(place) < SCALE_TO_AVERAGE_FROM ? [0.5] : [0.25, 0.75];
  const share = 1 / (255 * offsets.length ** 2);
  into.fill(0);
  for (const dy of offsets) {
    for (const dx of offsets) {
      let at = 0;
      for (let row = 0; row < CROP_SIZE_PX; row += 1) {
        // A pixel's colour is that of its middle, half a pixel from its corner.
        let x = a * dx - b * (row + dy) + tx - 0.5;
        let y = b * dx + a * (row + dy) + ty - 0.5;
        for (let column = 0; column < CROP_SIZE_PX; column += 1, at += 3, x += a, y += b) {
          addPixel(into, at, frame, x, y, share);
        }
      }
    }
  }
}

/** Adds `share` of the picture at (x, y), interpolated between the four pixels around it. */
function addPixel(into: Float32Array, at: number, frame: Frame, x: number, y: number, share: number): void {
  const { width, height, data } = frame;
  const [left, top] = [Math.floor(x), Math.floor(y)];
  if (left < 0 || top < 0 || left + 1 >= width || top + 1 >= height) return;
  const [fx, fy] = [x - left, y - top];
  const from = 4 * (top * width + left);
  const below = from + 4 * width;
  const w00 = share * (1 - fx) * (1 - fy);
  const w10 = share * fx * (1 - fy);
  const w01 = share * (1 - fx) * fy;
  const w11 = share * fx * fy;
  for (let channel = 0; channel < 3; channel += 1) {
    into[at + channel] =
      (into[at + channel] ?? 0) +
      w00 * (data[from + channel] ?? 0) +
      w10 * (data[from + 4 + channel] ?? 0) +
      w01 * (data[below + channel] ?? 0) +
      w11 * (data[below + 4 + channel] ?? 0);
  }
}
