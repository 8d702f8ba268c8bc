/** What cameras, pages and people do that no script foresees: each ends in a clear state or a clear error. */
import { describe, expect, test } from "vitest";

import { ApiProblem } from "../../sdk/errors";
import type { Guidance } from "../../sdk/types";
import {
  type Bearing,
  ScriptedPerson,
  ScriptedScript,
  ScriptedSource,
  frontalFace,
  meshOf,
  runCeremony,
  texturedFrame,
} from "../support/scripted";

const isIn = (kind: string) => (last: Guidance | undefined): boolean => last?.step?.kind === kind; // prettier-ignore
const reasons = (guidance: readonly Guidance[]): string[] => [
  ...new Set(guidance.flatMap(({ reason }) => reason ?? [])),
];

/** Changes what is seen for `frames` frames, once, as soon as the guidance is so. */
function once(
  when: (last: Guidance | undefined) => boolean,
  frames: number,
  change: (bearing: Bearing) => Bearing | null,
): (bearing: Bearing, last: Guidance | undefined) => Bearing | null {
  let left: number | null = null;
  return (bearing, last) => {
    if (left === null && when(last)) left = frames;
    if (left === null || left <= 0) return bearing;
    left -= 1;
    return change(bearing);
  };
}

class Stubborn extends ScriptedPerson {
  override hear(): void {
    // looks straight on, whatever is asked
  }
}

describe("a face", () => {
  test("that is lost for a moment is found again, and the step goes on", async () => {
    const guidance: Guidance[] = [];

    const { capture } = await runCeremony({ guidance, bend: once(isIn("turn"), 6, () => null) });

    expect(guidance.some(({ state, step }) => state === "no-face" && step?.kind === "turn")).toBe(true);
    expect(capture.challenge).toBe("challenge-1");
  });

  test("that is lost for more than a second costs a try", async () => {
    const guidance: Guidance[] = [];

    const { capture } = await runCeremony({ guidance, bend: once(isIn("turn"), 22, () => null) });

    expect(reasons(guidance)).toEqual(["face-lost"]);
    expect(capture.challenge).toBe("challenge-2");
  });

  test("that never comes back is no error while nothing was asked of it: the page says so", async () => {
    const guidance: Guidance[] = [];
    const source = new ScriptedSource([], texturedFrame(), () => 66);
    const ceremony = runCeremony({ source, guidance, bend: () => (guidance.length < 100 ? null : { yawDeg: 0, pitchDeg: 0, interOcularPx: 90, lids: 1, shift: 0 }) }); // prettier-ignore

    await expect(ceremony).rejects.toMatchObject({ name: "CeremonyError", kind: "too-slow" });

    expect(guidance.slice(0, 99).every(({ state }) => state === "no-face")).toBe(true);
  });

  test("beside another one is told, and costs a try when the other stays", async () => {
    const guidance: Guidance[] = [];
    const source = new ScriptedSource();
    let companyUntilMs: number | null = null;
    const person = new ScriptedPerson(source);

    const { capture } = await runCeremony({
      source,
      person,
      guidance,
      engine: {
        detect: async () => {
          if (guidance.at(-1)?.step?.kind === "close_eyes") companyUntilMs ??= source.timeMs + 2_000;
          const face = frontalFace(person.bearing);
          return Promise.resolve(
            companyUntilMs !== null && source.timeMs < companyUntilMs ? [face, face] : [face],
          );
        },
      },
    });

    expect(reasons(guidance)).toEqual(["several-faces"]);
    expect(guidance.some(({ state }) => state === "several-faces")).toBe(true);
    expect(capture.challenge).toBe("challenge-2");
  });

  test("with points that are no numbers, or far outside the frame, is no face", async () => {
    for (const bent of [{ shift: Number.NaN }, { shift: 5_000 }, { interOcularPx: Infinity }]) {
      const guidance: Guidance[] = [];

      const { capture } = await runCeremony({
        guidance,
        bend: once(isIn("turn"), 4, (bearing) => ({ ...bearing, ...bent })),
      });

      expect(capture.challenge).toBe("challenge-1");
      expect(guidance.some(({ state, step }) => state === "no-face" && step?.kind === "turn")).toBe(true);
    }
  });
});

