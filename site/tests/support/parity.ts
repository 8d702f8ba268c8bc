/** For tests/e2e/test_parity.py: the SDK's vision code in a page, on a picture instead of a camera. */
import { createVisionEngine } from "../../sdk/vision/engine";

/** The numbers of the face in the picture at `url`, of its chip and of the mirror image, or null without a face. */
export async function describePicture(
  url: string,
  assets: string,
): Promise<{ ofChip: number[]; ofMirror: number[] } | null> {
  const engine = await createVisionEngine({
    assets,
    signal: new AbortController().signal,
    secondLook: "at-once",
  });
  try {
    const frame = await pixelsOf(url);
    const { face } = await engine.look(frame);
    const description = face && (await engine.describe(frame, face.landmarks));
    if (description === null) return null;
    return { ofChip: Array.from(description.ofChip), ofMirror: Array.from(description.ofMirror) };
  } finally {
    engine.dispose();
  }
}

async function pixelsOf(url: string): Promise<ImageData> {
  const picture = new Image();
  picture.src = url;
  await picture.decode();
  const canvas = new OffscreenCanvas(picture.naturalWidth, picture.naturalHeight);
  const context = canvas.getContext("2d", { willReadFrequently: true, alpha: false });
  if (context === null) throw new Error("no canvas");
  context.drawImage(picture, 0, 0);
  return context.getImageData(0, 0, canvas.width, canvas.height);
}
