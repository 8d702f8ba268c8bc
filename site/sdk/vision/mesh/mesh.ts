import * as tf from "@tensorflow/tfjs-core";

import { type Similarity, scaleOf } from "../alignment";
import type { Frame, PixelBox } from "../frame";
import { CROP_SIZE_PX, cropOfBox, cropOfMesh, cutCrop } from "./crop";
import { FrozenGraph } from "./graph";
import { MESH_POINT_COUNT } from "./layout";

/** A face's mesh in one frame. */
export interface FaceMesh {
  /** 468 triples x, y, z: pixels of the frame; z is towards the camera, about the middle of the head. */
  points: Float32Array;
  /** How sure the network is that a face is there, 0 to 1. */
  score: number;
}

const MESH_OUTPUT = "Identity_2";
const SCORE_OUTPUT = "Identity_1";
// As in MediaPipe's graph: below this, a face is not followed any more but looked for again.
const MIN_SCORE = 0.5;
// Pixels of the frame to one of the crop: less is 20 px of face, and no mesh but a guess.
const MIN_CROP_SCALE = 0.15;

/** Finds a face's mesh, and finds it again from frame to frame without a detector. */
export class MeshTracker {
  readonly #graph: FrozenGraph;
  readonly #pixels = new Float32Array(CROP_SIZE_PX * CROP_SIZE_PX * 3);
  #last: Float32Array | null = null;

  constructor(graph: Uint8Array, weights: Uint8Array<ArrayBuffer>) {
    this.#graph = new FrozenGraph(graph, weights, [MESH_OUTPUT, SCORE_OUTPUT]);
  }

  get isTracking(): boolean {
    return this.#last !== null;
  }

  /**
   * The mesh of the face that was there a frame ago, or else of the one in `box`; null where there is none. The crop is
   * turned upright by the eyes of the mesh before; a new face is therefore looked at twice.
   */
  find(frame: Frame, box: PixelBox | null): FaceMesh | null {
    const followed = this.#last && this.#meshIn(frame, cropOfMesh(this.#last));
    const found = followed ?? (box && this.#lookTwice(frame, box));
    this.#last = found?.points ?? null;
    return found;
  }

  /** The next frame shows somebody else, or the same face elsewhere. */
  forget(): void {
    this.#last = null;
  }

  /** The first run prepares the weights. */
  warmUp(): void {
    const side = CROP_SIZE_PX;
    const blank = { width: side, height: side, data: new Uint8ClampedArray(4 * side * side) };
    this.#meshIn(blank, cropOfBox({ x: 0, y: 0, width: side, height: side }));
  }

  dispose(): void {
    this.#graph.dispose();
  }

  #lookTwice(frame: Frame, box: PixelBox): FaceMesh | null {
    const first = this.#meshIn(frame, cropOfBox(box));
    return first && this.#meshIn(frame, cropOfMesh(first.points));
  }

  #meshIn(frame: Frame, place: Similarity): FaceMesh | null {
    if (!(scaleOf(place) >= MIN_CROP_SCALE)) return null;
    cutCrop(frame, place, this.#pixels);
    const input = tf.tensor4d(this.#pixels, [1, CROP_SIZE_PX, CROP_SIZE_PX, 3]);
    const [mesh, flag] = this.#graph.run(input);
    try {
      const score = flag?.dataSync()[0] ?? 0;
      if (mesh === undefined || !(score >= MIN_SCORE)) return null;
      const points = inFrame(mesh.dataSync<"float32">(), place);
      return points.every(Number.isFinite) ? { points, score } : null;
    } finally {
      tf.dispose([input, mesh, flag].filter((one) => one !== undefined));
    }
  }
}

function inFrame(crop: Float32Array, place: Similarity): Float32Array {
  const { a, b, tx, ty } = place;
  const scale = scaleOf(place);
  const points = new Float32Array(3 * MESH_POINT_COUNT);
  for (let at = 0; at < points.length; at += 3) {
    const [x, y] = [crop[at] ?? Number.NaN, crop[at + 1] ?? Number.NaN];
    points[at] = a * x - b * y + tx;
    points[at + 1] = b * x + a * y + ty;
    // The network counts depth away from the camera.
    points[at + 2] = -scale * (crop[at + 2] ?? Number.NaN);
  }
  return points;
}
