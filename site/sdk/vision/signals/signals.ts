import type { Frame, PixelBox } from "../frame";
import { boundsOf } from "../mesh/bounds";
import { luminanceAt, luminancePatch, moments } from "../quality/luminance";
import { texturePeak } from "./texture";

/** Bytes per frame on the wire. */
export const SIGNAL_COUNT = 5;

// Mesh indices: cheeks left and right, forehead, chin. Skin, brows, eyes, nose and mouth; no hair, no background.
const CHEEKS = [50, 280] as const;
const FOREHEAD = 151;
const CHIN = 152;
const TEXTURE_UNIT = 8; // steps to one z on the wire
const BACKGROUND_STEP_PX = 8;
// The face's whole outline and its shadow are left out of the background, in widths of the mesh.
const BACKGROUND_MARGIN = 0.3;

/**
 * What else a frame says, five bytes: how much a frequency stands out (z x 8), standard deviation of the face's chroma,
 * mean luminance of the face and of the background, faces in view. `mesh`: 468 triples x, y, z in pixels of the frame.
 */
export function measureSignals(frame: Frame, mesh: Float32Array, facesInView: number): Uint8Array {
  const inner = innerFace(mesh);
  const patch = luminancePatch(frame, inner);
  return Uint8Array.of(
    byte(TEXTURE_UNIT * texturePeak(luminancePatch(frame, squareAround(inner)))),
    byte(chromaSd(frame, inner)),
    byte(moments(patch.values).mean),
    byte(backgroundLuminance(frame, mesh)),
    byte(facesInView),
  );
}

const byte = (value: number): number => Math.min(255, Math.max(0, Math.round(value))) || 0;

function innerFace(mesh: Float32Array): PixelBox {
  const at = (index: number, axis: 0 | 1): number => mesh[3 * index + axis] ?? 0;
  const xs = CHEEKS.map((index) => at(index, 0));
  const ys = [at(FOREHEAD, 1), at(CHIN, 1)];
  const [x, y] = [Math.min(...xs), Math.min(...ys)];
  return { x, y, width: Math.max(...xs) - x, height: Math.max(...ys) - y };
}

function squareAround({ x, y, width, height }: PixelBox): PixelBox {
  const side = Math.max(width, height);
  return { x: x + (width - side) / 2, y: y + (height - side) / 2, width: side, height: side };
}

/** Standard deviation of the two chroma channels (Rec. 601) taken together, every second pixel each way. */
function chromaSd({ width: frameWidth, height: frameHeight, data }: Frame, box: PixelBox): number {
  const [right, bottom] = [
    Math.min(frameWidth, box.x + box.width),
    Math.min(frameHeight, box.y + box.height),
  ];
  let [count, sumB, sumR, squares] = [0, 0, 0, 0];
  for (let y = Math.max(0, Math.floor(box.y)); y < bottom; y += 2) {
    for (let x = Math.max(0, Math.floor(box.x)); x < right; x += 2) {
      const at = 4 * (y * frameWidth + x);
      const luminance = luminanceAt(data, at);
      const blue = 0.564 * ((data[at + 2] ?? 0) - luminance);
      const red = 0.713 * ((data[at] ?? 0) - luminance);
      count += 1;
      sumB += blue;
      sumR += red;
      squares += blue * blue + red * red;
    }
  }
  if (count === 0) return 0;
  return Math.sqrt(Math.max(0, squares / count - (sumB / count) ** 2 - (sumR / count) ** 2));
}

function backgroundLuminance({ width, height, data }: Frame, mesh: Float32Array): number {
  const box = boundsOf(mesh);
  const margin = BACKGROUND_MARGIN * box.width;
  const [left, right] = [box.x - margin, box.x + box.width + margin];
  const [top, bottom] = [box.y - margin, box.y + box.height + margin];
  let [sum, count] = [0, 0];
  for (let y = 0; y < height; y += BACKGROUND_STEP_PX) {
    const isBeside = y < top || y > bottom;
    for (let x = 0; x < width; x += BACKGROUND_STEP_PX) {
      if (!isBeside && x >= left && x <= right) continue;
      sum += luminanceAt(data, 4 * (y * width + x));
      count += 1;
    }
  }
  return count === 0 ? 0 : sum / count;
}
