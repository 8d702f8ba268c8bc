import type { Quality } from "../sdk/types";
import type { VisionEngine } from "../sdk/vision/engine";
import type { DetectorName, Frame } from "../sdk/vision/frame";
import { measureCapture } from "../sdk/vision/quality/measure";
import { UnreadablePictureError, decodePicture } from "./picture";

/** What became of one picture. */
export type Outcome =
  | {
      kind: "embedded";
      /** Of the aligned chip, 128 numbers. */
      descriptor: Float32Array;
      /** Of the chip's mirror image. */
      mirror: Float32Array;
      detector: DetectorName;
      quality: Quality;
    }
  | { kind: "no-face" }
  | { kind: "unreadable"; why: string };

/** Takes one picture through the browser's own pipeline. A broken file is an outcome, not an error. */
export async function embedPicture(engine: VisionEngine, bytes: Uint8Array): Promise<Outcome> {
  let frame: Frame;
  try {
    frame = decodePicture(bytes);
  } catch (error) {
    if (error instanceof UnreadablePictureError) return { kind: "unreadable", why: error.message };
    throw error;
  }
  const { faceCount, face } = await engine.look(frame);
  const description = face && (await engine.describe(frame, face.landmarks));
  if (face === null || description === null) return { kind: "no-face" };
  return {
    kind: "embedded",
    descriptor: description.ofChip,
    mirror: description.ofMirror,
    detector: face.detector,
    quality: measureCapture(frame, { faceCount, face }, description),
  };
}
