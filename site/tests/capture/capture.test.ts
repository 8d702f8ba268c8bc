import { describe, expect, test } from "vitest";

import { BlinkWatch } from "../../sdk/capture/blink";
import { runCapture } from "../../sdk/capture/capture";
import type { Capture, CapturePurpose, Guidance, GuidanceState, Quality } from "../../sdk/types";
import type { VisionEngine } from "../../sdk/vision/engine";
import type { Face } from "../../sdk/vision/frame";
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
  purpose = "probe",
}: { engine?: VisionEngine; source?: ScriptedSource; purpose?: CapturePurpose } = {}): Promise<Run> {
  const guidance: Guidance[] = [];
  const signal = AbortSignal.timeout(10_000);
  const onGuidance = (one: Guidance): number => guidance.push(one);
  return { capture: await runCapture({ source, engine, purpose, signal, onGuidance }), guidance, source };
}

/** An engine that sees, frame by frame, whatever this says; frames are 66 ms apart. */
function seeing(faceAt: (frame: number) => Face): VisionEngine {
  let frame = 0;
  return scriptedEngine({
    look: async () => {
      frame += 1;
      return Promise.resolve({ faceCount: 1, face: faceAt(frame) });
    },
  });
}

const floats = (encoded: string): Float32Array => {
  const bytes = Buffer.from(encoded, "base64");
  return new Float32Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length));
};

const framesOf = (capture: Capture): number => Buffer.from(capture.series.times_ms, "base64").length / 2;

describe("a ceremony", () => {
  test.each([
    ["probe", 3],
    ["enrolment", 4],
  ] as const)("for a %s gives the document of the contract", async (purpose, count) => {
    const { capture, guidance } = await run({ purpose });

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

describe("a probe", () => {
  const noise = texturedFrame();
  const dim = { ...noise, data: noise.data.map((value, index) => (index % 4 === 3 ? value : value * 0.53)) };

  test("takes three looks in good light and five in poor light: more evidence, never a looser bar", async () => {
    const inPoorLight = await run({ source: new ScriptedSource([], dim) });
    const inGoodLight = await run();

    expect(inPoorLight.capture.quality[0]?.luminance_mean).toBeLessThan(80);
    expect(inPoorLight.capture.descriptors).toHaveLength(5);
    expect(inGoodLight.capture.descriptors).toHaveLength(3);
  });

  test("says how many looks it takes as soon as it knows", async () => {
    const { guidance } = await run({ source: new ScriptedSource([], dim) });

    const counts = guidance.filter(({ state }) => state === "captured").map(({ taken, wanted }) => `${taken} of ${wanted}`); // prettier-ignore
    expect(guidance[0]).toMatchObject({ taken: 0, wanted: 3, progress: 0 });
    expect(counts).toEqual(["1 of 5", "2 of 5", "3 of 5", "4 of 5", "5 of 5"]);
  });

  test("never holds one frame twice: what is the same to float precision is no evidence", async () => {
    let described = 0;
    const engine = scriptedEngine({
      describe: async () => {
        described += 1;
        return Promise.resolve(descriptionOf(descriptorOf(0, described < 4 ? 1 : described)));
      },
    });

    const { capture } = await run({ engine });

    expect(described).toBe(5);
    const [a, b, c] = capture.descriptors.map(floats) as [Float32Array, Float32Array, Float32Array];
    for (const [one, other] of [[a, b], [b, c], [a, c]] as const) {
      expect(Math.hypot(...one.map((value, index) => value - (other[index] ?? 0)))).toBeGreaterThan(1e-3);
    } // prettier-ignore
  });
});

describe("an enrolment", () => {
  const obedient = async (from = 90): Promise<Run & { states: GuidanceState[] }> => {
    // Does what was last said, as a person does: turns, comes nearer, looks straight again.
    let said: GuidanceState = "no-face";
    const guidance: Guidance[] = [];
    const views: Partial<Record<GuidanceState, Parameters<typeof frontalFace>[0]>> = {
      "turn-left": { yawDeg: 12, interOcularPx: from },
      "turn-right": { yawDeg: -12, interOcularPx: from },
      "come-closer": { interOcularPx: from * 1.2 },
      "move-back": { interOcularPx: from * 0.8 },
    };
    let view: Parameters<typeof frontalFace>[0] = { interOcularPx: from };
    const engine = seeing(() => {
      if (said !== "hold-still" && said !== "captured" && said !== "blurred") view = views[said] ?? { interOcularPx: from }; // prettier-ignore
      return frontalFace(view);
    });
    const source = new ScriptedSource();
    const capture = await runCapture({
      source,
      engine,
      purpose: "enrolment",
      signal: AbortSignal.timeout(10_000),
      onGuidance: (one) => {
        said = one.state;
        guidance.push(one);
      },
    });
    const states = guidance.map(({ state }) => state).filter((state, index, all) => state !== all[index - 1]);
    return { capture, guidance, source, states };
  };

  test("asks for a straight look, both sides and another distance, and takes one of each", async () => {
    const { capture, states } = await obedient();

    const asked = states.filter((state) => state !== "hold-still" && state !== "captured");
    expect(asked).toEqual(["turn-left", "turn-right", "come-closer"]);
    const [straight, left, right, closer] = capture.quality as [Quality, Quality, Quality, Quality];
    expect(capture.quality).toHaveLength(4);
    expect(left.yaw_deg - straight.yaw_deg).toBeCloseTo(12, 0);
    expect(right.yaw_deg - straight.yaw_deg).toBeCloseTo(-12, 0);
    expect(closer.inter_ocular_px / straight.inter_ocular_px).toBeCloseTo(1.2, 1);
  });

  test("whoever is near already is asked to move back instead", async () => {
    const { states } = await obedient(130);

    expect(states).toContain("move-back");
    expect(states).not.toContain("come-closer");
  });

  test("is over in less than ten seconds for somebody who follows", async () => {
    const { source } = await obedient();

    expect(source.handedOut * 66).toBeLessThan(10_000);
  });

  test("takes somebody who does not turn as they are, after a while", async () => {
    const { capture, guidance, source } = await run({ purpose: "enrolment" });

    expect(capture.descriptors).toHaveLength(4);
    expect(guidance.some(({ state }) => state === "turn-left")).toBe(true);
    expect(source.handedOut * 66).toBeGreaterThan(12_000);
    expect(source.handedOut * 66).toBeLessThan(20_000);
  });
});

describe("a blink", () => {
  test("is a dip below how open the same eyes usually are, whatever that is", () => {
    for (const usual of [0.3, 0.9]) {
      const watch = new BlinkWatch();
      for (let frame = 0; frame < 10; frame += 1) expect(watch.sees(usual)).toBe(false);

      expect(watch.sees(usual * 0.4)).toBe(true);
      expect(watch.sees(usual)).toBe(false);
    }
  });

  test("never lasts: eyes that stay narrow are soon how they are", () => {
    const watch = new BlinkWatch();
    for (let frame = 0; frame < 10; frame += 1) watch.sees(0.9);

    const seen = Array.from({ length: 30 }, () => watch.sees(0.2));

    expect(seen[0]).toBe(true);
    expect(seen.at(-1)).toBe(false);
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
      purpose: "probe",
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
      purpose: "probe",
      signal: caller.signal,
      onGuidance: ({ state }) => states.push(state),
    });

    await expect(capture).rejects.toMatchObject({ name: "AbortError" });
    expect(states).toEqual([]);
  });
});
