import {
  FaceLandmark68Net,
  FaceLandmarks68,
  FaceRecognitionNet,
  Point,
  Rect,
  TinyFaceDetector,
  TinyFaceDetectorOptions,
  extractFaceTensors,
} from "@vladmandic/face-api/dist/face-api.esm-nobundle.js";
import * as tf from "@tensorflow/tfjs-core";
import detectorManifest from "@vladmandic/face-api/model/tiny_face_detector_model-weights_manifest.json";
import landmarkManifest from "@vladmandic/face-api/model/face_landmark_68_model-weights_manifest.json";
import recognitionManifest from "@vladmandic/face-api/model/face_recognition_model-weights_manifest.json";

import { ModelError } from "../errors";
import type { LoadProgress } from "../types";
import { simdIsSupported, startBackend, stopBackend } from "./backend";
import type { Face, Frame, PixelBox, Sight } from "./frame";
import { type FetchAsset, loadAssets } from "./load-assets";

// The detector's square input. At 320 a face of 60 px in a 640 px frame is still 30 px wide there; 416 (the
// default) costs twice the time and finds nothing more at the distances that guidance accepts.
const DETECTOR_INPUT_PX = 320;
const DETECTOR_MIN_SCORE = 0.5; // face-api's own default
// People far behind do not stop anybody from signing in; somebody who shares the picture does.
const COMPANION_MIN_WIDTH_SHARE = 0.4;
const LANDMARK_COUNT = 68;
const DESCRIPTOR_LENGTH = 128;

/** The three networks on their backend. Everything stays on this device. */
export interface VisionEngine {
  /** Finds the nearest face with its landmarks. */
  look(frame: Frame): Promise<Sight>;
  /** Computes the 128 numbers of the face with these landmarks. */
  describe(frame: Frame, landmarks: Float32Array): Promise<Float32Array>;
  /** Tensors alive: for tests, and for finding leaks. */
  tensorCount(): number;
  dispose(): void;
}

/** Loads, checks and starts the engine. Throws `ModelError`, or the signal's reason. */
export async function createVisionEngine({
  assets,
  signal,
  onProgress = () => undefined,
  fetchAsset,
}: {
  assets: string;
  signal: AbortSignal;
  onProgress?: (progress: LoadProgress) => void;
  fetchAsset?: FetchAsset;
}): Promise<VisionEngine> {
  const wasmName = simdIsSupported() ? "wasmSimd" : "wasmPlain";
  const loaded = await loadAssets([wasmName, "detector", "landmarks", "recognition"], {
    baseUrl: assets,
    signal,
    onProgress,
    ...(fetchAsset && { fetchAsset }),
  });
  await startBackend(loaded[wasmName]);
  const engine = new FaceApiEngine(loaded);
  try {
    await engine.warmUp();
    signal.throwIfAborted();
  } catch (error) {
    engine.dispose();
    throw error;
  }
  return engine;
}

class FaceApiEngine implements VisionEngine {
  readonly #detector = new TinyFaceDetector();
  readonly #landmarkNet = new FaceLandmark68Net();
  readonly #recognitionNet = new FaceRecognitionNet();
  #disposed = false;

