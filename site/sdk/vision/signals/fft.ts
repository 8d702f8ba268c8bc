/** Discrete Fourier transforms of small squares, in place (Cooley and Tukey 1965, radix 2). */
export class SquareFft {
  readonly #order: Uint16Array;
  readonly #cos: Float32Array;
  readonly #sin: Float32Array;
  readonly #re: Float32Array;
  readonly #im: Float32Array;

  /** `size`: a power of two. */
  constructor(readonly size: number) {
    const bits = Math.log2(size);
    this.#order = Uint16Array.from({ length: size }, (_, index) => reversed(index, bits));
    this.#cos = Float32Array.from({ length: size / 2 }, (_, k) => Math.cos((2 * Math.PI * k) / size));
    this.#sin = Float32Array.from({ length: size / 2 }, (_, k) => -Math.sin((2 * Math.PI * k) / size));
    this.#re = new Float32Array(size);
    this.#im = new Float32Array(size);
  }

  /**
   * Power of a real square's frequencies, rows by vertical frequency. Two rows at a time (one as the imaginary part of
   * the other), and only the columns of horizontal frequencies 0 to size/2: the others mirror them.
   *
   * `values`: size x size. Returns size x (size/2 + 1).
   */
  power(values: Float32Array): Float32Array {
    const { size } = this;
    const half = size / 2 + 1;
    const re = new Float32Array(size * half);
    const im = new Float32Array(size * half);
    for (let row = 0; row < size; row += 2) {
      for (let at = 0; at < size; at += 1) {
        this.#re[at] = values[row * size + at] ?? 0;
        this.#im[at] = values[(row + 1) * size + at] ?? 0;
      }
      this.#transform();
      for (let u = 0; u < half; u += 1) {
        const other = (size - u) % size;
        const [a, b] = [this.#re[u] ?? 0, this.#im[u] ?? 0];
        const [c, d] = [this.#re[other] ?? 0, this.#im[other] ?? 0];
        re[row * half + u] = (a + c) / 2;
        im[row * half + u] = (b - d) / 2;
        re[(row + 1) * half + u] = (b + d) / 2;
        im[(row + 1) * half + u] = (c - a) / 2;
      }
    }
    const power = new Float32Array(size * half);
    for (let u = 0; u < half; u += 1) {
      for (let row = 0; row < size; row += 1) {
        this.#re[row] = re[row * half + u] ?? 0;
        this.#im[row] = im[row * half + u] ?? 0;
      }
      this.#transform();
      for (let v = 0; v < size; v += 1) {
        power[v * half + u] = (this.#re[v] ?? 0) ** 2 + (this.#im[v] ?? 0) ** 2;
      }
    }
    return power;
  }

  #transform(): void {
    const [re, im, cos, sin, { size }] = [this.#re, this.#im, this.#cos, this.#sin, this];
    for (let index = 0; index < size; index += 1) {
      const other = this.#order[index] ?? 0;
      if (other <= index) continue;
      [re[index], re[other]] = [re[other] ?? 0, re[index] ?? 0];
      [im[index], im[other]] = [im[other] ?? 0, im[index] ?? 0];
    }
    for (let span = 1; span < size; span *= 2) {
      const turn = size / (2 * span);
      for (let start = 0; start < size; start += 2 * span) {
        for (let k = 0; k < span; k += 1) {
          const [low, high] = [start + k, start + k + span];
          const [c, s] = [cos[k * turn] ?? 0, sin[k * turn] ?? 0];
          const [x, y] = [re[high] ?? 0, im[high] ?? 0];
          const [p, q] = [x * c - y * s, x * s + y * c];
          re[high] = (re[low] ?? 0) - p;
          im[high] = (im[low] ?? 0) - q;
          re[low] = (re[low] ?? 0) + p;
          im[low] = (im[low] ?? 0) + q;
        }
      }
    }
  }
}

function reversed(index: number, bits: number): number {
  let out = 0;
  for (let bit = 0; bit < bits; bit += 1) out |= ((index >> bit) & 1) << (bits - 1 - bit);
  return out;
}
