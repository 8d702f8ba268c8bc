import { zipSync } from "fflate";

/** One column of the result: text, whole numbers, or numbers with `width` to a row. */
export type Column =
  | { kind: "text"; values: readonly string[] }
  | { kind: "int32"; values: readonly number[] }
  | { kind: "float32"; values: readonly number[] }
  | { kind: "float32"; rows: readonly Float32Array[]; width: number }
  | { kind: "uint8"; rows: readonly Uint8Array[]; width: number };

const MAGIC = [0x93, ...Buffer.from("NUMPY"), 1, 0];
const HEADER_ALIGNMENT = 64;

/** An .npz file as `numpy.load` reads it: a zip of one .npy to a column (NEP 1, version 1.0). */
export function encodeNpz(columns: Readonly<Record<string, Column>>): Uint8Array {
  return zipSync(
    Object.fromEntries(Object.entries(columns).map(([name, column]) => [`${name}.npy`, encodeNpy(column)])),
    { level: 6 },
  );
}

function encodeNpy(column: Column): Uint8Array {
  if (column.kind === "text") return textArray(column.values);
  if ("rows" in column) {
    const { rows, width } = column;
    const values = new (column.kind === "uint8" ? Uint8Array : Float32Array)(rows.length * width);
    rows.forEach((row, index) => {
      values.set(row, index * width);
    });
    return npy(column.kind === "uint8" ? "|u1" : "<f4", `(${rows.length}, ${width})`, values);
  }
  const { values } = column;
  return column.kind === "int32"
    ? npy("<i4", `(${values.length},)`, Int32Array.from(values))
    : npy("<f4", `(${values.length},)`, Float32Array.from(values));
}

/** numpy's fixed-width UTF-32. */
function textArray(texts: readonly string[]): Uint8Array {
  const points = texts.map((text) => Array.from(text, (character) => character.codePointAt(0) ?? 0));
  const width = Math.max(1, ...points.map((row) => row.length));
  const values = new Uint32Array(texts.length * width);
  points.forEach((row, index) => {
    values.set(row, index * width);
  });
  return npy(`<U${width}`, `(${texts.length},)`, values);
}

function npy(
  type: string,
  shape: string,
  values: Float32Array | Int32Array | Uint32Array | Uint8Array,
): Uint8Array {
  const words = `{'descr': '${type}', 'fortran_order': False, 'shape': ${shape}, }`;
  const bare = MAGIC.length + 2 + words.length + 1;
  const header = words + " ".repeat((HEADER_ALIGNMENT - (bare % HEADER_ALIGNMENT)) % HEADER_ALIGNMENT) + "\n";
  const size = Uint8Array.of(header.length & 0xff, header.length >> 8);
  const bytes = Buffer.from(values.buffer, values.byteOffset, values.byteLength); // little-endian like every host of Node
  return Buffer.concat([Uint8Array.from(MAGIC), size, Buffer.from(header, "latin1"), bytes]);
}
