import { describe, expect, test } from "vitest";

import { MAX_SERIES_FRAMES } from "../../sdk/capture/series";
import { type Observation, guide } from "../../sdk/guidance/guidance";
import type { Pose } from "../../sdk/guidance/pose";
import type { GuidanceState, LiveQuality } from "../../sdk/types";
import { MODEL, PIPELINE } from "../../sdk/vision/model";
import { schema } from "../support/openapi";
import { calibratedNorms, pythonConstant } from "../support/python-constants";
import { descriptionOf, descriptorOf, runCeremony } from "../support/scripted";

const GOOD_QUALITY: LiveQuality = {
  detection_score: 0.9,
  inter_ocular_px: 90,
  roll_deg: 1,
  nose_offset_iod: 0.05,
  yaw_deg: 3,
  pitch_deg: -5,
  luminance_mean: 125,
  luminance_sd: 30,
  under_exposed: 0.02,
  over_exposed: 0.01,
  uniformity: 0.9,
  sharpness: 20,
  eyes_open: 0.9,
  faces_in_view: 1,
};

function seen(
  quality: Partial<LiveQuality> = {},
  rest: Partial<Observation> & { x?: number } = {},
): Observation {
  const box = { x: rest.x ?? 220, y: 140, width: 200, height: 200 };
  return {
    frameWidth: 640,
    frameHeight: 480,
    frameLuminance: 110,
    faceCount: 1,
    face: { box, quality: { ...GOOD_QUALITY, ...quality } },
    ...rest,
  };
}

const nobody = (frameLuminance: number): Observation =>
  seen({}, { faceCount: 0, face: null, frameLuminance });

/** Every state that a frame alone can give, with a frame that gives it. */
const PICTURES: [GuidanceState, Observation][] = [
  ["hold-still", seen()],
  ["no-face", nobody(110)],
  ["too-dark", nobody(5)],
  ["several-faces", seen({}, { faceCount: 2 })],
  ["too-dark", seen({ luminance_mean: 30 })],
  ["too-bright", seen({ luminance_mean: 230 })],
  ["too-far", seen({ inter_ocular_px: 30 })],
  ["too-close", seen({ inter_ocular_px: 180 })],
  ["off-centre", seen({}, { x: 5 })],
  ["not-frontal", seen({ nose_offset_iod: -0.4 })],
  ["not-frontal", seen({ roll_deg: 25 })],
  ["too-dark", seen({ under_exposed: 0.5 })],
  ["too-bright", seen({ over_exposed: 0.3 })],
  ["uneven-light", seen({ uniformity: 0.3 })],
  ["blurred", seen({ sharpness: 1 })],
];

const STATES = [...new Set(PICTURES.map(([state]) => state))];

describe("another view", () => {
  const held = (kind: Pose["kind"], done: number): Pose => {
    if (kind === "left" || kind === "right") return { kind, turnedDeg: done };
    return kind === "closer" || kind === "further" ? { kind, growth: done } : { kind };
  };

  test.each([
    ["left", 0, {}, "turn-left"],
    ["left", -12, {}, "turn-left"],
    ["left", 16, { nose_offset_iod: 0.3 }, "hold-still"],
    ["left", 40, {}, "turn-less"],
    ["right", 0, {}, "turn-right"],
    ["right", -12, {}, "turn-right"],
    ["right", 16, { nose_offset_iod: -0.3 }, "hold-still"],
    ["right", 30, {}, "turn-less"],
    ["closer", 1, {}, "come-closer"],
    ["closer", 1.16, {}, "hold-still"],
    ["closer", 1.16, { nose_offset_iod: 0.4 }, "not-frontal"],
    ["further", 1, {}, "move-back"],
    ["further", 0.83, {}, "hold-still"],
    ["any", 0, { nose_offset_iod: 0.4 }, "hold-still"],
  ] as const)("%s by %d of somebody with %j: %s", (kind, done, quality, expected) => {
    for (const previous of STATES) expect(guide(seen(quality), previous, held(kind, done))).toBe(expected);
  });

  test.each([
    ["left", 9, "turn-left"],
    ["left", 22, "turn-less"],
    ["closer", 1.12, "come-closer"],
    ["further", 0.885, "move-back"],
  ] as const)("%s around its bar (%d) stays with what was said", (kind, done, state) => {
    expect(guide(seen(), "hold-still", held(kind, done))).toBe("hold-still");
    expect(guide(seen(), state, held(kind, done))).toBe(state);
  });

  test("never comes before light and distance", () => {
    expect(guide(seen({ luminance_mean: 30 }), "hold-still", held("left", 0))).toBe("too-dark");
    expect(guide(seen({ inter_ocular_px: 30 }), "hold-still", held("closer", 1))).toBe("too-far");
  });

  test("that is no number is never taken for the view that is wanted", () => {
    expect(guide(seen(), "hold-still", held("left", Number.NaN))).toBe("turn-left");
    expect(guide(seen(), "hold-still", held("closer", Number.NaN))).not.toBe("hold-still");
  });
});

