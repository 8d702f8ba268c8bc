import {
  FaceLandmark68Net,
  type FaceLandmarks68,
  FaceRecognitionNet,
  Rect,
  extractFaceTensors,
} from "@vladmandic/face-api/dist/face-api.esm-nobundle.js";
import landmarkManifest from "@vladmandic/face-api/model/face_landmark_68_model-weights_manifest.json";
import recognitionManifest from "@vladmandic/face-api/model/face_recognition_model-weights_manifest.json";

import { ModelError } from "../errors";
import { timed } from "../timing";
import type { LoadProgress } from "../types";
import { simdIsSupported, startBackend, stopBackend } from "./backend";
import { CHIP_SIZE_PX, type Similarity, chipPlacement, moved, scaleOf } from "./alignment";
import { type Chip, cutChip, mirrored } from "./chip";
import { FaceFinder, type SecondDetector, type SecondLook } from "./detection";
import { eyeLineDeg } from "./eye-line";
import type { Description, Detection, Frame, PixelBox, Sight } from "./frame";
import { type FetchAsset, loadAssets } from "./load-assets";
import { type FaceMesh, MeshTracker } from "./mesh/mesh";
import { type FaceApiImage, LANDMARK_COUNT, loadWeights, onChips, onTensor, tensorsAlive } from "./tensors";

// People far behind do not stop anybody from signing in; somebody who shares the picture does.
const COMPANION_MIN_WIDTH_SHARE = 0.4;
const NOBODY: Sight = { faceCount: 0, face: null };
// The tiny detector cuts tighter than what the landmark network was trained on: with a tenth more on every side
// 18 degrees of roll move the descriptor of 57 LFW pictures by .028 in the middle, without it .032.
const LANDMARK_MARGIN = 0.1;
// Pixels of the frame to one of the chip: 3 px between the eyes. Less is no face but a division by nearly nothing.
const MIN_CHIP_SCALE = 0.05;
// Of the size that cameras are asked for, so that the first real frame finds its memory ready.
const WARM_UP_FRAME = { width: 640, height: 480 };

