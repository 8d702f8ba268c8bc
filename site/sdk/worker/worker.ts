/** The networks and the ceremony in a thread of their own, so that the page stays smooth. */
import { PixelReader } from "../camera/pixels";
import { type FrameSource, runCapture } from "../capture/capture";
import { ModelError } from "../errors";
import { type VisionEngine, createVisionEngine } from "../vision/engine";
import { lendCanvasTypes } from "../vision/worker-environment";
import { Channel, type Port } from "./channel";
import type { PageMethods, WorkerMethods } from "./protocol";

lendCanvasTypes();

let engine: VisionEngine | null = null;
const pixels = new PixelReader();

const methods: WorkerMethods = {
  prepare: async ({ assets }, signal) => {
    engine ??= await createVisionEngine({
      assets,
      signal,
      onProgress: (progress) => {
        page.tell("progressed", progress);
      },
    });
  },
  capture: async ({ purpose, profile, stepMs }, signal) => {
    if (engine === null) throw new ModelError("not-prepared");
    try {
      return await runCapture({
        source,
        engine,
        script: {
          open: async (limits) => page.call("openScript", null, limits),
          reveal: async (seal, limits) => page.call("revealScript", seal, limits),
        },
        purpose,
        profile,
        stepMs,
        signal,
        onGuidance: (guidance) => {
          page.tell("guided", guidance);
        },
      });
    } finally {
      pixels.dispose();
    }
  },
};

const source: FrameSource = {
  next: async (signal) => {
    const next = await page.call("nextPicture", null, signal);
    if (next === "hidden") return next;
    try {
      return { frame: pixels.read(next.picture, next.picture), timeMs: next.timeMs };
    } finally {
      next.picture.close();
    }
  },
  untilVisible: async (signal) => page.call("untilVisible", null, signal),
};

const page = new Channel<PageMethods>(globalThis as unknown as Port, methods);

// Whoever watches the page's performance timeline sees what happens here too.
new PerformanceObserver((list) => {
  for (const { name, duration } of list.getEntries()) page.tell("measured", { name, durationMs: duration });
}).observe({ entryTypes: ["measure"] });