describe("a person", () => {
  test("who does nothing is given three scripts, and then a clear error", async () => {
    const guidance: Guidance[] = [];
    const source = new ScriptedSource();
    const script = new ScriptedScript();

    const ceremony = runCeremony({ source, script, guidance, person: new Stubborn(source) });

    await expect(ceremony).rejects.toMatchObject({ name: "CeremonyError", kind: "too-slow" });
    expect(script.opened).toBe(3);
    expect(reasons(guidance)).toEqual(["too-slow"]);
  });

  test("who turns the other way is told so", async () => {
    const source = new ScriptedSource();
    const guidance: Guidance[] = [];
    class Mirrored extends ScriptedPerson {
      override hear(one: Guidance): void {
        const target = one.step?.target;
        if (one.step === undefined || target === undefined) super.hear(one);
        else super.hear({ ...one, step: { ...one.step, target: { x: -target.x, y: -target.y } } });
      }
    }

    await expect(runCeremony({ source, guidance, person: new Mirrored(source) })).rejects.toMatchObject({
      kind: "too-slow",
    });

    expect(guidance.some(({ state }) => state === "other-way")).toBe(true);
  });

  test("who turns half the way is asked for more, and who turns too far for less", async () => {
    for (const [factor, hint] of [[0.5, "turn-more"], [1.8, "turn-less"]] as const) {
      const source = new ScriptedSource();
      const guidance: Guidance[] = [];
      class Off extends ScriptedPerson {
        override hear(one: Guidance): void {
          const target = one.step?.target;
          if (one.step === undefined || target === undefined) super.hear(one);
          else super.hear({ ...one, step: { ...one.step, target: { x: target.x * factor, y: target.y * factor } } }); // prettier-ignore
        }
      }

      await expect(runCeremony({ source, guidance, person: new Off(source) })).rejects.toThrow();

      expect(guidance.some(({ state }) => state === hint)).toBe(true);
    } // prettier-ignore
  });

  test("who opens the eyes too soon closes them again", async () => {
    const guidance: Guidance[] = [];
    const source = new ScriptedSource();
    const bend = once(
      (last) => last?.state === "close-eyes" && (last.step?.share ?? 0) > 0.4,
      5,
      (bearing) => ({ ...bearing, lids: 1 }),
    );

    const { capture } = await runCeremony({ source, guidance, bend });

    const shares = guidance.flatMap(({ step }) => (step?.kind === "close_eyes" ? [step.share] : []));
    expect(shares.some((share, index) => share < (shares[index - 1] ?? 0))).toBe(true);
    expect(capture.challenge).toBe("challenge-1");
  });

  test("whose hints come with the frame that asks for them", async () => {
    const guidance: Guidance[] = [];
    const source = new ScriptedSource();
    let closedAt = -1;
    const bend = (bearing: Bearing, last: Guidance | undefined): Bearing => {
      if (last?.state === "open-eyes" && closedAt < 0) closedAt = guidance.length;
      return bearing;
    };

    await runCeremony({ source, guidance, bend });

    // One frame after another is 66 ms here: what changed in a frame is said before the next.
    expect(guidance[closedAt - 1]?.state).toBe("open-eyes");
    expect(guidance[closedAt - 1]?.step?.share).toBe(1);
    expect(guidance.length).toBe(source.handedOut);
  });
});

describe("a camera", () => {
  test("of 5 frames a second is told to be too slow, and given up after a while", async () => {
    const guidance: Guidance[] = [];
    const source = new ScriptedSource([], texturedFrame(), () => 200);

    await expect(runCeremony({ source, guidance })).rejects.toMatchObject({
      name: "CeremonyError",
      kind: "camera-too-slow",
    });

    expect(guidance.at(-1)?.state).toBe("camera-too-slow");
    expect(guidance.some(({ state }) => state === "captured")).toBe(false);
  });

  test("of 240 frames a second is looked at about 15 times a second", async () => {
    const { capture, source } = await runCeremony({
      source: new ScriptedSource([], texturedFrame(), () => 1000 / 240),
    });

    const frames = Buffer.from(capture.series.times_ms, "base64").length / 2;
    expect(frames / (source.timeMs / 1000)).toBeLessThan(16);
    expect(capture.challenge).toBe("challenge-1");
  });

  test("that stands still in the middle of a step costs a try", async () => {
    const guidance: Guidance[] = [];
    let stood = false;
    const source = new ScriptedSource([], texturedFrame(), () => {
      if (stood || guidance.at(-1)?.step?.kind !== "turn") return 66;
      stood = true;
      return 900;
    });

    const { capture } = await runCeremony({ source, guidance });

    expect(reasons(guidance)).toEqual(["camera-too-slow"]);
    expect(capture.challenge).toBe("challenge-2");
  });

  test("whose clock jumps back loses those frames and nothing else", async () => {
    let frame = 0;
    const source = new ScriptedSource([], texturedFrame(), () => ((frame += 1) === 20 ? -40 : 66));

    const { capture } = await runCeremony({ source });

    expect(capture.challenge).toBe("challenge-1");
  });

  test("that is turned before anything was asked costs nothing; in a step it costs a try", async () => {
    const portrait = texturedFrame(480, 640);
    const early = await runCeremony({ source: new ScriptedSource([portrait, portrait]) });
    expect(early.capture.challenge).toBe("challenge-1");
    expect(early.capture.series).toMatchObject({ frame_width: 640, frame_height: 480 });

    const guidance: Guidance[] = [];
    const source = new ScriptedSource(
      Array.from({ length: 20 }, (_, at) => (at < 12 ? texturedFrame() : portrait)),
    );
    const late = await runCeremony({ source, guidance }); // prettier-ignore

    expect(reasons(guidance)).toEqual(["camera-turned"]);
    expect(late.capture.challenge).toBe("challenge-2");
  });

  test("of a single frame waits for the next one, and ends with what the camera ends with", async () => {
    const guidance: Guidance[] = [];
    const source = new ScriptedSource();
    const next = source.next.bind(source);
    let handed = 0;
    source.next = async (signal) => {
      if ((handed += 1) > 1) throw new Error("the camera is gone");
      return next(signal);
    };

    await expect(runCeremony({ source, guidance })).rejects.toThrow("the camera is gone");

    expect(guidance).toHaveLength(1);
  });

  test("that is unplugged in the middle of a step ends the ceremony with that", async () => {
    const guidance: Guidance[] = [];
    const source = new ScriptedSource();
    const next = source.next.bind(source);
    source.next = async (signal) => {
      if (guidance.at(-1)?.step?.kind === "turn") throw new Error("interrupted");
      return next(signal);
    };

    await expect(runCeremony({ source, guidance })).rejects.toThrow("interrupted");
  });
});

