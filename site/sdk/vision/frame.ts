/** One picture in memory: RGBA bytes, rows from the top. Matches `ImageData`, and can be made without a DOM. */
export interface Frame {
  width: number;
  height: number;
  data: Uint8ClampedArray;
}

/** A rectangle in pixels of the frame. */
export interface PixelBox {
  x: number;
  y: number;
  width: number;
  height: number;
}

/** What found a face: the small network, or the large one that is loaded where the small one finds nothing. */
export type DetectorName = "tiny" | "ssd";

/** Where a face is, before anything else is known of it. */
export interface Detection {
  /** The detector's confidence, 0 to 1. */
  score: number;
  box: PixelBox;
  detector: DetectorName;
}

/** A face found in a frame. */
export interface Face extends Detection {
  /** 68 pairs x, y in pixels of the frame (iBUG 300-W order). */
  landmarks: Float32Array;
}

/** What one frame shows: the nearest face, and how many there are beside it. */
export interface Sight {
  faceCount: number;
  face: Face | null;
}

/** A face turned into numbers. */
export interface Description {
  /** The capture's 128 numbers: the mean of the two below. */
  descriptor: Float32Array;
  /** Of the aligned chip. */
  ofChip: Float32Array;
  /** Of the chip's mirror image. */
  ofMirror: Float32Array;
  /** As found again on the aligned chip, where the network sees best: 68 pairs x, y in pixels of the frame. */
  landmarks: Float32Array;
  /** Roll of the eye line that was still found on the chip which the first landmarks had aligned, degrees. */
  residualRollDeg: number;
}
