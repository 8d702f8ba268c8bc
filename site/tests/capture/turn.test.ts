import { describe, expect, test } from "vitest";

import { limitsOf } from "../../sdk/capture/limits";
import type { Followed, Observation } from "../../sdk/capture/observation";
import { type Baseline, HOLD_MS } from "../../sdk/capture/steps/step";
import { TurnStep } from "../../sdk/capture/steps/turn";
import type { Rotation } from "../../sdk/vision/mesh/pose";
import { pythonConstant } from "../support/python-constants";

const AHEAD: Rotation = [
  [1, 0, 0],
  [0, 1, 0],
  [0, 0, 1],
];

/** A head that points so far to the picture's right and up, degrees. */
function turned(yawDeg: number, pitchDeg: number): Rotation {
  const [yaw, pitch] = [(yawDeg * Math.PI) / 180, (pitchDeg * Math.PI) / 180];
  return [
    [Math.cos(yaw), -Math.sin(yaw) * -Math.sin(pitch), Math.sin(yaw) * Math.cos(pitch)],
    [0, Math.cos(pitch), -Math.sin(pitch)],
    [-Math.sin(yaw), Math.cos(yaw) * Math.sin(pitch), Math.cos(yaw) * Math.cos(pitch)],
  ];
}

/** Whether a head that goes there and stays is let on. */
function isDone(profile: "standard" | "screen-reader", yawDeg: number, pitchDeg: number): boolean {
  const step = new TurnStep(
    { yawDeg: 20, pitchDeg: 0, capture: false },
    { pose: AHEAD } as Baseline,
    limitsOf(profile).beside,
  );
  const followed = { pose: turned(yawDeg, pitchDeg), movementIod: 0 } as Followed;
  const seen = [0, 100, 200, 300].map((timeMs) => step.see(followed, { timeMs } as Observation));
  expect(seen[0]?.isDone).toBe(false); // nothing is there at once
  return seen.some(({ isDone: done }, at) => done && at * 100 >= HOLD_MS);
}

describe("how far beside the dot a nose may stay", () => {
  test("at the dot, and a little beside it, a turn is done", () => {
    expect(isDone("standard", 20, 0)).toBe(true);
    expect(isDone("standard", 19, 4)).toBe(true);
    expect(isDone("standard", 19, -4)).toBe(true);
  });

  test("who sees where the nose points puts it nearer than who follows words", () => {
    expect(isDone("standard", 19, 7)).toBe(false);
    expect(isDone("screen-reader", 19, 7)).toBe(true);
    expect(isDone("screen-reader", 19, 10)).toBe(false);
  });

  test("what the page is content with leaves room to the server's own limit", () => {
    const limitDeg = Number(pythonConstant("liveness/trajectory", "MAX_DIRECTION_ERROR_DEG"));
    for (const profile of ["standard", "screen-reader", "no-head-turn"] as const) {
      const worstDeg = (Math.atan2(limitsOf(profile).beside, 0.85) * 180) / Math.PI;
      expect(worstDeg).toBeLessThan(limitDeg - 4);
    }
  });
});
