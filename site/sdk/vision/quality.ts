import type { Quality } from "../types";
import { LEFT_EYE, type PointXY, RIGHT_EYE, centre, eyeLineDeg } from "./eye-line";
import type { Face, Frame, PixelBox } from "./frame";

// iBUG 300-W indices.
const NOSE_TIP = 30;
const INNER_FACE = [17, 68] as const; // brows to mouth: skin only, no hair and no background

// Sharpness is judged at this size, half the network's own (its 150 px chip has about 60 px between the eyes):
// averaging down makes it comparable between distances and takes the sensor's noise out. On face-api's sample
// pictures sharp faces measure 8 to 45 and a Gaussian blur of 1/25 of the inter-ocular distance 1.2 to 2.7;
// at native resolution noise of 4 grey levels hid a blur of 3 px completely.
const SHARPNESS_INTER_OCULAR_PX = 32;

// Rec. 601 luma, what "luminance" means in ISO/IEC 29794-5.
const RED = 0.299;
const GREEN = 0.587;
const BLUE = 0.114;

/** Measures one face. Pure; every number is finite. Definitions and units: `Quality`. */
export function measureQuality(frame: Frame, face: Face): Quality {
  const right = centre(face.landmarks, RIGHT_EYE);
  const left = centre(face.landmarks, LEFT_EYE);
  // Never zero: it divides below, and a face without eyes is stopped by its size anyway.
  const interOcularPx = Math.max(Math.hypot(left.x - right.x, left.y - right.y), 1e-3);
  const patch = luminancePatch(frame, bounds(face.landmarks, INNER_FACE));
  const { mean, variance } = moments(patch.values);
  return {
    detection_score: face.score,
    inter_ocular_px: interOcularPx,
    roll_deg: eyeLineDeg(face.landmarks),
    nose_offset_iod: noseOffset(face.landmarks, right, left, interOcularPx),
    luminance_mean: mean,
    luminance_sd: Math.sqrt(variance),
    // Over the squared mean, so that the same face is as sharp in half the light; +1 keeps black finite.
    sharpness:
      (1000 * moments(laplacian(shrink(patch, SHARPNESS_INTER_OCULAR_PX / interOcularPx))).variance) /
      (mean * mean + 1),
  };
}

/** Mean luminance of the whole frame, 0 to 255, from every 8th pixel: enough to tell a dark room. */
export function frameLuminance({ data }: Frame): number {
  let sum = 0;
  let count = 0;
  for (let at = 0; at < data.length; at += 4 * 8) {
    sum += luminanceAt(data, at);
    count += 1;
  }
  return count === 0 ? 0 : sum / count;
}

interface Patch {
  width: number;
  height: number;
  values: Float32Array;
}

/** How far the nose tip lies from the line that halves the eyes, along the line between them. */
function noseOffset(landmarks: Float32Array, right: PointXY, left: PointXY, interOcularPx: number): number {
  const axis = { x: (left.x - right.x) / interOcularPx, y: (left.y - right.y) / interOcularPx };
  const nose = {
    x: (landmarks[2 * NOSE_TIP] ?? 0) - (left.x + right.x) / 2,
    y: (landmarks[2 * NOSE_TIP + 1] ?? 0) - (left.y + right.y) / 2,
  };
  return (nose.x * axis.x + nose.y * axis.y) / interOcularPx;
}

function bounds(landmarks: Float32Array, [from, to]: readonly [number, number]): PixelBox {
  let [x0, y0, x1, y1] = [Infinity, Infinity, -Infinity, -Infinity];
  for (let index = from; index < to; index += 1) {
    const x = landmarks[2 * index] ?? 0;
    const y = landmarks[2 * index + 1] ?? 0;
    [x0, y0, x1, y1] = [Math.min(x0, x), Math.min(y0, y), Math.max(x1, x), Math.max(y1, y)];
  }
  return { x: x0, y: y0, width: x1 - x0, height: y1 - y0 };
}

function luminancePatch(frame: Frame, box: PixelBox): Patch {
  const x0 = Math.max(0, Math.floor(box.x));
  const y0 = Math.max(0, Math.floor(box.y));
  const width = Math.max(0, Math.min(frame.width, Math.ceil(box.x + box.width)) - x0);
  const height = Math.max(0, Math.min(frame.height, Math.ceil(box.y + box.height)) - y0);
  const values = new Float32Array(width * height);
  for (let y = 0; y < height; y += 1) {
    for (let x = 0; x < width; x += 1) {
      values[y * width + x] = luminanceAt(frame.data, 4 * ((y0 + y) * frame.width + x0 + x));
    }
  }
  return { width, height, values };
}

function luminanceAt(data: Uint8ClampedArray, at: number): number {
  return RED * (data[at] ?? 0) + GREEN * (data[at + 1] ?? 0) + BLUE * (data[at + 2] ?? 0);
}

/** Area-averages the patch to `scale` of its size; never enlarges. */
function shrink(patch: Patch, scale: number): Patch {
  if (scale >= 1) return patch;
  const width = Math.round(patch.width * scale);
  const height = Math.round(patch.height * scale);
  const rows = averageRuns(patch.values, { lines: patch.height, length: patch.width, into: width });
  const columns = averageRuns(transposed(rows, patch.height, width), {
    lines: width,
    length: patch.height,
    into: height,
  });
  return { width, height, values: transposed(columns, width, height) };
}

/** Shortens every line of `length` values to `into`, each new value the mean of the stretch it covers. */
function averageRuns(
  values: Float32Array,
  { lines, length, into }: { lines: number; length: number; into: number },
): Float32Array {
  const out = new Float32Array(lines * into);
  const stretch = length / into;
  for (let line = 0; line < lines; line += 1) {
    for (let at = 0; at < into; at += 1) {
      const from = at * stretch;
      const to = Math.min(from + stretch, length);
      let sum = 0;
      for (let source = Math.floor(from); source < to; source += 1) {
        sum += (Math.min(source + 1, to) - Math.max(source, from)) * (values[line * length + source] ?? 0);
      }
      out[line * into + at] = sum / stretch;
    }
  }
  return out;
}

function transposed(values: Float32Array, rows: number, columns: number): Float32Array {
  const out = new Float32Array(values.length);
  for (let row = 0; row < rows; row += 1) {
    for (let column = 0; column < columns; column += 1) {
      out[column * rows + row] = values[row * columns + column] ?? 0;
    }
  }
  return out;
}

/** The 4-neighbour Laplacian of the patch's inside. */
function laplacian({ width, height, values }: Patch): Float32Array {
  if (width < 3 || height < 3) return new Float32Array();
  const out = new Float32Array((width - 2) * (height - 2));
  let into = 0;
  for (let y = 1; y < height - 1; y += 1) {
    for (let x = 1; x < width - 1; x += 1) {
      const at = y * width + x;
      const around =
        (values[at - 1] ?? 0) + (values[at + 1] ?? 0) + (values[at - width] ?? 0) + (values[at + width] ?? 0);
      out[into++] = around - 4 * (values[at] ?? 0);
    }
  }
  return out;
}

function moments(values: Float32Array): { mean: number; variance: number } {
  if (values.length === 0) return { mean: 0, variance: 0 };
  let sum = 0;
  for (const value of values) sum += value;
  const mean = sum / values.length;
  let squares = 0;
  for (const value of values) squares += (value - mean) ** 2;
  return { mean, variance: squares / values.length };
}
