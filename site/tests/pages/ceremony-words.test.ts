import { readFileSync } from "node:fs";

import { describe, expect, test } from "vitest";

import { guidanceWords, hintsAfter, mainTrouble } from "../../components/wording/guidance";
import { wordsFor } from "../../components/wording/problems";
import { PROFILE_WORDS } from "../../components/wording/profiles";
import { SETBACK_WORDS, setbackOf, type Setback } from "../../components/wording/setbacks";
import {
  CeremonyError,
  LIVENESS_PROFILES,
  type DotPlace,
  type Guidance,
  type LookAgainReason,
  type StepKind,
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

    expect(guidanceWords(look, "standard")).toBe("Straight into the camera.");
  });

  test("what is held is said of the step that is held", () => {
    const said = (kind: StepKind): string =>
      guidanceWords(
        { state: "hold-still", ...NOTHING, step: { kind, index: 1, count: 3, share: 1 } },
        "standard",
      );

    expect(new Set((["look", "turn", "close_eyes", "view"] as const).map(said)).size).toBe(4);
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

describe("when a try did not work out", () => {
  test.each(Object.entries(SETBACK_WORDS))("%s is told, with what to do about it", (setback, words) => {
    const again: Guidance = { state: "look-again", ...NOTHING };

    expect(guidanceWords(again, "standard", setback as Setback)).toBe(words.again);
    expect(words.again).toMatch(/^[A-Z].{10,50}\.$/);
    for (const text of [words.given.text, words.hint]) expect(text).toMatch(/^[A-Z].{40,150}[.”]$/);
    expect(hintsAfter(setback as Setback)[0]).toBe(words.hint);
  });

  test.each(REASONS)("%s before any step is what it is", (reason) => {
    expect(setbackOf(reason, null)).toBe(reason);
    expect(wordsFor(new CeremonyError(reason))).toBe(SETBACK_WORDS[reason].given);
  });

  test.each([
    [{ kind: "turn", state: "turn-more" }, "dot-not-reached"],
    [{ kind: "turn", state: "other-way" }, "wrong-way"],
    [{ kind: "close_eyes", state: "close-eyes" }, "eyes-not-closed"],
    [{ kind: "close_eyes", state: "open-eyes" }, "eyes-not-opened"],
    [{ kind: "closer", state: "come-closer" }, "not-closer"],
    [{ kind: "look", state: "follow-dot" }, "not-straight"],
    [{ kind: "view", state: "turn-left" }, "too-slow"],
  ] as const)("a step that took too long, %o, is told as %s", (asked, setback) => {
    expect(setbackOf("too-slow", asked)).toBe(setback);
    expect(setbackOf("face-lost", asked)).toBe("face-lost");
  });

  test("it is what a refusal's hints begin with, whatever else was seen", () => {
    const seen = new Map<Guidance["state"], number>([["too-dark", 90]]);

    expect(mainTrouble(seen, ["several-faces", "eyes-not-closed"])).toBe("eyes-not-closed");
    expect(mainTrouble(seen, [])).toBe("too-dark");
  });

  test("somebody who closed their eyes as asked is not told that they were open", () => {
    const seen = new Map<Guidance["state"], number>([
      ["close-eyes", 40],
      ["hold-still", 30],
    ]);

    expect(mainTrouble(seen)).toBeNull();
  });
});

test("a way that the server grants only with the mailbox says so before it is chosen", () => {
  const source = readFileSync(
    new URL("../../../layers/matching/liveness/profiles.py", import.meta.url),
    "utf8",
  );
  const profiles = [
    ...source.matchAll(/(?:Profile\(|replace\(_\w+,)\s*id="([a-z-]+)"((?:(?!Profile\(|replace\().)*)/gs),
  ];
  const needing = profiles.filter(([, , rest]) => rest?.includes("needs_mailbox=True")).map(([, id]) => id);

  expect(profiles.map(([, id]) => id).toSorted()).toEqual([...LIVENESS_PROFILES].toSorted());
  for (const profile of LIVENESS_PROFILES.filter((one) => needing.includes(one))) {
    expect(PROFILE_WORDS[profile].text).toContain("mailbox");
  }
});

test.each(LIVENESS_PROFILES)("the profile %s has a name and a sentence of its own", (profile) => {
  const others = LIVENESS_PROFILES.filter((other) => other !== profile);

  expect(others.map((other) => PROFILE_WORDS[other].text)).not.toContain(PROFILE_WORDS[profile].text);
  expect(PROFILE_WORDS[profile].name).toMatch(/^[A-Z]/);
});
