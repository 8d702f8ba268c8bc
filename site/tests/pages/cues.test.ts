import { describe, expect, test, vi } from "vitest";

import { Cues } from "../../components/camera/cues";
import { GuidanceHold } from "../../components/camera/guidance-hold";
import { Tones } from "../../components/camera/tones";
import type { Guidance, LivenessProfile } from "../../sdk";

const NOTHING = { progress: 0, taken: 0, wanted: 3 };

function at(state: Guidance["state"], index: number, share = 0): Guidance {
  return { state, ...NOTHING, step: { kind: "turn", index, count: 4, share, target: { x: 1, y: 0 } } };
}

function heard(profile: LivenessProfile, ...said: readonly Guidance[]): string[] {
  const tones = new Tones(false);
  const played: string[] = [];
  for (const name of ["step", "openEyes", "again", "near"] as const)
    vi.spyOn(tones, name).mockImplementation(() => void played.push(name));
  const cues = new Cues(tones, profile);
  for (const [index, guidance] of said.entries()) cues.hear(guidance, 100 * index);
  return played;
}

describe("tones", () => {
  test("every step is heard once", () => {
    expect(heard("standard", at("follow-dot", 0), at("turn-more", 0), at("follow-dot", 1))).toEqual([
      "step",
      "step",
    ]);
  });

  test("whoever has their eyes closed hears when to open them", () => {
    expect(heard("standard", at("close-eyes", 2), at("open-eyes", 2), at("open-eyes", 2))).toEqual([
      "step",
      "openEyes",
    ]);
  });

  test("beginning again is heard", () => {
    expect(heard("standard", at("follow-dot", 1), { state: "look-again", ...NOTHING })).toEqual([
      "step",
      "again",
    ]);
  });

  test("only spoken directions come with a tone that follows the nose", () => {
    expect(heard("screen-reader", at("follow-dot", 1), at("follow-dot", 1, 0.5))).toEqual(["step", "near"]);
    expect(heard("standard", at("follow-dot", 1), at("follow-dot", 1, 0.5))).toEqual(["step"]);
  });

  test("a browser without sound is no reason to fail", () => {
    const tones = new Tones(false);

    expect(() => {
      tones.wake();
      tones.step();
      tones.close();
    }).not.toThrow();
  });
});

describe("what is held on the screen", () => {
  test("a new step is shown at once, with its own words", () => {
    const hold = new GuidanceHold();
    hold.next(at("hold-still", 1), 0);

    expect(hold.next(at("follow-dot", 2), 10).state).toBe("follow-dot");
  });

  test("spoken sentences are let finish", () => {
    const hold = new GuidanceHold({ spoken: true });
    hold.next(at("follow-dot", 1), 0);

    expect(hold.next(at("turn-more", 1), 1_000).state).toBe("follow-dot");
    expect(hold.next(at("turn-more", 1), 1_400).state).toBe("turn-more");
  });

  test("the dot moves at once while the sentence stays", () => {
    const hold = new GuidanceHold();
    hold.next(at("follow-dot", 1), 0);
    const shown = hold.next({ ...at("turn-more", 1, 0.6) }, 50);

    expect(shown.state).toBe("follow-dot");
    expect(shown.step?.share).toBe(0.6);
  });
});
