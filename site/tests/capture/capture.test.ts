import { describe, expect, test } from "vitest";

import { runCapture } from "../../sdk/capture/capture";
import type { Step } from "../../sdk/capture/script";
import type { Capture, Guidance, GuidanceState, Quality } from "../../sdk/types";
import {
  type Bearing,
  CLOSE_EYES,
  LOOK,
  STANDARD,
  ScriptedPerson,
  ScriptedScript,
  ScriptedSource,
  VIEWS,
  descriptionOf,
  descriptorOf,
  frontalFace,
  runCeremony,
  scriptedEngine,
  texturedFrame,
  turn,
} from "../support/scripted";

const floats = (encoded: string): Float32Array => {
  const bytes = Buffer.from(encoded, "base64");
  return new Float32Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length));
};
const framesOf = (capture: Capture): number => Buffer.from(capture.series.times_ms, "base64").length / 2;
const statesOf = (guidance: readonly Guidance[]): GuidanceState[] =>
  guidance.map(({ state }) => state).filter((state, index, all) => state !== all[index - 1]);

const WITHOUT_CAPTURE: Step = { ...LOOK, capture: false };
const ENROLMENT: [Step[], Step[]] = [
  [WITHOUT_CAPTURE, turn(16, 0, true)],
  [turn(0, 19), turn(-16, 0), WITHOUT_CAPTURE, ...VIEWS],
];

