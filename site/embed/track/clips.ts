/** A clip's frames, one at a time: of a y4m file, or of a folder of pictures in the order of their names. */
import { type FileHandle, open, readFile, readdir, stat } from "node:fs/promises";
import { join } from "node:path";

import type { Frame } from "../../sdk/vision/frame";
import { MAX_SIDE_PX, decodePicture, reduced } from "../picture";

export const Y4M = /\.y4m$/i;
export const PICTURE = /\.(jpe?g|png)$/i;

export interface ClipFrame {
  frame: Frame;
  timeMs: number;
}

/** `picturesPerSecond`: of folders, which do not say. Throws where the file is not such a clip. */
export async function* framesOf(path: string, picturesPerSecond: number): AsyncGenerator<ClipFrame> {
  if ((await stat(path)).isDirectory()) {
    const names = (await readdir(path)).filter((name) => PICTURE.test(name)).sort();
    for (const [index, name] of names.entries()) {
      const frame = decodePicture(await readFile(join(path, name)));
      yield { frame, timeMs: (1000 * index) / picturesPerSecond };
    }
  } else if (PICTURE.test(path)) {
    yield { frame: decodePicture(await readFile(path)), timeMs: 0 };
  } else {
    yield* framesOfY4m(path);
  }
}

interface Y4mHeader {
  width: number;
  height: number;
  framesPerSecond: number;
  bytes: number;
}

const MAX_HEADER_BYTES = 256;
const MAX_SIDE = 8192;

async function* framesOfY4m(path: string): AsyncGenerator<ClipFrame> {
  const file = await open(path);
  try {
    const header = await headerOf(file);
    const { width, height, framesPerSecond } = header;
    const pixels = width * height + 2 * Math.ceil(width / 2) * Math.ceil(height / 2);
    let position = header.bytes;
    for (let index = 0; ; index += 1) {
      const line = await lineAt(file, position);
      if (line === null) return;
      if (!line.startsWith("FRAME")) throw new Error("no frame where one has to be");
      position += line.length + 1;
      const planes = Buffer.alloc(pixels);
      const { bytesRead } = await file.read(planes, 0, pixels, position);
      if (bytesRead < pixels) return; // cut off: what is whole counts
      position += pixels;
      yield {
        frame: reduced(rgba(planes, width, height), MAX_SIDE_PX),
        timeMs: (1000 * index) / framesPerSecond,
      };
    }
  } finally {
    await file.close();
  }
}

async function headerOf(file: FileHandle): Promise<Y4mHeader> {
  const line = await lineAt(file, 0);
  const [magic, ...fields] = line?.split(" ") ?? [];
  const field = (name: string): string | undefined => fields.find((one) => one.startsWith(name))?.slice(1);
  const [width, height] = [Number(field("W")), Number(field("H"))];
  const [rate = NaN, per = NaN] = (field("F") ?? "").split(":").map(Number);
  const colour = field("C") ?? "420";
  if (line === null || magic !== "YUV4MPEG2") throw new Error("not a y4m file");
  if (!colour.startsWith("420") || colour.includes("p1"))
    throw new Error(`pixels of another kind: ${colour}`);
  const isSize = (value: number): boolean => Number.isInteger(value) && value > 0 && value <= MAX_SIDE;
  if (!isSize(width) || !isSize(height) || !(rate / per > 0)) throw new Error("a header without a size or a rate"); // prettier-ignore
  return { width, height, framesPerSecond: rate / per, bytes: line.length + 1 };
}

async function lineAt(file: FileHandle, position: number): Promise<string | null> {
  const bytes = Buffer.alloc(MAX_HEADER_BYTES);
  const { bytesRead } = await file.read(bytes, 0, bytes.length, position);
  if (bytesRead === 0) return null;
  const end = bytes.indexOf("\n");
  if (end < 0 || end >= bytesRead) throw new Error("a line without an end");
  return bytes.toString("latin1", 0, end);
}

/** Rec. 601, limited range, each chroma sample for its four pixels: what Chromium makes of such a camera. */
function rgba(planes: Uint8Array, width: number, height: number): Frame {
  const data = new Uint8ClampedArray(4 * width * height);
  const across = Math.ceil(width / 2);
  const blueFrom = width * height;
  const redFrom = blueFrom + across * Math.ceil(height / 2);
  for (let row = 0; row < height; row += 1) {
    for (let column = 0; column < width; column += 1) {
      const chroma = (row >> 1) * across + (column >> 1);
      const light = 1.164 * ((planes[row * width + column] ?? 0) - 16);
      const blue = (planes[blueFrom + chroma] ?? 128) - 128;
      const red = (planes[redFrom + chroma] ?? 128) - 128;
      const at = 4 * (row * width + column);
      data[at] = light + 1.596 * red;
      data[at + 1] = light - 0.813 * red - 0.391 * blue;
      data[at + 2] = light + 2.018 * blue;
      data[at + 3] = 255;
    }
  }
  return { width, height, data };
}
