import { describe, expect, test } from "vitest";

import { Answer } from "../../sdk/api/answer";
import { openingFrom, stepsFrom } from "../../sdk/capture/script";

const LOOK = { kind: "look", capture: true };
const TURN = { kind: "turn", capture: false, yaw_deg: 11.3, pitch_deg: -11.3 };

const answer = (script: object | null, challenge: unknown = "c"): Answer => new Answer({ challenge, script });
const script = (rest: object = {}): object => ({
  profile: "standard",
  acts: 2,
  steps: [LOOK, TURN],
  ...rest,
});

describe("a script", () => {
  test("is read with every kind of step", () => {
    const steps = [
      LOOK,
      TURN,
      { kind: "close_eyes", capture: false, duration_ms: 900 },
      { kind: "closer", capture: false, scale: 1.35 },
      { kind: "view", capture: true, view: "left" },
    ];

    expect(openingFrom(answer(script({ steps })), "standard")).toEqual({
      challenge: "c",
      steps: [
        { kind: "look", capture: true },
        { kind: "turn", capture: false, yawDeg: 11.3, pitchDeg: -11.3 },
        { kind: "close_eyes", capture: false, durationMs: 900 },
        { kind: "closer", capture: false, scale: 1.35 },
        { kind: "view", capture: true, view: "left" },
      ],
    });
  });

  test.each([
    ["none", null],
    ["another profile's", script({ profile: "no-sound" })],
    ["of one act", script({ acts: 1 })],
    ["without steps", script({ steps: [] })],
    ["that does not begin with a look", script({ steps: [TURN] })],
    ["of an unknown kind", script({ steps: [LOOK, { kind: "dance", capture: false }] })],
    ["that does not say whether it captures", script({ steps: [{ kind: "look" }] })],
    ["with a turn of no size", script({ steps: [LOOK, { ...TURN, yaw_deg: 0, pitch_deg: 0 }] })],
    ["with a turn that breaks a neck", script({ steps: [LOOK, { ...TURN, yaw_deg: 90 }] })],
    ["with a turn that is no number", script({ steps: [LOOK, { ...TURN, yaw_deg: "16" }] })],
    ["with half a turn", script({ steps: [LOOK, { kind: "turn", capture: false, yaw_deg: 16 }] })],
    ["with a closure of a minute", script({ steps: [LOOK, { kind: "close_eyes", capture: false, duration_ms: 60_000 }] })],
    ["with a face as large as the frame", script({ steps: [LOOK, { kind: "closer", capture: false, scale: 9 }] })],
    ["with an unknown view", script({ steps: [LOOK, { kind: "view", capture: true, view: "back" }] })],
    ["of a thousand steps", script({ steps: Array.from({ length: 1000 }, () => LOOK) })],
    ["whose steps are no list", script({ steps: LOOK })],
  ])("%s is an unexpected answer", (_what, value) => {
    expect(() => openingFrom(answer(value), "standard")).toThrow(
      expect.objectContaining({ name: "NetworkError", kind: "unexpected-answer" }) as Error,
    );
  }); // prettier-ignore

  test("of a second act may begin with anything, but not with nothing", () => {
    expect(stepsFrom(new Answer({ steps: [TURN] }))).toHaveLength(1);
    expect(() => stepsFrom(new Answer({ steps: [] }))).toThrow();
    expect(() => stepsFrom(new Answer({}))).toThrow();
  });
});
