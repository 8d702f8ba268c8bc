import { describe, expect, test } from "vitest";

import { VIEW_MS, limitsOf, stepLimitMs } from "../../sdk/capture/limits";
import { SLOWEST_GAP_MS } from "../../sdk/capture/frame-rate";
import { MAX_SERIES_FRAMES, MAX_SPAN_MS } from "../../sdk/capture/series";
import { CLOSED_BELOW, MAX_REACTION_MS, MAX_TOO_LONG_MS } from "../../sdk/capture/steps/close-eyes";
import { HOLD_MS } from "../../sdk/capture/steps/step";
import { MAX_GAP_MS, MAX_OPENED_MS } from "../../sdk/capture/attempt";
import type { LivenessProfile } from "../../sdk/types";
import { actSeconds, pythonConstant } from "../support/python-constants";

const server = (module: string, name: string): number => Number(pythonConstant(`liveness/${module}`, name));

const PROFILES: LivenessProfile[] = [
  "standard",
  "no-head-turn",
  "no-sound",
  "no-eye-closing",
  "screen-reader",
  "reduced-motion",
];

describe("who keeps within the page's limits keeps within the server's", () => {
  test.each(PROFILES)("%s: acts and steps", (profile) => {
    expect(limitsOf(profile).actMs).toBeLessThan(1000 * actSeconds(profile));
    for (const kind of ["look", "turn", "close_eyes", "closer", "view"] as const)
      expect(stepLimitMs(profile, kind)).toBeLessThan(1000 * server("timing", "MAX_STEP_S"));
  });

  test("views add the same to an act", () => {
    expect(VIEW_MS).toBe(1000 * server("script", "VIEW_S"));
  });

  test("frames: their rate, also of the longest ceremony that is thinned the most, and their gaps", () => {
    const least = server("timing", "MIN_RATE_HZ");
    expect(1000 / SLOWEST_GAP_MS).toBeGreaterThan(least);
    expect((1000 * MAX_SERIES_FRAMES) / MAX_SPAN_MS).toBeGreaterThan(least);
    expect(MAX_GAP_MS).toBeLessThan(server("timing", "MAX_GAP_MS"));
    expect(MAX_SPAN_MS).toBeLessThan(1000 * server("timing", "MAX_TOTAL_S"));
  });

  test("closed eyes: when, and for how long", () => {
    expect(MAX_REACTION_MS).toBeLessThan(server("eyes", "MAX_REACTION_MS"));
    expect(MAX_TOO_LONG_MS).toBeLessThan(server("eyes", "MAX_LENGTH_LONG_MS"));
    expect(CLOSED_BELOW).toBeLessThan(server("eyes", "MAX_CLOSED"));
  });

  test("a challenge that waits for a face", () => {
    expect(MAX_OPENED_MS).toBeLessThan(
      1000 * Math.min(...[pythonConstant("liveness/timing", "MAX_IDLE_S")].flat().map(Number)),
    );
  });

  test("what the page calls held is what the server looks at", () => {
    expect(HOLD_MS).toBe(server("performance", "HELD_MS"));
  });

  test("spoken directions leave more time for each step than others", () => {
    expect(stepLimitMs("screen-reader", "turn")).toBeGreaterThan(2 * stepLimitMs("standard", "turn"));
  });
});
