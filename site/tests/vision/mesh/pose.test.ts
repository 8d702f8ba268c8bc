import { describe, expect, test } from "vitest";

import type { lidsOf } from "../../../sdk/vision/mesh/eyes";
import { lidsInPose, openness } from "../../../sdk/vision/mesh/eyes";
import { trackPoints } from "../../../sdk/vision/mesh/layout";
import { meanPose, poseChange, poseOf } from "../../../sdk/vision/mesh/pose";
import { AT_REST, type Bearing, meshOf } from "../../support/scripted";

const pointsOf = (bearing: Partial<Bearing>): Float32Array =>
  trackPoints(meshOf({ ...AT_REST, ...bearing }).points);

function poseOfBearing(bearing: Partial<Bearing>): NonNullable<ReturnType<typeof poseOf>> {
  const pose = poseOf(pointsOf(bearing));
  if (pose === null) throw new Error("no pose");
  return pose;
}

describe("a head's pose", () => {
  test.each([
    [16, 0],
    [-22, 0],
    [0, 16],
    [0, -22],
    [11.3, 11.3],
    [-15.6, 15.6],
  ])("of %s degrees of turn and %s of nod is read as that, as a change", (yawDeg, pitchDeg) => {
    const change = poseChange(poseOfBearing({ yawDeg: 3, pitchDeg: -2 }), poseOfBearing({ yawDeg: 3 + yawDeg, pitchDeg: -2 + pitchDeg })); // prettier-ignore

    expect(Math.abs(change.yawDeg - yawDeg)).toBeLessThan(1.5);
    expect(Math.abs(change.pitchDeg - pitchDeg)).toBeLessThan(1.5);
  });

  test("does not change with distance or place", () => {
    const change = poseChange(poseOfBearing({}), poseOfBearing({ interOcularPx: 140, shift: 80 }));

    expect(Math.hypot(change.yawDeg, change.pitchDeg)).toBeLessThan(0.1);
  });

  test("of points that are one point, one line or no numbers is none", () => {
    const line = Float32Array.from({ length: 96 }, (_, index) => index);
    for (const points of [new Float32Array(96).fill(7), new Float32Array(96).fill(Number.NaN), line]) {
      expect(poseOf(points)).toBeNull();
    }
  });

  test("in the middle of several lies between them", () => {
    const middle = meanPose([poseOfBearing({ yawDeg: -4 }), poseOfBearing({ yawDeg: 4 })]);

    expect(Math.abs(poseChange(poseOfBearing({}), middle ?? poseOfBearing({ yawDeg: 40 })).yawDeg)).toBeLessThan(0.1); // prettier-ignore
    expect(meanPose([])).toBeNull();
  });
});

describe("the lids", () => {
  test("of closed eyes are half as far apart, whichever way the head is held", () => {
    for (const held of [{}, { pitchDeg: -20 }, { pitchDeg: 20 }, { yawDeg: 20 }]) {
      const [open, closed] = [{ ...held }, { ...held, lids: 0.5 }].map((bearing) => {
        const points = pointsOf(bearing);
        return lidsInPose(points, poseOf(points) ?? poseOfBearing({}));
      }) as [ReturnType<typeof lidsOf>, ReturnType<typeof lidsOf>];
      const straight = lidsInPose(pointsOf({}), poseOfBearing({}));

      expect(openness(open, straight)).toBeGreaterThan(0.93);
      expect(openness(open, straight)).toBeLessThan(1.07);
      expect(openness(closed, straight)).toBeLessThan(0.7);
    }
  });

  test("of one eye alone close nothing: the wider one counts", () => {
    const open = { left: 0.3, right: 0.3 };

    expect(openness({ left: 0.1, right: 0.3 }, open)).toBe(1);
    expect(openness({ left: 0.15, right: 0.15 }, open)).toBeCloseTo(0.5, 5);
  });
});