describe("a page", () => {
  const frames = (count: number): ReturnType<typeof texturedFrame>[] => Array.from({ length: count }, () => texturedFrame()); // prettier-ignore

  test("that is hidden before anything was asked goes on where it was", async () => {
    const guidance: Guidance[] = [];

    const { capture } = await runCeremony({ source: new ScriptedSource([...frames(2), "hidden"]), guidance });

    expect(guidance.filter(({ state }) => state === "page-hidden")).toHaveLength(1);
    expect(reasons(guidance)).toEqual([]);
    expect(capture.challenge).toBe("challenge-1");
  });

  test("that is hidden in a step costs a try, and a third time ends the ceremony", async () => {
    const guidance: Guidance[] = [];
    const hidden = new ScriptedSource([...frames(15), "hidden"]);

    const { capture } = await runCeremony({ source: hidden, guidance });

    expect(reasons(guidance)).toEqual(["page-hidden"]);
    expect(capture.challenge).toBe("challenge-2");

    const again = new ScriptedSource([...frames(15), "hidden", ...frames(50), "hidden", ...frames(50), "hidden"]);
    await expect(runCeremony({ source: again })).rejects.toMatchObject({ name: "CeremonyError", kind: "page-hidden" });
  }); // prettier-ignore
});

describe("a server", () => {
  test("that refuses a challenge ends the ceremony with its problem", async () => {
    const script = new ScriptedScript();
    script.open = async () =>
      Promise.reject(new ApiProblem({ type: "too-many-requests", status: 429, detail: "later" }));

    await expect(runCeremony({ script })).rejects.toMatchObject({ type: "too-many-requests" });
  });

  test("that refuses the second act does so too", async () => {
    const script = new ScriptedScript();
    script.reveal = async () =>
      Promise.reject(new ApiProblem({ type: "challenge-invalid", status: 409, detail: "gone" }));

    await expect(runCeremony({ script })).rejects.toMatchObject({ type: "challenge-invalid" });
  });

  test("that is asked for nothing more once the person gave up", async () => {
    const script = new ScriptedScript();
    let limits: AbortSignal | null = null;
    script.open = async (...given: unknown[]) => {
      limits = given[0] as AbortSignal;
      return new Promise(() => undefined);
    };
    const source = new ScriptedSource();
    const next = source.next.bind(source);
    source.next = async (signal) => {
      if (limits !== null) throw new Error("closed");
      return next(signal);
    };

    await expect(runCeremony({ source, script })).rejects.toThrow("closed");

    expect((limits as AbortSignal | null)?.aborted).toBe(true);
  });
});

test("a mesh of a face that is no face's shape is measured without an exception", async () => {
  const flat = { points: new Float32Array(468 * 3).fill(200), score: 1 };
  let looks = 0;

  const { capture } = await runCeremony({
    engine: { follow: () => ((looks += 1) < 20 ? flat : meshOf({ yawDeg: 0, pitchDeg: 0, interOcularPx: 90, lids: 1, shift: 0 })) }, // prettier-ignore
    script: new ScriptedScript([[{ kind: "look", capture: true }], [{ kind: "look", capture: true }]]),
  });

  expect(capture.descriptors).toHaveLength(3);
});
