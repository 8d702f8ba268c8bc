import { env } from "@vladmandic/face-api/dist/face-api.esm-nobundle.js";

/**
 * face-api asks its environment whether what it is given is a canvas or an image, and knows pages and Node only. In a
 * worker it is told that nothing is: it is given tensors.
 */
export function lendCanvasTypes(): void {
  const Never = function never(): void {
    // nothing is one
  };
  const refuse = (): never => {
    throw new Error("there is no document in a worker");
  };
  env.setEnv({
    Canvas: Never,
    CanvasRenderingContext2D: Never,
    Image: Never,
    ImageData: Never,
    Video: Never,
    createCanvasElement: refuse,
    createImageElement: refuse,
    createVideoElement: refuse,
    fetch: refuse,
    readFile: refuse,
  } as never);
}
