import {
  FaceLandmark68Net,
  type FaceLandmarks68,
  FaceRecognitionNet,
  Rect,
  TinyFaceDetector,
  TinyFaceDetectorOptions,
  extractFaceTensors,
} from "@vladmandic/face-api/dist/face-api.esm-nobundle.js";
import landmarkManifest from "@vladmandic/face-api/model/face_landmark_68_model-weights_manifest.json";
import recognitionManifest from "@vladmandic/face-api/model/face_recognition_model-weights_manifest.json";
import detectorManifest from "@vladmandic/face-api/model/tiny_face_detector_model-weights_manifest.json";

import { ModelError } from "../errors";
import { timed } from "../timing";
import type { LoadProgress } from "../types";
import { simdIsSupported, startBackend, stopBackend } from "./backend";
import type { Frame, PixelBox, Sight } from "./frame";
import { type FetchAsset, loadAssets } from "./load-assets";
import {
  type FaceApiImage,
  LANDMARK_COUNT,
  alignedBox,
  loadWeights,
  onTensor,
  pixelsInside,
  shrunk,
  tensorsAlive,
} from "./tensors";

// The detector's square input. On 640x480 cuts of face-api's sample pictures with 90 and 140 px between the eyes,
// 224 found 10 of 12 faces and 320 only 7: large inputs miss faces that fill the frame. It is also twice as fast,
// and at 50 px, the farthest that guidance accepts, both find 6 of 6.
const DETECTOR_INPUT_PX = 224;
const DETECTOR_MIN_SCORE = 0.5; // face-api's own default
// People far behind do not stop anybody from signing in; somebody who shares the picture does.
const COMPANION_MIN_WIDTH_SHARE = 0.4;
const DESCRIPTOR_LENGTH = 128;
const NOBODY: Sight = { faceCount: 0, face: null };
// Of the size that cameras are asked for, so that the first real frame finds its memory ready.
const WARM_UP_FRAME = { width: 640, height: 480 };

/** The three networks on their backend. Everything stays on this device. */
export interface VisionEngine {
  /** Finds the nearest face with its landmarks. */
  look(frame: Frame): Promise<Sight>;
  /** Computes the 128 numbers of the face with these landmarks; all zero when they lie outside the frame. */
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
  #isDisposed = false;

  constructor(weights: Record<"detector" | "landmarks" | "recognition", Uint8Array<ArrayBuffer>>) {
    loadWeights(this.#detector, weights.detector, detectorManifest);
    loadWeights(this.#landmarkNet, weights.landmarks, landmarkManifest);
    loadWeights(this.#recognitionNet, weights.recognition, recognitionManifest);
  }

  /** The first run of a network prepares its weights; a person should not wait for that in front of a camera. */
  async warmUp(): Promise<void> {
    const { width, height } = WARM_UP_FRAME;
    const blank: Frame = { width, height, data: new Uint8ClampedArray(width * height * 4) };
    await onTensor(blank, async (image) => {
      await this.#lookAt(image, blank);
      await this.#landmarksIn(image, { x: 0, y: 0, width: height, height });
      await this.#describeCrop(image, new Rect(0, 0, height, height));
    });
  }

  async look(frame: Frame): Promise<Sight> {
    this.#refuseWhenDisposed();
    return timed("look", async () => onTensor(frame, async (image) => this.#lookAt(image, frame)));
  }

  async describe(frame: Frame, landmarks: Float32Array): Promise<Float32Array> {
    this.#refuseWhenDisposed();
    return timed("describe", async () =>
      onTensor(frame, async (image) => this.#describeCrop(image, alignedBox(landmarks, frame))),
    );
  }

  tensorCount(): number {
    return tensorsAlive();
  }

  dispose(): void {
    if (this.#isDisposed) return;
    this.#isDisposed = true;
    for (const net of [this.#detector, this.#landmarkNet, this.#recognitionNet]) net.dispose(false);
    stopBackend();
  }

  async #lookAt(image: FaceApiImage, frame: Frame): Promise<Sight> {
    const found = await this.#detect(image, frame);
    const nearest = found[0];
    if (nearest === undefined) return NOBODY;
    const landmarks = await this.#landmarksIn(image, nearest.box);
    if (landmarks === null) return NOBODY;
    const companions = found.filter(({ box }) => box.width >= COMPANION_MIN_WIDTH_SHARE * nearest.box.width);
    return { faceCount: companions.length, face: { ...nearest, landmarks } };
  }

  /** Every face, the widest first. */
  async #detect(image: FaceApiImage, frame: Frame): Promise<{ score: number; box: PixelBox }[]> {
    const small = shrunk(image, frame, DETECTOR_INPUT_PX);
    try {
      const found = await this.#detector.locateFaces(
        small,
        new TinyFaceDetectorOptions({ inputSize: DETECTOR_INPUT_PX, scoreThreshold: DETECTOR_MIN_SCORE }),
      );
      return found
        .map(({ score, relativeBox }) => ({ score, box: pixelsInside(relativeBox, frame) }))
        .filter(({ box }) => box.width > 0 && box.height > 0)
        .sort((a, b) => b.box.width - a.box.width);
    } finally {
      small.dispose();
    }
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

  async #describeCrop(image: FaceApiImage, box: Rect): Promise<Float32Array> {
    const [crop] = await extractFaceTensors(image, [box]);
    if (crop === undefined) return new Float32Array(DESCRIPTOR_LENGTH);
    try {
      return (await this.#recognitionNet.computeFaceDescriptor(crop)) as Float32Array;
    } finally {
      crop.dispose();
    }
  }

  #refuseWhenDisposed(): void {
    if (this.#isDisposed) throw new ModelError("not-prepared");
  }
}
