import { describe, expect, test } from "vitest";

import { GuidanceHold } from "../../components/camera/guidance-hold";
import { codeIn, newestFirst, readMails } from "../../pages/mails";
import {
  reachableStep,
  REGISTER_STEPS,
  stepNumber,
  type RegisterProgress,
  type RegisterStep,
} from "../../pages/register/progress";
import { readConfig } from "../../pages/services";
import { reachableSignInStep } from "../../pages/sign-in/progress";

const OF_THREE = { taken: 1, wanted: 3 };

const NOTHING: RegisterProgress = { codeSent: false, mailboxProven: false, agreed: false, registered: false };
const SENT: RegisterProgress = { ...NOTHING, codeSent: true };
const PROVEN: RegisterProgress = { ...SENT, mailboxProven: true };
const AGREED: RegisterProgress = { ...PROVEN, agreed: true };
const REGISTERED: RegisterProgress = { ...AGREED, registered: true };

describe("the steps of registering", () => {
  test.each<[RegisterStep, RegisterProgress, RegisterStep]>([
    ["camera", NOTHING, "email"],
    ["code", SENT, "code"],
    ["consent", SENT, "code"],
    ["code", PROVEN, "email"],
    ["camera", PROVEN, "consent"],
    ["camera", AGREED, "camera"],
    ["done", AGREED, "camera"],
    ["without-face", AGREED, "without-face"],
    ["email", AGREED, "email"],
  ])("asked for %s", (wanted, progress, shown) => {
    expect(reachableStep(wanted, progress)).toBe(shown);
  });

  test("the camera never opens before somebody has agreed, whatever the browser's history says", () => {
    for (const wanted of [...REGISTER_STEPS, "without-face"] as const) {
      for (const progress of [NOTHING, SENT, PROVEN]) {
        expect(reachableStep(wanted, progress)).not.toBe("camera");
      }
    }
  });

  test("once registered, no way back leads into a second registration", () => {
    for (const wanted of [...REGISTER_STEPS, "without-face"] as const) {
      expect(reachableStep(wanted, REGISTERED)).toBe("done");
    }
  });

  test("the other way out of the consent counts as the consent", () => {
    expect(stepNumber("without-face")).toBe(stepNumber("consent"));
  });
});

describe("the views of signing in", () => {
  const stranger = { known: false, codeSent: false, registered: null };

  test("a known device goes straight to the camera", () => {
    expect(reachableSignInStep("camera", { ...stranger, known: true })).toBe("camera");
  });

  test("another device proves its mailbox first", () => {
    expect(reachableSignInStep("camera", stranger)).toBe("email");
    expect(reachableSignInStep("camera", { ...stranger, codeSent: true, registered: false })).toBe("email");
    expect(reachableSignInStep("camera", { ...stranger, codeSent: true, registered: true })).toBe("camera");
  });

  test("a code that has been used is not asked for again", () => {
    expect(reachableSignInStep("code", { ...stranger, codeSent: true })).toBe("code");
    expect(reachableSignInStep("code", { ...stranger, codeSent: true, registered: true })).toBe("email");
  });
});

describe("guidance on the screen", () => {
  test("a sentence stays long enough to be read", () => {
    const hold = new GuidanceHold();

    expect(hold.next({ state: "too-far", progress: 0, ...OF_THREE }, 0).state).toBe("too-far");
    expect(hold.next({ state: "blurred", progress: 0, ...OF_THREE }, 100).state).toBe("too-far");
    expect(hold.next({ state: "blurred", progress: 0, ...OF_THREE }, 500).state).toBe("blurred");
  });

  test("progress and a capture are shown at once", () => {
    const hold = new GuidanceHold();
    hold.next({ state: "hold-still", progress: 0, ...OF_THREE }, 0);

    expect(hold.next({ state: "blurred", progress: 0.3, ...OF_THREE }, 50)).toEqual({
      state: "hold-still",
      progress: 0.3,
      ...OF_THREE,
    });
    expect(hold.next({ state: "captured", progress: 0.4, ...OF_THREE }, 60).state).toBe("captured");
  });
});

describe("the outbox", () => {
  const mail = (text: string, at: unknown): unknown => ({ to: "a@example.org", subject: "Code", text, at });

  test("finds the six digits and no other number", () => {
    expect(codeIn("Your code is 042917. It works for 10 minutes.")).toBe("042917");
    expect(codeIn("Order 1234567, call 12345")).toBeNull();
  });

  test("shows the newest first and drops what is no mail", () => {
    const mails = readMails([
      mail("old", "2026-11-23T10:00:00Z"),
      mail("new", "2026-11-23T11:00:00Z"),
      7,
      {},
    ]);

    expect(newestFirst(mails).map(({ text }) => text)).toEqual(["new", "old"]);
    expect(readMails({ not: "a list" })).toEqual([]);
  });

  test.each([1_795_456_862, "1795456862", "1795456862.0", "2026-11-23T18:01:02Z"])(
    "reads the time %j",
    (at) => {
      expect(readMails([mail("x", at)])[0]?.at.toISOString()).toBe("2026-11-23T18:01:02.000Z");
    },
  );
});

describe("the settings of the site", () => {
  test("are read as they are", () => {
    expect(readConfig({ apiOrigin: "", environment: "local" })).toEqual({
      apiOrigin: "",
      environment: "local",
    });
  });

  test.each([
    null,
    "x",
    {},
    { apiOrigin: "" },
    { environment: "local" },
    { apiOrigin: 1, environment: "local" },
  ])("%j is refused, not guessed", (value) => {
    expect(() => readConfig(value)).toThrow(TypeError);
  });
});