  constructor(weights: Record<"detector" | "landmarks" | "recognition", Uint8Array<ArrayBuffer>>) {
    loadWeights(this.#detector, weights.detector, detectorManifest);
    loadWeights(this.#landmarkNet, weights.landmarks, landmarkManifest);
    loadWeights(this.#recognitionNet, weights.recognition, recognitionManifest);
  }

  /** The first run of a network prepares its weights; a person should not wait for that in front of a camera. */
  async warmUp(): Promise<void> {
    const blank: Frame = { width: 64, height: 64, data: new Uint8ClampedArray(64 * 64 * 4) };
    await this.look(blank);
    await onTensor(blank, (image) => this.#landmarkNet.detectLandmarks(image));
    await onTensor(blank, (image) => this.#recognitionNet.computeFaceDescriptor(image));
  }

  async look(frame: Frame): Promise<Sight> {
    this.#refuseWhenDisposed();
    return onTensor(frame, async (image) => {
      const found = await this.#detector.locateFaces(
        image,
        new TinyFaceDetectorOptions({ inputSize: DETECTOR_INPUT_PX, scoreThreshold: DETECTOR_MIN_SCORE }),
      );
      const byWidth = found.toSorted((a, b) => b.box.width - a.box.width);
      const nearest = byWidth[0];
      if (nearest === undefined) return { faceCount: 0, face: null };
      const box = insideFrame(nearest.box, frame);
      const landmarks = await this.#landmarksIn(image, box);
      if (landmarks === null) return { faceCount: 0, face: null };
      const companions = byWidth.filter(
        (one) => one.box.width >= COMPANION_MIN_WIDTH_SHARE * nearest.box.width,
      );
      const face: Face = { score: nearest.score, box, landmarks };
      return { faceCount: companions.length, face };
    });
  }

  async describe(frame: Frame, landmarks: Float32Array): Promise<Float32Array> {
    this.#refuseWhenDisposed();
    return onTensor(frame, async (image) => {
      const [crop] = await extractFaceTensors(image, [alignedBox(landmarks, frame)]);
      // Landmarks wholly outside the frame leave nothing to crop.
      if (crop === undefined) return new Float32Array(DESCRIPTOR_LENGTH);
      try {
        return (await this.#recognitionNet.computeFaceDescriptor(crop)) as Float32Array;
      } finally {
        crop.dispose();
      }
    });
  }

  tensorCount(): number {
    // Not tf.memory(): that asks the backend, which is gone after dispose.
    return tf.engine().state.numTensors;
  }

  dispose(): void {
    if (this.#disposed) return;
    this.#disposed = true;
    for (const net of [this.#detector, this.#landmarkNet, this.#recognitionNet]) net.dispose(false);
    stopBackend();
  }

  async #landmarksIn(image: FaceApiImage, box: PixelBox): Promise<Float32Array | null> {
    const [crop] = await extractFaceTensors(image, [new Rect(box.x, box.y, box.width, box.height)]);
    if (crop === undefined) return null;
    try {
      const { relativePositions } = (await this.#landmarkNet.detectLandmarks(crop)) as FaceLandmarks68;
      const landmarks = new Float32Array(2 * LANDMARK_COUNT);
      relativePositions.forEach((point, index) => {
        landmarks[2 * index] = box.x + point.x * box.width;
        landmarks[2 * index + 1] = box.y + point.y * box.height;
      });
      return landmarks;
    } finally {
      crop.dispose();
    }
  }

  #refuseWhenDisposed(): void {
    if (this.#disposed) throw new ModelError("not-prepared");
  }
}

/**
 * face-api's declarations carry a copy of tfjs's types, nominally another; at run time both are the one tfjs
 * that vision-aliases.ts puts in place. These two are the only doors between them.
 */
type FaceApiImage = Parameters<typeof extractFaceTensors>[0];

interface Net {
  loadFromWeightMap(map: never): void;
}

type Manifest = { weights: tf.io.WeightsManifestEntry[] }[];

function loadWeights(net: Net, bytes: Uint8Array<ArrayBuffer>, manifest: unknown): void {
  const entries = (manifest as Manifest).flatMap((group) => group.weights);
  net.loadFromWeightMap(tf.io.decodeWeights(bytes.buffer, entries) as never);
}

async function onTensor<T>(frame: Frame, use: (image: FaceApiImage) => Promise<T>): Promise<T> {
  const { width, height, data } = frame;
  const bytes = new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
  const image = tf.browser.fromPixels({ width, height, data: bytes });
  try {
    return await use(image as unknown as FaceApiImage);
  } finally {
    image.dispose();
  }
}

/** Whole pixels inside the frame, so that crop and landmarks share one origin. */
function insideFrame(box: PixelBox, frame: Frame): PixelBox {
  const x = Math.max(0, Math.floor(box.x));
  const y = Math.max(0, Math.floor(box.y));
  const right = Math.min(frame.width, Math.floor(box.x + box.width));
  const bottom = Math.min(frame.height, Math.floor(box.y + box.height));
  return { x, y, width: Math.max(0, right - x), height: Math.max(0, bottom - y) };
}

/** face-api's own crop: the landmarks' bounding box, a fifth of its size added all round. */
function alignedBox(landmarks: Float32Array, frame: Frame): Rect {
  const relative = Array.from(
    { length: LANDMARK_COUNT },
    (_, index) =>
      new Point((landmarks[2 * index] ?? 0) / frame.width, (landmarks[2 * index + 1] ?? 0) / frame.height),
  );
  const { x, y, width, height } = new FaceLandmarks68(relative, frame).align();
  return new Rect(x, y, width, height);
}
