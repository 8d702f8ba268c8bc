import { CameraError } from "../errors";
import type { Frame } from "../vision/frame";

// Cameras that were asked for 640x480 may deliver more; the networks would only throw it away.
const MAX_FRAME_SIDE_PX = 640;

/** The size of the frame that a picture of this size becomes: never enlarged. */
export function frameSize(width: number, height: number): { width: number; height: number } {
  const scale = Math.min(1, MAX_FRAME_SIDE_PX / Math.max(width, height));
  return { width: Math.round(width * scale), height: Math.round(height * scale) };
}

/** Reads pictures into memory, in a page or in a worker. The one place of the SDK that touches pixels. */
export class PixelReader {
  // Read back for every frame: without the hint the browser would keep it on the graphics card.
  readonly #context = contextOf({ willReadFrequently: true, alpha: false });

  /** The picture's pixels, reduced to a frame's size. Throws `CameraError` where it has none. */
  read(picture: CanvasImageSource, full: { width: number; height: number }): Frame {
    const { width, height } = frameSize(full.width, full.height);
    const context = this.#context;
    if (context === null || !(width > 0 && height > 0)) throw new CameraError("interrupted");
    const { canvas } = context;
    // Setting a canvas's size clears it and costs an allocation, so only when it changes.
    if (canvas.width !== width || canvas.height !== height) {
      canvas.width = width;
      canvas.height = height;
    }
    context.drawImage(picture, 0, 0, width, height);
    return context.getImageData(0, 0, width, height);
  }

  /** Lets go of the last picture. */
  dispose(): void {
    if (this.#context === null) return;
    this.#context.canvas.width = 0;
    this.#context.canvas.height = 0;
  }
}

type Context = OffscreenCanvasRenderingContext2D | CanvasRenderingContext2D;

function contextOf(settings: CanvasRenderingContext2DSettings): Context | null {
  if (typeof OffscreenCanvas !== "undefined") return new OffscreenCanvas(1, 1).getContext("2d", settings);
  return document.createElement("canvas").getContext("2d", settings);
}