describe("a ceremony", () => {
  test("gives the document of the contract", async () => {
    const { capture, script } = await runCeremony();

    expect(Object.keys(capture).toSorted()).toEqual(
      ["challenge", "model", "pipeline", "descriptors", "quality", "moments", "turned", "series", "chain"].toSorted(), // prettier-ignore
    );
    expect(capture).toMatchObject({
      challenge: "challenge-1",
      model: "face-api-1.7.15/face_recognition",
      pipeline: "aligned-mirror-1",
    });
    expect(capture.descriptors).toHaveLength(3);
    expect(capture.quality).toHaveLength(3);
    expect(capture.turned).toHaveLength(1);
    expect(capture.chain).toMatch(/^[0-9a-f]{64}$/);
    expect(script.seals).toHaveLength(1);
    expect(script.seals[0]?.chain).not.toBe(capture.chain);
    expect(JSON.stringify(capture).length).toBeLessThan(48 * 1024);
  });

  test("of a standard probe is over in less than six seconds for somebody who follows", async () => {
    const { source } = await runCeremony();

    expect(source.timeMs).toBeLessThan(6_000);
  });

  test("shows each step where its place in the series says, and takes descriptors within them", async () => {
    const { capture, script } = await runCeremony();

    const { steps } = capture.series;
    const [first, second] = [script.acts[0].length, script.acts[1].length];
    expect(steps).toHaveLength(first + second);
    expect(steps[0]).toBe(0);
    expect(steps).toEqual([...new Set(steps)].toSorted((a, b) => a - b));
    expect(steps[first]).toBeGreaterThanOrEqual(script.seals[0]?.frames ?? Infinity);
    const stepOf = (moment: number): number => steps.filter((begin) => begin <= moment).length - 1;
    expect(capture.moments.map(stepOf)).toEqual([0, 0, 3]);
    expect(capture.turned.map(({ moment }) => stepOf(moment))).toEqual([1]);
    expect(Math.max(...capture.moments)).toBeLessThan(framesOf(capture));
  });

  test("tells each step as it comes: what, where to, how far", async () => {
    const { guidance } = await runCeremony();

    const shown = guidance.filter(
      ({ step }, index) => step !== undefined && step.index !== guidance[index - 1]?.step?.index,
    );
    expect(shown.map(({ state, step }) => [step?.kind, state])).toEqual([
      ["look", "follow-dot"],
      ["turn", "follow-dot"],
      ["turn", "follow-dot"],
      ["look", "follow-dot"],
      ["close_eyes", "close-eyes"],
    ]);
    // To the picture's right is to the person's left, and so is the dot on a mirror.
    expect(shown[1]?.step?.target).toEqual({ x: -1, y: 0 });
    expect(shown[2]?.step?.target?.x).toBeCloseTo(Math.SQRT1_2, 5);
    expect(shown[2]?.step?.target?.y).toBeCloseTo(-Math.SQRT1_2, 5);
    expect(shown.map(({ step }) => step?.count)).toEqual([2, 2, 5, 5, 5]);
    expect(shown[4]?.step?.durationMs).toBe(900);
  });

  test("its progress never falls, and ends at one", async () => {
    const { guidance } = await runCeremony();

    const ends = guidance.map(({ progress }) => progress);
    expect(ends.at(-1)).toBe(1);
    expect(ends.every((one) => one >= 0 && one <= 1)).toBe(true);
  });

  test("waits for the server without losing a frame", async () => {
    const script = new ScriptedScript(STANDARD, 20);

    const { guidance, capture } = await runCeremony({ script });

    expect(statesOf(guidance).filter((state) => state === "wait-for-step")).toHaveLength(2);
    expect(capture.series.steps[2]).toBeGreaterThan(script.seals[0]?.frames ?? Infinity);
  });

  test("describes no two faces without looking at a frame between them: each of them is a gap", async () => {
    const source = new ScriptedSource();
    const frames: number[] = [];
    const engine = scriptedEngine();

    const { script, capture } = await runCeremony({
      source,
      engine: {
        describe: async (frame, landmarks) => {
          frames.push(source.handedOut);
          return engine.describe(frame, landmarks);
        },
      },
    });

    const ofFirstAct = [...capture.moments, ...capture.turned.map(({ moment }) => moment)].filter(
      (moment) => moment < (script.seals[0]?.frames ?? 0),
    );
    expect(ofFirstAct).toHaveLength(3);
    expect(new Set(frames.slice(0, 3)).size).toBe(3);
  });

  test.each([0.6, 0.9])("counts eyes as closed whose lids come down to %d", async (lids) => {
    const bend = (bearing: Bearing): Bearing => ({ ...bearing, lids: bearing.lids < 1 ? lids : 1 });

    const { script } = await runCeremony({ bend });

    expect(script.opened).toBe(1);
  });

  test("without turns follows distance and eyes, and goes back between the acts", async () => {
    const closer: Step = { kind: "closer", scale: 1.35, capture: false };
    const script = new ScriptedScript([[LOOK, closer, CLOSE_EYES, LOOK], [CLOSE_EYES, closer, CLOSE_EYES, LOOK]]); // prettier-ignore

    const { capture, guidance } = await runCeremony({ script, profile: "no-head-turn" });

    expect(capture.moments).toHaveLength(3);
    expect(capture.turned).toEqual([]);
    expect(statesOf(guidance)).toContain("come-closer");
    expect(framesOf(capture)).toBeLessThanOrEqual(150);
  });

  test("says where the face is in shares of the frame", async () => {
    const { guidance } = await runCeremony();

    const { x = 0, y = 0, width = 0, height = 0 } = guidance[0]?.box ?? {};
    expect([x, x + width]).toEqual([
      expect.closeTo((320 - 100) / 640, 2),
      expect.closeTo((320 + 100) / 640, 2),
    ]);
    expect([y, y + height]).toEqual([
      expect.closeTo((220 - 75.5) / 480, 2),
      expect.closeTo((220 + 165) / 480, 2),
    ]);
  });

  test("takes no picture of a face that moves", async () => {
    let frame = 0;
    const { guidance } = await runCeremony({
      bend: (bearing) => ({ ...bearing, shift: (frame += 1) < 30 ? (frame % 2) * 20 : 0 }),
    });

    expect(guidance.findIndex(({ state }) => state === "captured")).toBeGreaterThanOrEqual(28);
  });

  test("takes no descriptor that no face has", async () => {
    let described = 0;
    const { capture } = await runCeremony({
      engine: {
        describe: async () => {
          described += 1;
          return Promise.resolve(
            descriptionOf(described === 1 ? new Float32Array(128) : descriptorOf(0, described)),
          );
        },
      },
    });

    for (const descriptor of capture.descriptors)
      expect(Math.hypot(...floats(descriptor))).toBeCloseTo(1.44, 3);
  });

  test("begins again, with another challenge, when another person steps in", async () => {
    let described = 0;
    const { guidance, capture } = await runCeremony({
      engine: {
        describe: async () => {
          described += 1;
          return Promise.resolve(descriptionOf(descriptorOf(described <= 1 ? 0 : 7, described)));
        },
      },
    });

    expect(guidance.find(({ state }) => state === "look-again")?.reason).toBe("moved-on");
    expect(capture.challenge).toBe("challenge-2");
  });
});

