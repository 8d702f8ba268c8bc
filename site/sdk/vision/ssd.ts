import { SsdMobilenetv1, SsdMobilenetv1Options } from "@vladmandic/face-api/dist/face-api.esm-nobundle.js";
import manifest from "@vladmandic/face-api/model/ssd_mobilenetv1_model-weights_manifest.json";

import type { SecondDetector } from "./detection";
import type { Frame } from "./frame";
import { type FaceApiImage, type RelativeDetection, loadWeights, shrunk } from "./tensors";

const INPUT_PX = 512; // the network's own
// Below face-api's .5: of 2,906 LFW pictures, each with a face, 63 showed none at .5, to both detectors.
const MIN_SCORE = 0.3;

/** The large detector, from its weights. In a file of its own, so that it is loaded only where it is needed. */
export class SsdDetector implements SecondDetector {
  readonly #net = new SsdMobilenetv1();

  constructor(weights: Uint8Array<ArrayBuffer>) {
    loadWeights(this.#net, weights, manifest);
  }

  async find(image: FaceApiImage, frame: Frame): Promise<RelativeDetection[]> {
    const small = shrunk(image, frame, INPUT_PX);
    try {
      return await this.#net.locateFaces(small, new SsdMobilenetv1Options({ minConfidence: MIN_SCORE }));
    } finally {
      small.dispose();
    }
  }

  dispose(): void {
    this.#net.dispose(false);
  }
}
