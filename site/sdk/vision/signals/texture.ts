import type { Patch } from "../quality/luminance";
import { SquareFft } from "./fft";

// The largest square that a face fills: frequencies of a screen's or a raster's grid, beaten against the camera's, need
// length to stand out.
const SIZES_PX = [128, 64] as const;
// Below this share of the sampling frequency a face has features of its own.
const MIN_FREQUENCY = 0.12;
const MAX_FREQUENCY = 0.5;
// Video codecs and JPEG leave a grid of blocks this wide; its harmonics on the axes are the camera's own.
const BLOCK_PX = 8;
const TO_SIGMA = 1.4826; // of a median absolute deviation
const MIN_RING = 24;

const transforms = new Map<number, SquareFft>();

/**
 * How much a single frequency stands out of the others of its wavelength: the greatest over all wavelengths of the
 * robust z (median, median absolute deviation) of the peak in log power. A camera's noise gives 2 to 4; the beat of a
 * screen's pixels against the sensor's stands far above. `patch`: luminance at the camera's own resolution. 0 where the
 * patch is smaller than 64 px.
 */
export function texturePeak(patch: Patch): number {
  const side = Math.min(patch.width, patch.height);
  const size = SIZES_PX.find((one) => one <= side);
  if (size === undefined) return 0;
  let fft = transforms.get(size);
  if (fft === undefined) transforms.set(size, (fft = new SquareFft(size)));
  const power = fft.power(windowed(patch, size));
  let peak = 0;
  for (const ring of rings(power, size)) peak = Math.max(peak, standsOut(ring));
  return peak;
}

/** The middle of the patch, without its mean, faded out by Hann's window. */
function windowed(patch: Patch, size: number): Float32Array {
  const [left, top] = [Math.floor((patch.width - size) / 2), Math.floor((patch.height - size) / 2)];
  const out = new Float32Array(size * size);
  let mean = 0;
  for (let y = 0; y < size; y += 1) {
    for (let x = 0; x < size; x += 1) {
      const value = patch.values[(top + y) * patch.width + left + x] ?? 0;
      out[y * size + x] = value;
      mean += value / (size * size);
    }
  }
  const hann = Float32Array.from({ length: size }, (_, at) => Math.sin((Math.PI * (at + 0.5)) / size) ** 2);
  for (let y = 0; y < size; y += 1) {
    for (let x = 0; x < size; x += 1) {
      out[y * size + x] = ((out[y * size + x] ?? 0) - mean) * (hann[x] ?? 0) * (hann[y] ?? 0);
    }
  }
  return out;
}

/** Log power by distance from frequency 0, one ring to a whole frequency. */
function rings(power: Float32Array, size: number): Float32Array[] {
  const places = placesOf(size);
  const found = places.counts.map((count) => new Float32Array(count));
  const filled = new Uint16Array(found.length);
  places.rings.forEach((ring, at) => {
    const values = found[ring];
    if (values === undefined) return;
    values[filled[ring] ?? 0] = Math.log((power[at] ?? 0) + 1e-3);
    filled[ring] = (filled[ring] ?? 0) + 1;
  });
  return found.filter((ring) => ring.length >= MIN_RING);
}

const NO_RING = 0xff;
const knownPlaces = new Map<number, { rings: Uint8Array; counts: number[] }>();

/** Which ring each frequency belongs to; 255: to none that is looked at. */
function placesOf(size: number): { rings: Uint8Array; counts: number[] } {
  const known = knownPlaces.get(size);
  if (known !== undefined) return known;
  const half = size / 2 + 1;
  const first = Math.ceil(MIN_FREQUENCY * size);
  const last = Math.floor(MAX_FREQUENCY * size);
  const counts = Array.from({ length: last - first + 1 }, () => 0);
  const rings = new Uint8Array(size * half).fill(NO_RING);
  for (let row = 0; row < size; row += 1) {
    const v = row > size / 2 ? row - size : row;
    for (let u = 0; u < half; u += 1) {
      const ring = Math.round(Math.hypot(u, v)) - first;
      if (ring < 0 || ring >= counts.length || isOfBlocks(u, v, size)) continue;
      rings[row * half + u] = ring;
      counts[ring] = (counts[ring] ?? 0) + 1;
    }
  }
  const places = { rings, counts };
  knownPlaces.set(size, places);
  return places;
}

function isOfBlocks(u: number, v: number, size: number): boolean {
  const step = size / BLOCK_PX;
  const isHarmonic = (frequency: number): boolean =>
    Math.abs(frequency - step * Math.round(frequency / step)) <= 1;
  return (Math.abs(v) <= 1 && isHarmonic(u)) || (u <= 1 && isHarmonic(v));
}

function standsOut(values: Float32Array): number {
  values.sort();
  const middle = values[values.length >> 1] ?? 0;
  const deviations = values.map((value) => Math.abs(value - middle)).sort();
  const sigma = TO_SIGMA * (deviations[deviations.length >> 1] ?? 0);
  return sigma > 0 ? ((values.at(-1) ?? 0) - middle) / sigma : 0;
}