/** The networks on their backend. Everything stays on this device. */
export interface VisionEngine {
  /** Finds the nearest face with its landmarks. */
  look(frame: Frame): Promise<Sight>;
  /** Finds where faces of comparable size are, the nearest first. */
  detect(frame: Frame): Promise<readonly Detection[]>;
  /**
   * As `detect`, by the small detector alone: what a face that is followed needs now and then. It need not be found anew,
   * and the large one, loaded in the middle of a ceremony, would leave a gap between frames that ends it.
   */
  glance(frame: Frame): Promise<readonly Detection[]>;
  /**
   * Follows the face's mesh from the frame before, or begins in `box`, where a face was detected; null where neither
   * shows one. A fourth of the work of `look`.
   */
  follow(frame: Frame, box: PixelBox | null): FaceMesh | null;
  /** The next `follow` begins anew. */
  stopFollowing(): void;
  /** Turns the face with these landmarks into numbers; null when there is no face's area of the frame under them. */
  describe(frame: Frame, landmarks: Float32Array): Promise<Description | null>;
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
  secondLook = "in-background",
}: {
  assets: string;
  signal: AbortSignal;
  onProgress?: (progress: LoadProgress) => void;
  fetchAsset?: FetchAsset;
  secondLook?: SecondLook;
}): Promise<VisionEngine> {
  const source = { baseUrl: assets, ...(fetchAsset && { fetchAsset }) };
  const wasmName = simdIsSupported() ? "wasmSimd" : "wasmPlain";
  const loaded = await loadAssets([wasmName, "detector", "landmarks", "recognition", "meshGraph", "mesh"], {
    ...source,
    signal,
    onProgress,
  });
  await startBackend(loaded[wasmName]);
  const engine = new FaceApiEngine(loaded, secondLook, async (lifetime) => {
    const [{ SsdDetector }, { ssd }] = await Promise.all([
      import("./ssd"),
      loadAssets(["ssd"], { ...source, signal: lifetime, onProgress: () => undefined }),
    ]);
    lifetime.throwIfAborted();
    return new SsdDetector(ssd);
  });
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
  readonly #finder: FaceFinder;
  readonly #landmarkNet = new FaceLandmark68Net();
  readonly #recognitionNet = new FaceRecognitionNet();
  readonly #mesh: MeshTracker;
  readonly #lifetime = new AbortController();

  constructor(
    weights: Record<"detector" | "landmarks" | "recognition" | "meshGraph" | "mesh", Uint8Array<ArrayBuffer>>,
    secondLook: SecondLook,
    loadSecond: (lifetime: AbortSignal) => Promise<SecondDetector>,
  ) {
    this.#finder = new FaceFinder(weights.detector, secondLook, async () =>
      loadSecond(this.#lifetime.signal),
    );
    loadWeights(this.#landmarkNet, weights.landmarks, landmarkManifest);
    loadWeights(this.#recognitionNet, weights.recognition, recognitionManifest);
    this.#mesh = new MeshTracker(weights.meshGraph, weights.mesh);
  }

  /** The first run of a network prepares its weights; a person should not wait for that in front of a camera. */
  async warmUp(): Promise<void> {
    const { width, height } = WARM_UP_FRAME;
    const blank: Frame = { width, height, data: new Uint8ClampedArray(width * height * 4) };
    await onTensor(blank, async (image) => {
      await this.#finder.findFirst(image, blank);
      await this.#landmarksIn(image, { x: 0, y: 0, width: height, height });
    });
    this.#mesh.warmUp();
    const chip = cutChip(blank, { a: 1, b: 0, tx: 0, ty: 0 });
    await this.#descriptorsOf([chip, chip]);
  }

  async look(frame: Frame): Promise<Sight> {
    this.#refuseWhenDisposed();
    return timed("look", async () => onTensor(frame, async (image) => this.#lookAt(image, frame)));
  }

  async detect(frame: Frame): Promise<readonly Detection[]> {
    this.#refuseWhenDisposed();
    return timed("look", async () =>
      onTensor(frame, async (image) => companionsOf(await this.#finder.find(image, frame))),
    );
  }

  async glance(frame: Frame): Promise<readonly Detection[]> {
    this.#refuseWhenDisposed();
    return timed("look", async () =>
      onTensor(frame, async (image) => companionsOf(await this.#finder.findFirst(image, frame))),
    );
  }

  follow(frame: Frame, box: PixelBox | null): FaceMesh | null {
    this.#refuseWhenDisposed();
    return this.#mesh.find(frame, box);
  }

  stopFollowing(): void {
    this.#mesh.forget();
  }

  async describe(frame: Frame, landmarks: Float32Array): Promise<Description | null> {
    this.#refuseWhenDisposed();
    return timed("describe", async () => this.#describeFace(frame, landmarks));
  }

  tensorCount(): number {
    return tensorsAlive();
  }

  dispose(): void {
    if (this.#lifetime.signal.aborted) return;
    this.#lifetime.abort(new ModelError("not-prepared"));
    this.#mesh.dispose();
    for (const net of [this.#finder, this.#landmarkNet, this.#recognitionNet]) net.dispose(false);
    stopBackend();
  }

  async #lookAt(image: FaceApiImage, frame: Frame): Promise<Sight> {
    const found = companionsOf(await this.#finder.find(image, frame));
    const nearest = found[0];
    if (nearest === undefined) return NOBODY;
    const landmarks = await this.#landmarksIn(image, roomier(nearest.box));
    if (landmarks === null) return NOBODY;
    return { faceCount: found.length, face: { ...nearest, landmarks } };
  }

  /**
   * Aligns once more: the landmarks of a rolled head are off, and those that are found on the chip, where it is
   * upright, are not. Either chip is cut from the frame itself, so nothing is sampled twice.
   */
  async #describeFace(frame: Frame, first: Float32Array): Promise<Description | null> {
    const rough = chipPlacement(first);
    if (!showsFace(frame, rough)) return null;
    const onChip = await this.#landmarksOn(cutChip(frame, rough));
    const residualRollDeg = eyeLineDeg(onChip);
    const landmarks = moved(onChip, rough);
    const placement = chipPlacement(landmarks);
    if (!showsFace(frame, placement)) return null;
    const chip = cutChip(frame, placement);
    const [ofChip, ofMirror] = await this.#descriptorsOf([chip, mirrored(chip)]);
    const descriptor = ofChip.map((value, index) => (value + (ofMirror[index] ?? 0)) / 2);
    return { descriptor, ofChip, ofMirror, landmarks, residualRollDeg };
  }

  async #landmarksIn(image: FaceApiImage, box: PixelBox): Promise<Float32Array | null> {
    const [crop] = await extractFaceTensors(image, [new Rect(box.x, box.y, box.width, box.height)]);
    if (crop === undefined) return null;
    try {
      return await this.#landmarksOf(crop, box);
    } finally {
      crop.dispose();
    }
  }

  async #landmarksOn(chip: Chip): Promise<Float32Array> {
    const whole = { x: 0, y: 0, width: CHIP_SIZE_PX, height: CHIP_SIZE_PX };
    return onChips([chip], async (images) => this.#landmarksOf(images[0], whole));
  }

  /** The landmarks of what shows this box, in the pixels that the box is given in. */
  async #landmarksOf(crop: FaceApiImage, box: PixelBox): Promise<Float32Array> {
    const { relativePositions } = (await this.#landmarkNet.detectLandmarks(crop)) as FaceLandmarks68;
    const landmarks = new Float32Array(2 * LANDMARK_COUNT);
    relativePositions.forEach((point, index) => {
      landmarks[2 * index] = box.x + point.x * box.width;
      landmarks[2 * index + 1] = box.y + point.y * box.height;
    });
    return landmarks;
  }

  async #descriptorsOf(chips: [Chip, Chip]): Promise<[Float32Array, Float32Array]> {
    return onChips(
      chips,
      async (images) =>
        (await this.#recognitionNet.computeFaceDescriptor(images)) as [Float32Array, Float32Array],
    );
  }

  #refuseWhenDisposed(): void {
    if (this.#lifetime.signal.aborted) throw new ModelError("not-prepared");
  }
}

/** The nearest, and who is about as near. `found`: the widest first. */
function companionsOf(found: readonly Detection[]): readonly Detection[] {
  const widest = found[0]?.box.width ?? 0;
  return found.filter(({ box }) => box.width >= COMPANION_MIN_WIDTH_SHARE * widest);
}

/** The box with room around it, in whole pixels; it may reach over the frame's edge. */
function roomier({ x, y, width, height }: PixelBox): PixelBox {
  const [across, down] = [Math.round(width * LANDMARK_MARGIN), Math.round(height * LANDMARK_MARGIN)];
  return { x: x - across, y: y - down, width: width + 2 * across, height: height + 2 * down };
}

/** Whether there is a face's area under the chip, and its middle lies in the frame. */
function showsFace({ width, height }: Frame, placement: Similarity): boolean {
  if (!(scaleOf(placement) >= MIN_CHIP_SCALE)) return false;
  const middle = moved(Float32Array.of(CHIP_SIZE_PX / 2, CHIP_SIZE_PX / 2), placement);
  const [x, y] = [middle[0] ?? -1, middle[1] ?? -1];
  return x >= 0 && y >= 0 && x < width && y < height;
}
