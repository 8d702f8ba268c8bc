import { describe, expect, it } from "vitest";
import { takenAt } from "../../sdk/camera/video-frames";

describe("when a frame was taken", () => {
  it("is what the camera says, however late the page learns of it", () => {
    expect(takenAt(1_000, 1_004)).toBe(1_000);
    expect(takenAt(1_000, 1_090)).toBe(1_000);
  });

  it("is now where the browser does not say", () => {
    expect(takenAt(undefined, 1_004)).toBe(1_004);
  });

  it.each([
    ["in the future", 5_001],
    ["on a clock of its own", 12],
    ["no number", Number.NaN],
  ])("is now where the camera's time is %s", (_, captureTime) => {
    expect(takenAt(captureTime, 5_000)).toBe(5_000);
  });
});
