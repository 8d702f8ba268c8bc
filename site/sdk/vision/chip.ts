import { CHIP_SIZE_PX, type Similarity, scaleOf } from "./alignment";
import type { Frame } from "./frame";

/** The aligned face: 150 x 150 pixels of red, green, blue, 0 to 255, rows from the top. */
export type Chip = Float32Array;

const CHANNELS = 3;
// Points of the picture that are read along each side of a pixel of the chip, at least.
const MIN_STEPS = 2;

/**
 * Cuts the chip out of the picture. Every pixel of the chip is the mean of the area it covers: face-api takes
 * single pixels of a large face, which turns its texture into noise. What lies outside the picture is black, as
 * in dlib, with whose chips the network was trained.
 */
export function cutChip(frame: Frame, placement: Similarity): Chip {
  const chip = new Float32Array(CHIP_SIZE_PX * CHIP_SIZE_PX * CHANNELS);
  const { a, b, tx, ty } = placement;
  const steps = Math.max(MIN_STEPS, Math.ceil(scaleOf(placement)));
  const offsets = Array.from({ length: steps }, (_, step) => (step + 0.5) / steps);
  const share = 1 / (steps * steps);
  let at = 0;
  for (let row = 0; row < CHIP_SIZE_PX; row += 1) {
    for (let column = 0; column < CHIP_SIZE_PX; column += 1, at += CHANNELS) {
      for (const dy of offsets) {
        for (const dx of offsets) {
          const [x, y] = [column + dx, row + dy];
          addPixel(chip, at, frame, a * x - b * y + tx, b * x + a * y + ty, share);
        }
      }
    }
  }
  return chip;
}

/** The chip as a mirror shows it. */
export function mirrored(chip: Chip): Chip {
  const out = new Float32Array(chip.length);
  for (let row = 0; row < CHIP_SIZE_PX; row += 1) {
    for (let column = 0; column < CHIP_SIZE_PX; column += 1) {
      const from = CHANNELS * (row * CHIP_SIZE_PX + column);
      const to = CHANNELS * (row * CHIP_SIZE_PX + CHIP_SIZE_PX - 1 - column);
      for (let channel = 0; channel < CHANNELS; channel += 1) out[to + channel] = chip[from + channel] ?? 0;
    }
  }
  return out;
}

/** Adds `share` of the picture at (x, y), interpolated between the four pixels around it. */
function addPixel(
  chip: Chip,
  at: number,
  { width, height, data }: Frame,
  x: number,
  y: number,
  share: number,
): void {
  // A pixel's colour is that of its middle, which lies half a pixel from its corner.
  const left = Math.floor(x - 0.5);
  const top = Math.floor(y - 0.5);
  const fx = x - 0.5 - left;
  const fy = y - 0.5 - top;
  for (let row = 0; row <= 1; row += 1) {
    if (top + row < 0 || top + row >= height) continue;
    for (let column = 0; column <= 1; column += 1) {
      if (left + column < 0 || left + column >= width) continue;
      const weight = share * (row === 1 ? fy : 1 - fy) * (column === 1 ? fx : 1 - fx);
      const from = 4 * ((top + row) * width + left + column);
      chip[at] = (chip[at] ?? 0) + weight * (data[from] ?? 0);
      chip[at + 1] = (chip[at + 1] ?? 0) + weight * (data[from + 1] ?? 0);
      chip[at + 2] = (chip[at + 2] ?? 0) + weight * (data[from + 2] ?? 0);
    }
  }
}
