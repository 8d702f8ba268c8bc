import { describe, expect, test } from "vitest";

import { FramePace } from "../../sdk/capture/frame-rate";

function rateOf(cameraPerSecond: number, seconds = 4): { pace: FramePace; perSecond: number } {
  const pace = new FramePace();
  let taken = 0;
  for (let frame = 0; frame < cameraPerSecond * seconds; frame += 1) {
    if (pace.takes((1000 * frame) / cameraPerSecond)) taken += 1;
  }
  return { pace, perSecond: taken / seconds };
}

describe("the pace of frames", () => {
  test.each([
    [240, 14, 16],
    [60, 14, 16],
    [30, 14, 16],
    [25, 12, 13],
    [24, 12, 13],
    [20, 19, 21],
    [15, 14, 16],
    [12, 11, 13],
  ])("of a camera of %s a second lies between %s and %s", (camera, least, most) => {
    const { perSecond, pace } = rateOf(camera);

    expect(perSecond).toBeGreaterThanOrEqual(least);
    expect(perSecond).toBeLessThanOrEqual(most);
    expect(pace.isSlow).toBe(false);
  });

  test("a camera of 5 a second is too slow, and one frame says nothing yet", () => {
    expect(rateOf(5).pace.isSlow).toBe(true);
    expect(rateOf(1, 1).pace.isSlow).toBe(false);
  });

  test("one hiccup is not slow", () => {
    const { pace } = rateOf(30);

    expect(pace.takes(6_000)).toBe(true);
    expect(pace.isSlow).toBe(false);
  });

  test("a clock that stands still or jumps back brings no frame", () => {
    const pace = new FramePace();

    const taken = [1000, 1000, 500, 1001, Number.NaN, 1067, 1134].map((timeMs) => pace.takes(timeMs));

    expect(taken).toEqual([true, false, false, false, false, true, true]);
  });
});
