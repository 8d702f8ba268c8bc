import { describe, expect, test } from "vitest";

import { FACE_STEPS, reachableFaceStep } from "../../pages/face/progress";
import { FRESH_MS, KNOWN_FOR_MS, missingFor, signInMissing } from "../../pages/face/readiness";
import type { Account, Session } from "../../sdk";
import { aDevice, anAccount, aSession, aTemplate } from "../support/account";
import { pythonConstant } from "../support/python-constants";

const NOW = new Date("2026-11-27T12:00:00Z");
const ago = (milliseconds: number): Date => new Date(NOW.getTime() - milliseconds);
const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;

const OLD_DEVICE = aDevice({ createdAt: ago(30 * DAY) });
const WITH_FACE = anAccount({ createdAt: ago(60 * DAY), devices: [OLD_DEVICE] });
const WITHOUT = { ...WITH_FACE, policyVersion: null };
const BY_FACE = aSession({ authTime: ago(MINUTE), amr: ["face", "swk"] });
const BY_CODE = { ...BY_FACE, amr: ["otp", "swk"] as const };
const LONG_AGO = { ...BY_FACE, authTime: ago(6 * MINUTE) };

function withAnchorOf(ageMs: number): Account {
  return { ...WITH_FACE, templates: [aTemplate({ createdAt: ago(ageMs) })] };
}

function missing(account: Account, session: Session, signedInAt: Date | null = null): string | null {
  return missingFor(account, session, { now: NOW, signedInAt });
}

test("a sign-in is as fresh here as it is at the server", () => {
  expect(KNOWN_FOR_MS).toBe(3 * DAY);
  expect(FRESH_MS).toBe(1000 * (pythonConstant("identity", "FRESH_S", "service") as number));
});

describe("what stands before the camera", () => {
  test.each<[string, Account, Session, string | null]>([
    ["a face, signed in with it just now", WITH_FACE, BY_FACE, null],
    ["a face, signed in with it five minutes ago", WITH_FACE, { ...BY_FACE, authTime: ago(FRESH_MS) }, null],
    [
      "a face, signed in with it too long ago",
      WITH_FACE,
      { ...BY_FACE, authTime: ago(FRESH_MS + 1) },
      "face",
    ],
    ["a face, signed in with a code", WITH_FACE, BY_CODE, "face"],
    ["a face of less than three days", withAnchorOf(3 * DAY - 1), BY_FACE, "recent"],
    ["a face of three days", withAnchorOf(3 * DAY), BY_FACE, null],
    ["no face, signed in with a code just now", WITHOUT, BY_CODE, null],
    ["no face, signed in too long ago", WITHOUT, { ...BY_CODE, authTime: ago(6 * MINUTE) }, "sign-in"],
    ["a paused face, signed in with it just now", { ...WITH_FACE, status: "paused" }, BY_FACE, "resumed"],
    [
      "a paused face, signed in with it too long ago",
      { ...WITH_FACE, status: "paused" },
      LONG_AGO,
      "resumed",
    ],
  ])("%s", (_what, account, session, expected) => {
    expect(missing(account, session)).toBe(expected);
  });

  test("a face that waits for a new consent signs nobody in before that", () => {
    const due = (faceUntil: Date): Account => ({
      ...WITH_FACE,
      consentDue: { policyVersion: "2", faceUntil },
    });

    expect(missing(due(ago(1)), LONG_AGO)).toBe("agreed");
    expect(missing(due(ago(-DAY)), LONG_AGO)).toBe("face");
    expect(missing(due(ago(1)), BY_FACE)).toBeNull();
  });

  test.each<[string, Partial<Account>, string | null]>([
    ["three days ago", { devices: [aDevice({ createdAt: ago(3 * DAY) })] }, null],
    ["a little later", { devices: [aDevice({ createdAt: ago(3 * DAY - 1000) })] }, "device"],
    ["by registering", { createdAt: ago(MINUTE), devices: [aDevice({ createdAt: ago(MINUTE) })] }, null],
    ["never, but another one", { devices: [{ ...OLD_DEVICE, current: false }] }, "device"],
    ["never", { devices: [] }, "device"],
  ])("a device that became known %s", (_when, changes, expected) => {
    expect(missing({ ...WITH_FACE, ...changes }, BY_FACE)).toBe(expected);
  });

  test("a new device is told of before anybody signs in again in vain", () => {
    expect(missing({ ...WITH_FACE, devices: [] }, LONG_AGO)).toBe("device");
  });

  test("a clock that is ahead asks nobody twice", () => {
    expect(missing(WITH_FACE, LONG_AGO, ago(MINUTE))).toBeNull();
    expect(missing(WITH_FACE, { ...BY_CODE, authTime: ago(6 * MINUTE) }, ago(MINUTE))).toBe("face");
    expect(missing(WITH_FACE, LONG_AGO, ago(6 * MINUTE))).toBe("face");
  });

  test("a clock that is behind makes no old device a new one", () => {
    const session = { ...BY_FACE, authTime: ago(-30 * DAY) };

    expect(missing({ ...WITH_FACE, devices: [aDevice({ createdAt: ago(-20 * DAY) })] }, session)).toBeNull();
  });

  test("a sign-in that the server finds too old has its own way, face or not", () => {
    expect(signInMissing(WITH_FACE, NOW)).toBe("face");
    expect(signInMissing({ ...WITH_FACE, status: "paused" }, NOW)).toBe("resumed");
    expect(signInMissing(WITHOUT, NOW)).toBe("sign-in");
  });
});

describe("the steps", () => {
  test("the camera never opens before somebody has agreed, whatever the browser's history says", () => {
    for (const wanted of FACE_STEPS) {
      expect(reachableFaceStep(wanted, { agreed: false, enrolled: false })).toBe("consent");
    }
    expect(reachableFaceStep("camera", { agreed: true, enrolled: false })).toBe("camera");
    expect(reachableFaceStep("done", { agreed: true, enrolled: false })).toBe("camera");
    expect(reachableFaceStep("consent", { agreed: true, enrolled: false })).toBe("consent");
  });

  test("once enrolled, no way back leads to the camera", () => {
    for (const wanted of FACE_STEPS) {
      expect(reachableFaceStep(wanted, { agreed: true, enrolled: true })).toBe("done");
    }
  });
});
