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

/** A face found in a frame. */
export interface Face {
  /** The detector's confidence, 0 to 1. */
  score: number;
  box: PixelBox;
  /** 68 pairs x, y in pixels of the frame (iBUG 300-W order). */
  landmarks: Float32Array;
}

/** What one frame shows: the nearest face, and how many there are beside it. */
export interface Sight {
  faceCount: number;
  face: Face | null;
}
