import { type Patch, moments } from "./luminance";

// Sharpness is judged at this size, half the network's own (its 150 px chip has about 53 px between the eyes):
// averaging down makes it comparable between distances and takes the sensor's noise out. On face-api's sample
// pictures sharp faces measure 8 to 45 and a Gaussian blur of 1/25 of the inter-ocular distance 1.2 to 2.7;
// at native resolution noise of 4 grey levels hid a blur of 3 px completely.
const INTER_OCULAR_PX = 32;

/**
 * 1000 x variance of the Laplacian over the squared mean luminance of a patch, so that the same face is as sharp in
 * half the light. `interOcularPx`: pixels of the patch between the eyes.
 */
export function sharpnessOf(patch: Patch, interOcularPx: number): number {
  const { mean } = moments(patch.values);
  const { variance } = moments(laplacian(shrink(patch, INTER_OCULAR_PX / interOcularPx)));
  return (1000 * variance) / (mean * mean + 1); // +1 keeps black finite
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
  return { ...patch, width, height, values: transposed(columns, width, height) };
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
