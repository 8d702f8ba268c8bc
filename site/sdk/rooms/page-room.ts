import { PixelReader } from "../camera/pixels";
import { VideoFrames } from "../camera/video-frames";
import { type FrameSource, runCapture } from "../capture/capture";
import { createVisionEngine } from "../vision/engine";
import type { CaptureRoom, RoomOptions } from "./room";

/** The ceremony on the page's own thread: for browsers without OffscreenCanvas, and pages of another origin. */
export async function openPageRoom(options: RoomOptions): Promise<CaptureRoom> {
  const engine = await createVisionEngine(options);
  return {
    capture: async ({ camera, ...ceremony }) => {
      const pixels = new PixelReader();
      const frames = new VideoFrames(camera, (video) =>
        pixels.read(video, { width: video.videoWidth, height: video.videoHeight }),
      );
      const source: FrameSource = {
        next: async (signal) => {
          const next = await frames.next(signal);
          return next === "hidden" ? next : { frame: next.picture, timeMs: next.timeMs };
        },
        untilVisible: async (signal) => frames.untilVisible(signal),
      };
      try {
        return await runCapture({ ...ceremony, source, engine });
      } finally {
        pixels.dispose();
      }
    },
    dispose: () => {
      engine.dispose();
    },
  };
}
