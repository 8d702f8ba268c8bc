import type { extractFaceTensors } from "@vladmandic/face-api/dist/face-api.esm-nobundle.js";
import * as tf from "@tensorflow/tfjs-core";

import { CHIP_SIZE_PX } from "./alignment";
import type { Chip } from "./chip";
import type { Detection, DetectorName, Frame, PixelBox } from "./frame";

export const LANDMARK_COUNT = 68;

/**
 * face-api's declarations carry a copy of tfjs's types, nominally another; at run time both are the one tfjs
 * that vision-aliases.ts puts in place. This file and the weights below are the only doors between them.
 */
export type FaceApiImage = Parameters<typeof extractFaceTensors>[0];

/** Lends the frame's pixels as a tensor, and takes it back whatever happens. */
export async function onTensor<T>(frame: Frame, use: (image: FaceApiImage) => Promise<T>): Promise<T> {
  const { width, height, data } = frame;
  const bytes = new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
  const image = tf.browser.fromPixels({ width, height, data: bytes });
  try {
    return await use(image as unknown as FaceApiImage);
  } finally {
    image.dispose();
  }
}

/**
 * The picture with its longer side at `sidePx`, never enlarged. face-api would pad it to a square first and
 * shrink that: many times the bytes for the same result.
 */
export function shrunk(image: FaceApiImage, { width, height }: Frame, sidePx: number): FaceApiImage {
  const scale = Math.min(1, sidePx / Math.max(width, height));
  const size: [number, number] = [Math.round(height * scale), Math.round(width * scale)];
  return tf.image.resizeBilinear(image as unknown as tf.Tensor3D, size) as unknown as FaceApiImage;
}

/** Whole pixels inside the frame, so that crop and landmarks share one origin. */
function pixelsInside(relative: PixelBox, frame: Frame): PixelBox {
  const x = Math.max(0, Math.floor(relative.x * frame.width));
  const y = Math.max(0, Math.floor(relative.y * frame.height));
  const right = Math.min(frame.width, Math.floor((relative.x + relative.width) * frame.width));
  const bottom = Math.min(frame.height, Math.floor((relative.y + relative.height) * frame.height));
  return { x, y, width: Math.max(0, right - x), height: Math.max(0, bottom - y) };
}

/** A detection as face-api gives it: the box in shares of the picture. */
export interface RelativeDetection {
  score: number;
  relativeBox: PixelBox;
}

/** Detections in whole pixels of the frame, the widest first. */
export function detectionsIn(
  found: readonly RelativeDetection[],
  detector: DetectorName,
  frame: Frame,
): Detection[] {
  return found
    .map(({ score, relativeBox }) => ({ score, box: pixelsInside(relativeBox, frame), detector }))
    .filter(({ box }) => box.width > 0 && box.height > 0)
    .sort((a, b) => b.box.width - a.box.width);
}

/** Lends chips as tensors, and takes them back whatever happens. */
export async function onChips<T, Chips extends readonly Chip[]>(
  chips: readonly [...Chips],
  use: (images: { [Index in keyof Chips]: FaceApiImage }) => Promise<T>,
): Promise<T> {
  const images = chips.map((chip) => tf.tensor3d(chip, [CHIP_SIZE_PX, CHIP_SIZE_PX, 3]));
  try {
    return await use(images as unknown as { [Index in keyof Chips]: FaceApiImage });
  } finally {
    for (const image of images) image.dispose();
  }
}

interface Net {
  loadFromWeightMap(map: never): void;
}

type Manifest = { weights: tf.io.WeightsManifestEntry[] }[];

export function loadWeights(net: Net, bytes: Uint8Array<ArrayBuffer>, manifest: unknown): void {
  const entries = (manifest as Manifest).flatMap((group) => group.weights);
  net.loadFromWeightMap(tf.io.decodeWeights(bytes.buffer, entries) as never);
}

export function tensorsAlive(): number {
  // Not tf.memory(): that asks the backend, which is gone after dispose.
  return tf.engine().state.numTensors;
}
