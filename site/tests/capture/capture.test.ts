import { describe, expect, test } from "vitest";

import { runCapture } from "../../sdk/capture/capture";
import type { Capture, Guidance } from "../../sdk/types";
import type { VisionEngine } from "../../sdk/vision/engine";
import {
  ScriptedSource,
  descriptionOf,
  descriptorOf,
  frontalFace,
  scriptedEngine,
  texturedFrame,
} from "../support/scripted";

interface Run {
  capture: Capture;
  guidance: Guidance[];
  source: ScriptedSource;
}

async function run({
  engine = scriptedEngine(),
  source = new ScriptedSource(),
  count = 3,
}: { engine?: VisionEngine; source?: ScriptedSource; count?: number } = {}): Promise<Run> {
  const guidance: Guidance[] = [];
  const signal = AbortSignal.timeout(10_000);
  const onGuidance = (one: Guidance): number => guidance.push(one);
  return { capture: await runCapture({ source, engine, count, signal, onGuidance }), guidance, source };
}

const floats = (encoded: string): Float32Array => {
  const bytes = Buffer.from(encoded, "base64");
  return new Float32Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length));
};

const framesOf = (capture: Capture): number => Buffer.from(capture.series.times_ms, "base64").length / 2;

describe("a ceremony", () => {
  test.each([3, 4, 5])("of %s captures gives the document of the contract", async (count) => {
    const { capture, guidance } = await run({ count });

    expect(Object.keys(capture)).toEqual(["model", "pipeline", "descriptors", "quality", "series"]);
    expect(capture.model).toBe("face-api-1.7.15/face_recognition");
    expect(capture.pipeline).toBe("aligned-mirror-1");
    expect(capture.descriptors).toHaveLength(count);
    expect(capture.quality).toHaveLength(count);
    expect(framesOf(capture)).toBeGreaterThanOrEqual(10);
    expect(guidance.at(-1)).toMatchObject({ state: "captured", progress: 1 });
    expect(guidance.filter(({ state }) => state === "captured")).toHaveLength(count);
  });

  test("spaces its captures in time, and none of them is another again", async () => {
    const { capture, guidance } = await run();

    const at = guidance.flatMap(({ state }, index) => (state === "captured" ? [index * 66] : []));
    expect(Math.min((at[1] ?? 0) - (at[0] ?? 0), (at[2] ?? 0) - (at[1] ?? 0))).toBeGreaterThanOrEqual(350);
    expect(new Set(capture.descriptors).size).toBe(3);
  });

  test("never exceeds 90 frames, however long somebody takes", async () => {
    let looks = 0;
    const turnedAway = {
      ...frontalFace(),
      landmarks: frontalFace().landmarks.map((v, i) => (i === 60 ? v + 60 : v)),
    };
    const engine = scriptedEngine({
      look: async () => Promise.resolve({ faceCount: 1, face: ++looks < 150 ? turnedAway : frontalFace() }),
    });

    const { capture, guidance } = await run({ engine });

    expect(guidance[0]?.state).toBe("not-frontal");
    expect(framesOf(capture)).toBe(90);
    expect(JSON.stringify(capture).length).toBeLessThan(48 * 1024);
  });

  test("takes no picture of a face that moves", async () => {
    let looks = 0;
    const engine = scriptedEngine({
      look: async () => {
        looks += 1;
        return Promise.resolve({
          faceCount: 1,
          face: frontalFace({ shift: looks < 20 ? (looks % 2) * 20 : 0 }),
        });
      },
    });

    const { guidance } = await run({ engine });

    expect(guidance.findIndex(({ state }) => state === "captured")).toBeGreaterThan(20);
  });

  test("takes no descriptor that no face has", async () => {
    let described = 0;
    const engine = scriptedEngine({
      describe: async () => {
        described += 1;
        return Promise.resolve(
          descriptionOf(described === 1 ? new Float32Array(128) : descriptorOf(0, described)),
        );
      },
    });

    const { capture } = await run({ engine });

    for (const descriptor of capture.descriptors)
      expect(Math.hypot(...floats(descriptor))).toBeCloseTo(1.44, 3);
    expect(described).toBe(4);
  });

  test("begins again when another person steps in", async () => {
    let described = 0;
    const engine = scriptedEngine({
      describe: async () => {
        described += 1;
        return Promise.resolve(descriptionOf(descriptorOf(described <= 2 ? 0 : 7, described)));
      },
    });

    const { capture, guidance } = await run({ engine });

    expect(described).toBe(5);
    const [first, ...others] = capture.descriptors.map(floats);
    for (const other of others) {
      expect(Math.hypot(...other.map((value, index) => value - (first?.[index] ?? 0)))).toBeLessThan(0.4);
    }
    const progress = guidance
      .filter(({ state }) => state === "captured")
      .map((one) => Math.round(one.progress * 3));
    expect(progress).toEqual([1, 2, 1, 2, 3]);
  });

  test("begins again when a phone is turned", async () => {
    const portrait = texturedFrame(480, 640);
    const source = new ScriptedSource(Array.from({ length: 8 }, () => portrait));

    const { capture } = await run({ source });

    expect(capture.series).toMatchObject({ frame_width: 640, frame_height: 480 });
    expect(capture.descriptors).toHaveLength(3);
  });

  test("pauses while the page is hidden, and goes on where it was", async () => {
    const frame = texturedFrame();
    const source = new ScriptedSource([frame, frame, frame, "hidden", frame]);

    const { guidance } = await run({ source });

    expect(guidance.map(({ state }) => state).filter((state) => state === "page-hidden")).toHaveLength(1);
    expect(guidance.at(-1)?.progress).toBe(1);
  });

  test("says where the face is in shares of the frame", async () => {
    const { guidance } = await run();

    expect(guidance[0]?.box).toEqual({ x: 212 / 640, y: 132 / 480, width: 216 / 640, height: 216 / 480 });
  });
});

describe("giving up a ceremony", () => {
  test("rejects with the caller's reason and looks at no further frame", async () => {
    const source = new ScriptedSource();
    const engine = scriptedEngine({ look: async () => Promise.resolve({ faceCount: 0, face: null }) });
    const caller = new AbortController();

    const capture = runCapture({
      source,
      engine,
      count: 3,
      signal: caller.signal,
      onGuidance: () => undefined,
    });
    setTimeout(() => {
      caller.abort();
    }, 20);

    await expect(capture).rejects.toMatchObject({ name: "AbortError" });
    const handedOut = source.handedOut;
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(source.handedOut).toBe(handedOut);
  });

  test("says nothing to the page after it was given up", async () => {
    const caller = new AbortController();
    const states: string[] = [];
    const engine = scriptedEngine({
      look: async () => {
        caller.abort();
        return Promise.resolve({ faceCount: 0, face: null });
      },
    });

    const capture = runCapture({
      source: new ScriptedSource(),
      engine,
      count: 3,
      signal: caller.signal,
      onGuidance: ({ state }) => states.push(state),
    });

    await expect(capture).rejects.toMatchObject({ name: "AbortError" });
    expect(states).toEqual([]);
  });
});
