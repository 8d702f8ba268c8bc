import { describe, expect, test } from "vitest";

import { guidanceWords } from "../../components/wording/guidance";
import { CEREMONY_WORDS, wordsFor } from "../../components/wording/problems";
import { PROFILE_WORDS } from "../../components/wording/profiles";
import {
  CeremonyError,
  LIVENESS_PROFILES,
  type DotPlace,
  type Guidance,
  type LookAgainReason,
} from "../../sdk";

const NOTHING = { progress: 0, taken: 0, wanted: 3 };

function turning(target: DotPlace, state: Guidance["state"] = "follow-dot"): Guidance {
  return { state, ...NOTHING, step: { kind: "turn", index: 1, count: 2, target, share: 0 } };
}

describe("where to turn, in words", () => {
  test.each([
    [{ x: 1, y: 0 }, "to your right"],
    [{ x: -1, y: 0 }, "to your left"],
    [{ x: 0, y: -1 }, "up"],
    [{ x: 0, y: 1 }, "down"],
    [{ x: -0.7, y: -0.7 }, "up to your left"],
    [{ x: 0.7, y: 0.7 }, "down to your right"],
  ])("a dot at %o is %s", (target, way) => {
    expect(guidanceWords(turning(target), "screen-reader")).toBe(`Turn your head ${way}.`);
  });

  test("whoever sees the dot is told of the dot", () => {
    expect(guidanceWords(turning({ x: 1, y: 0 }), "standard")).toBe("Point your nose at the dot.");
  });

  test("the way is said again with what to change", () => {
    expect(guidanceWords(turning({ x: 0, y: 1 }, "other-way"), "screen-reader")).toBe("The other way: down.");
    expect(guidanceWords(turning({ x: 0, y: 1 }, "turn-more"), "screen-reader")).toBe(
      "A little further down.",
    );
  });

  test("after a turn the look goes back to the camera", () => {
    const look: Guidance = {
      state: "follow-dot",
      ...NOTHING,
      step: { kind: "look", index: 2, count: 3, share: 0 },
    };

    expect(guidanceWords(look, "standard")).toBe("Straight into the camera again.");
  });
});

const REASONS = Object.keys({
  "too-slow": 0,
  "face-lost": 0,
  "several-faces": 0,
  "page-hidden": 0,
  "camera-turned": 0,
  "camera-too-slow": 0,
  "moved-on": 0,
} satisfies Record<LookAgainReason, 0>) as LookAgainReason[];

test.each(REASONS)("beginning again because of %s says what happened and ends in a way on", (reason) => {
  const again = guidanceWords({ state: "look-again", reason, ...NOTHING }, "standard");
  const given = wordsFor(new CeremonyError(reason));

  expect(again).toMatch(/^[A-Z].{10,50}\.$/);
  expect(given).toBe(CEREMONY_WORDS[reason]);
  expect(given.text.length).toBeGreaterThan(50);
});

test.each(LIVENESS_PROFILES)("the profile %s has a name and a sentence of its own", (profile) => {
  const others = LIVENESS_PROFILES.filter((other) => other !== profile);

  expect(others.map((other) => PROFILE_WORDS[other].text)).not.toContain(PROFILE_WORDS[profile].text);
  expect(PROFILE_WORDS[profile].name).toMatch(/^[A-Z]/);
});
