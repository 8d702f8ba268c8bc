import { describe, expect, test } from "vitest";

import { type Observation, guide } from "../../sdk/guidance/guidance";
import type { GuidanceState, Quality } from "../../sdk/types";

const GOOD_QUALITY: Quality = {
  detection_score: 0.9,
  inter_ocular_px: 90,
  roll_deg: 1,
  nose_offset_iod: 0.05,
  luminance_mean: 125,
  luminance_sd: 30,
  sharpness: 20,
};

function seen(quality: Partial<Quality> = {}, rest: Partial<Observation> & { x?: number } = {}): Observation {
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
  ["blurred", seen({ sharpness: 1 })],
];

const STATES = [...new Set(PICTURES.map(([state]) => state))];

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
    ["not-frontal", "roll_deg", 11],
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

  test("a measurement that is not a number never passes for good", () => {
    for (const measure of Object.keys(GOOD_QUALITY).filter((name) => !/score|_sd/.test(name))) {
      expect(guide(seen({ [measure]: Number.NaN }), "hold-still")).not.toBe("hold-still");
    }
  });

  test("worsening any measurement never turns a bad frame good", () => {
    const worse: [keyof Quality, number[]][] = [
      ["luminance_mean", [50, 40, 20, 0]],
      ["sharpness", [3.9, 2, 0.5, 0]],
      ["inter_ocular_px", [47, 30, 10, 1]],
      ["nose_offset_iod", [0.26, 0.5, 1, 3]],
      ["roll_deg", [13, 30, 60, 90]],
    ];
    for (const [measure, values] of worse) {
      for (const value of values)
        expect(guide(seen({ [measure]: value }), "hold-still")).not.toBe("hold-still");
    }
  });

  test("its bars are stricter than the server's, so nobody is refused for what could have been said", () => {
    // layers/matching/enrolment.py: 40 px, 50 to 215, .35 IOD, 20 degrees, sharpness .3
    const atTheServersBar: Partial<Quality>[] = [
      { inter_ocular_px: 40 },
      { luminance_mean: 50 },
      { luminance_mean: 215 },
      { nose_offset_iod: 0.35 },
      { roll_deg: 20 },
      { sharpness: 0.3 },
    ];
    for (const quality of atTheServersBar) expect(guide(seen(quality), "hold-still")).not.toBe("hold-still");
  });

  test("a portrait frame of a phone is judged by its shorter side", () => {
    const portrait = { frameWidth: 480, frameHeight: 640 };
    const box = { x: 140, y: 220, width: 200, height: 200 };

    expect(guide({ ...seen(), ...portrait, face: { box, quality: GOOD_QUALITY } }, "no-face")).toBe(
      "hold-still",
    );
  });
});