describe("a probe", () => {
  const noise = texturedFrame();
  const dim = { ...noise, data: noise.data.map((value, index) => (index % 4 === 3 ? value : value * 0.53)) };

  test("takes three looks in good light and five in poor light: more evidence, never a looser bar", async () => {
    const inPoorLight = await runCeremony({ source: new ScriptedSource([], dim) });
    const inGoodLight = await runCeremony();

    expect(inPoorLight.capture.quality[0]?.luminance_mean).toBeLessThan(80);
    expect(inPoorLight.capture.descriptors).toHaveLength(5);
    expect(inGoodLight.capture.descriptors).toHaveLength(3);
  });

  test("spaces its captures in time, and never holds one frame twice", async () => {
    let described = 0;
    const { capture } = await runCeremony({
      engine: {
        describe: async () => {
          described += 1;
          return Promise.resolve(descriptionOf(descriptorOf(0, described < 4 ? 1 : described)));
        },
      },
    });

    const [a, b, c] = capture.descriptors.map(floats) as [Float32Array, Float32Array, Float32Array];
    for (const [one, other] of [[a, b], [b, c], [a, c]] as const) {
      expect(Math.hypot(...one.map((value, index) => value - (other[index] ?? 0)))).toBeGreaterThan(1e-3);
    } // prettier-ignore
    expect((capture.moments[1] ?? 0) - (capture.moments[0] ?? 0)).toBeGreaterThanOrEqual(5);
  });
});

describe("an enrolment", () => {
  const enrol = async (restPx = 90): Promise<Awaited<ReturnType<typeof runCeremony>>> => {
    const source = new ScriptedSource();
    const person = new ScriptedPerson(source, restPx);
    return runCeremony({ source, person, purpose: "enrolment", script: new ScriptedScript(ENROLMENT) });
  };

  test("asks for a straight look, both sides and another distance, and takes one of each", async () => {
    const { capture, guidance } = await enrol();

    const asked = statesOf(guidance.filter(({ step }) => step?.kind === "view"));
    expect(asked.filter((state) => !["hold-still", "captured"].includes(state))).toEqual(
      ["turn-left", "turn-right", "come-closer"], // prettier-ignore
    );
    const [straight, left, right, closer] = capture.quality as [Quality, Quality, Quality, Quality];
    expect(capture.quality).toHaveLength(4);
    expect(left.yaw_deg - straight.yaw_deg).toBeGreaterThan(6);
    expect(right.yaw_deg - straight.yaw_deg).toBeLessThan(-6);
    expect(closer.inter_ocular_px / straight.inter_ocular_px).toBeGreaterThan(1.1);
  });

  test("whoever is near already is asked to move back instead", async () => {
    const { guidance } = await enrol(130);

    const views = guidance.filter(({ step }) => step?.kind === "view");
    expect(statesOf(views)).toContain("move-back");
    expect(statesOf(views)).not.toContain("come-closer");
  });

  test("is over in less than twelve seconds for somebody who follows", async () => {
    const { source } = await enrol();

    expect(source.timeMs).toBeLessThan(12_000);
  });

  test("takes somebody who turns for the dot and not for the views as they are, after a while", async () => {
    const source = new ScriptedSource();
    class Stiff extends ScriptedPerson {
      override hear(guidance: Guidance): void {
        if (guidance.step?.kind === "view") super.hear({ ...guidance, state: "not-frontal" });
        else super.hear(guidance);
      }
    }

    const { capture, guidance } = await runCeremony({
      source,
      person: new Stiff(source),
      purpose: "enrolment",
      script: new ScriptedScript(ENROLMENT),
    });

    expect(capture.descriptors).toHaveLength(4);
    expect(guidance.some(({ state }) => state === "turn-left")).toBe(true);
    expect(guidance.some(({ state }) => state === "look-again")).toBe(false);
  });
});

describe("giving up a ceremony", () => {
  test("rejects with the caller's reason and looks at no further frame", async () => {
    const source = new ScriptedSource();
    const caller = new AbortController();

    const capture = runCapture({
      source,
      script: new ScriptedScript(),
      engine: scriptedEngine({ follow: () => null, detect: async () => Promise.resolve([]) }),
      purpose: "probe",
      profile: "standard",
      signal: caller.signal,
      onGuidance: () => undefined,
    }); // prettier-ignore
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
    const [before, after]: [string[], string[]] = [[], []];

    const capture = runCapture({
      source: new ScriptedSource(),
      script: new ScriptedScript(),
      engine: scriptedEngine({
        detect: async () => {
          caller.abort();
          return Promise.resolve([frontalFace()]);
        },
      }),
      purpose: "probe",
      profile: "standard",
      signal: caller.signal,
      onGuidance: ({ state }) => (caller.signal.aborted ? after : before).push(state),
    });

    await expect(capture).rejects.toMatchObject({ name: "AbortError" });
    expect(before).not.toEqual([]);
    expect(after).toEqual([]);
  });
});
