import {
  TinyFaceDetector,
  TinyFaceDetectorOptions,
} from "@vladmandic/face-api/dist/face-api.esm-nobundle.js";
import tinyManifest from "@vladmandic/face-api/model/tiny_face_detector_model-weights_manifest.json";

import type { Detection, Frame } from "./frame";
import { type FaceApiImage, type RelativeDetection, detectionsIn, loadWeights, shrunk } from "./tensors";

// The detector's square input. On 640x480 cuts of face-api's sample pictures with 90 and 140 px between the eyes,
// 224 found 10 of 12 faces and 320 only 7: large inputs miss faces that fill the frame. It is also twice as fast,
// and at 50 px, the farthest that guidance accepts, both find 6 of 6.
const TINY_INPUT_PX = 224;
const MIN_SCORE = 0.5; // face-api's own default
// One miss is a blink of the detector; two in a row are a face that it does not see, or nobody.
const MISSES_BEFORE_SECOND_LOOK = 2;
// A second look takes some ten times as long as a first: before an empty chair not every frame gets one.
const FRAMES_BETWEEN_VAIN_SECOND_LOOKS = 4;

/** A detector that is not loaded until it is needed. */
export interface SecondDetector {
  find(image: FaceApiImage, frame: Frame): Promise<RelativeDetection[]>;
  dispose(): void;
}

/**
 * `in-background`: for a camera. Loading starts when two frames in a row showed nobody, and no frame waits for it.
 * `at-once`: for a single picture, which has no next frame; it waits.
 */
export type SecondLook = "in-background" | "at-once";

/** Finds faces: by the small detector, and where that finds nobody by the large one. */
export class FaceFinder {
  readonly #tiny = new TinyFaceDetector();
  #second: SecondDetector | null = null;
  #loading: Promise<void> | null = null;
  #misses = 0;
  #vainSecondLooks = 0;
  #isDisposed = false;

  constructor(
    tinyWeights: Uint8Array<ArrayBuffer>,
    readonly secondLook: SecondLook,
    readonly loadSecond: () => Promise<SecondDetector>,
  ) {
    loadWeights(this.#tiny, tinyWeights, tinyManifest);
  }

  /** Every face in the frame, the widest first. */
  async find(image: FaceApiImage, frame: Frame): Promise<Detection[]> {
    const found = await this.findFirst(image, frame);
    if (found.length > 0) {
      this.#misses = 0;
      this.#vainSecondLooks = 0;
      return found;
    }
    this.#misses += 1;
    const second = await this.#secondDetector();
    if (second === null || this.#mayRest()) return [];
    const foundThen = detectionsIn(await second.find(image, frame), "ssd", frame);
    this.#vainSecondLooks = foundThen.length > 0 ? 0 : this.#vainSecondLooks + 1;
    return foundThen;
  }

  /** As `find`, by the small detector alone. */
  async findFirst(image: FaceApiImage, frame: Frame): Promise<Detection[]> {
    const small = shrunk(image, frame, TINY_INPUT_PX);
    try {
      const options = new TinyFaceDetectorOptions({ inputSize: TINY_INPUT_PX, scoreThreshold: MIN_SCORE });
      return detectionsIn(await this.#tiny.locateFaces(small, options), "tiny", frame);
    } finally {
      small.dispose();
    }
  }

  dispose(): void {
    this.#isDisposed = true;
    this.#tiny.dispose(false);
    this.#second?.dispose();
    this.#second = null;
  }

  async #secondDetector(): Promise<SecondDetector | null> {
    if (this.secondLook === "at-once") {
      await (this.#loading ??= this.#load());
    } else if (this.#misses >= MISSES_BEFORE_SECOND_LOOK) {
      // Where it cannot be had, the small detector stays alone: the person is told that no face is seen.
      this.#loading ??= this.#load().catch(() => undefined);
    }
    return this.#second;
  }

  #mayRest(): boolean {
    return (
      this.secondLook === "in-background" &&
      this.#vainSecondLooks > 0 &&
      this.#misses % FRAMES_BETWEEN_VAIN_SECOND_LOOKS !== 0
    );
  }

  async #load(): Promise<void> {
    const second = await this.loadSecond();
    if (this.#isDisposed) second.dispose();
    else this.#second = second;
  }
}