describe("guidance", () => {
  test.each(PICTURES)("says %s whatever it said a frame before", (expected, picture) => {
    for (const previous of STATES) expect(guide(picture, previous)).toBe(expected);
  });

  test.each([
    ["too-dark", "luminance_mean", 57],
    ["too-bright", "luminance_mean", 205],
    ["too-far", "inter_ocular_px", 50],
    ["too-close", "inter_ocular_px", 149],
    ["not-frontal", "nose_offset_iod", 0.235],
    ["not-frontal", "nose_offset_iod", -0.235],
    ["not-frontal", "roll_deg", 19],
    ["too-dark", "under_exposed", 0.27],
    ["too-bright", "over_exposed", 0.16],
    ["uneven-light", "uniformity", 0.47],
    ["blurred", "sharpness", 4.5],
  ] as const)("around the bar of %s it stays with what it said", (state, measure, value) => {
    const onTheBar = seen({ [measure]: value });

    expect(guide(onTheBar, "hold-still")).toBe("hold-still");
    expect(guide(onTheBar, state)).toBe(state);
  });

  test("hysteresis of one state never holds up another", () => {
    const onTheDarkBarAndTooFar = seen({ luminance_mean: 57, inter_ocular_px: 30 });

    expect(guide(onTheDarkBarAndTooFar, "blurred")).toBe("too-far");
  });

  // Turns are judged where a turn is asked for; the nod, contrast and eyes are evidence that no bar stands on.
  const JUDGED = /^(luminance_mean|.*exposed|uniformity|sharpness|inter_ocular_px|nose_offset_iod|roll_deg)$/;

  test("a measurement that is not a number never passes for good", () => {
    for (const measure of Object.keys(GOOD_QUALITY).filter((name) => JUDGED.test(name))) {
      expect(guide(seen({ [measure]: Number.NaN }), "hold-still")).not.toBe("hold-still");
    }
  });

  test("worsening any measurement never turns a bad frame good", () => {
    const worse: [keyof LiveQuality, number[]][] = [
      ["luminance_mean", [50, 40, 20, 0]],
      ["sharpness", [3.9, 2, 0.5, 0]],
      ["inter_ocular_px", [47, 30, 10, 1]],
      ["nose_offset_iod", [0.26, 0.5, 1, 3]],
      ["roll_deg", [21, 30, 60, 90]],
      ["under_exposed", [0.31, 0.5, 1]],
      ["over_exposed", [0.19, 0.5, 1]],
      ["uniformity", [0.44, 0.2, 0]],
    ];
    for (const [measure, values] of worse) {
      for (const value of values)
        expect(guide(seen({ [measure]: value }), "hold-still")).not.toBe("hold-still");
    }
  });

  test.each([
    ["inter_ocular_px", "MIN_INTER_OCULAR_PX"],
    ["luminance_mean", "MIN_LUMINANCE"],
    ["luminance_mean", "MAX_LUMINANCE"],
    ["nose_offset_iod", "MAX_NOSE_OFFSET_IOD"],
    ["roll_deg", "MAX_ROLL_DEG"],
    ["under_exposed", "MAX_UNDER_EXPOSED"],
    ["over_exposed", "MAX_OVER_EXPOSED"],
    ["uniformity", "MIN_UNIFORMITY"],
    ["sharpness", "MIN_SHARPNESS"],
  ])(
    "its bar of %s is stricter than the server's %s: nobody is refused for what could have been said",
    (measure, name) => {
      const atTheServersBar = seen({ [measure]: pythonConstant("enrolment", name) });

      expect(guide(atTheServersBar, "hold-still")).not.toBe("hold-still");
    },
  );

  test("a portrait frame of a phone is judged by its shorter side", () => {
    const portrait = { frameWidth: 480, frameHeight: 640 };
    const box = { x: 140, y: 220, width: 200, height: 200 };

    expect(guide({ ...seen(), ...portrait, face: { box, quality: GOOD_QUALITY } }, "no-face")).toBe(
      "hold-still",
    );
  });
});

describe("what the server takes", () => {
  test("is made by this model and this pipeline", () => {
    expect([MODEL, PIPELINE]).toEqual([
      pythonConstant("pipeline", "MODEL_ID"),
      pythonConstant("pipeline", "PIPELINE_ID"),
    ]);
  });

  test("is as many frames as are sent", () => {
    expect(MAX_SERIES_FRAMES).toBe(schema("StepsRequest").properties?.["frames"]?.maximum);
  });

  test("is every descriptor that a ceremony keeps, and no ceremony keeps another", async () => {
    const [low, high] = calibratedNorms();

    expect(await keeps({ norm: low + 0.01 })).toBe(true);
    expect(await keeps({ norm: high - 0.01 })).toBe(true);
    expect(await keeps({ norm: low - 0.01 })).toBe(false);
    expect(await keeps({ norm: high + 0.01 })).toBe(false);
  });
});

/** Whether a ceremony whose first descriptor has this norm, and whose later ones are good, keeps it. */
async function keeps({ norm }: { norm: number }): Promise<boolean> {
  let described = 0;
  await runCeremony({
    engine: {
      describe: async () => {
        described += 1;
        const good = descriptorOf(0, described);
        const length = Math.hypot(...good);
        return Promise.resolve(
          descriptionOf(described === 1 ? good.map((value) => (value * norm) / length) : good),
        );
      },
    },
  });
  // Three that are compared, and one of the turned head.
  return described === 4;
}
