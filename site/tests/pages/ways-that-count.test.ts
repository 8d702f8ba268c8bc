// @vitest-environment happy-dom
/** Looking without turning the head takes a code as well. Where codes do not count, nobody is sent round in a circle. */
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";

import "../../components/camera/camera-block";
import type { CameraBlock } from "../../components/camera/camera-block";
import "../../pages/dashboard/dashboard-page";
import "../../pages/face/face-page";
import "../../pages/sign-in/sign-in-page";
import type { FaceSmash, LivenessProfile, Session } from "../../sdk";
import { aDevice, anAccount, aSession } from "../support/account";
import { button, words } from "../support/page";
import { services, type Told } from "../support/services";

const BY_CODE = aSession({ amr: ["otp", "swk"] });
const DOES_NOT_COUNT =
  "A code does not count for this, nor does looking “Without turning the head”, which takes one as well.";

let session: Session;
let told: Told;

beforeEach(() => {
  session = BY_CODE;
  vi.stubGlobal("scrollTo", () => undefined);
  history.replaceState(null, "", "/face");
  const devices = [aDevice({ createdAt: new Date("2026-01-01T00:00:00Z") })];
  told = services({
    session: () => session,
    resumeSession: async () => Promise.resolve(session),
    account: async () => Promise.resolve(anAccount({ devices })),
    knownAccount: async () => Promise.resolve(true),
    passkeySupport: async () => Promise.resolve({ usable: false, onThisDevice: false }),
    prepare: async () => new Promise<void>(() => undefined),
    closeCamera: () => undefined,
  });
});

afterEach(() => {
  document.body.replaceChildren();
  localStorage.clear();
  vi.unstubAllGlobals();
});

async function opened(name: "fs-face-page" | "fs-dashboard-page" | "fs-sign-in-page"): Promise<HTMLElement> {
  const page = document.createElement(name);
  page.services = told;
  document.body.append(page);
  await vi.waitFor(() => {
    expect(page.querySelector("[data-step], .dashboard")).not.toBeNull();
  });
  return page;
}

describe("on the page of the face", () => {
  test("whoever came in by a code, alone or with a look, is told which looks count", async () => {
    const page = await opened("fs-face-page");

    expect(words(page.querySelector("[data-step=missing]"))).toContain(DOES_NOT_COUNT);
    expect(page.querySelector("[data-step=missing] a")?.getAttribute("href")).toBe("/dashboard");
    button(page, "Sign in again").click();
    expect(told.memory.steppingUp).toEqual({ page: "face", signedIn: false, byFace: true });
  });

  test("whoever came in by their face, too long ago, is not", async () => {
    session = aSession({ authTime: new Date(Date.now() - 360_000) });

    const page = await opened("fs-face-page");

    expect(words(page.querySelector("[data-step=missing]"))).not.toContain("does not count");
  });
});

describe("on the dashboard", () => {
  test("for the address they are told so as well", async () => {
    const page = await opened("fs-dashboard-page");

    button(page, "Change my address").click();

    const question = page.querySelector("fs-confirm");
    await vi.waitFor(() => {
      expect(words(question)).toContain(DOES_NOT_COUNT);
    });
    if (question !== null) button(question, "Sign in again").click();
    await vi.waitFor(() => {
      expect(told.memory.steppingUp).toEqual({ page: "dashboard", signedIn: false, byFace: true });
    });
  });

  test("a passkey is no code: nothing is said of those", async () => {
    session = aSession({ amr: ["hwk", "user"] });
    const page = await opened("fs-dashboard-page");

    button(page, "Change my address").click();

    const question = page.querySelector("fs-confirm");
    await vi.waitFor(() => {
      expect(words(question)).toContain("Please sign in with your face");
    });
    expect(words(question)).not.toContain("does not count");
  });

  test.each<[Session, boolean]>([
    [BY_CODE, false],
    [aSession(), true],
  ])("whoever has signed in again is promised what that opens, and no more", async (begun, address) => {
    session = begun;
    told.memory.steppingUp = { page: "dashboard", signedIn: true };

    const page = await opened("fs-dashboard-page");

    await vi.waitFor(() => {
      expect(words(page)).toContain("You have signed in again.");
    });
    expect(words(page).includes("your address as well")).toBe(address);
  });
});

describe("at the sign-in", () => {
  function offered(page: HTMLElement): string[] {
    return [...page.querySelectorAll<HTMLInputElement>("[name=liveness-profile]")].map(({ value }) => value);
  }

  test("where only a face counts the way that takes a code is not offered, and that is said", async () => {
    localStorage.setItem("facesmash-profile", "no-head-turn");
    told.memory.steppingUp = { page: "face", signedIn: false, byFace: true };

    const page = await opened("fs-sign-in-page");

    await vi.waitFor(() => {
      expect(offered(page)).toContain("standard");
    });
    expect(offered(page)).not.toContain("no-head-turn");
    expect(words(page.querySelector("[data-testid=other-way]"))).toContain(
      "“Without turning the head” is not for this",
    );
  });

  test("anywhere else it is", async () => {
    localStorage.setItem("facesmash-profile", "no-head-turn");
    told.memory.steppingUp = { page: "dashboard", signedIn: false };

    const page = await opened("fs-sign-in-page");

    await vi.waitFor(() => {
      expect(offered(page)).toContain("no-head-turn");
    });
    expect(page.querySelector("[data-testid=other-way]")).toBeNull();
  });
});

describe("a camera that does not offer the remembered way", () => {
  async function camera(remembered: LivenessProfile): Promise<CameraBlock> {
    localStorage.setItem("facesmash-profile", remembered);
    const block = document.createElement("fs-camera");
    block.faceSmash = told.faceSmash satisfies FaceSmash;
    block.codeless = true;
    document.body.append(block);
    await block.updateComplete;
    return block;
  }

  test("says so, until the person chooses one; what the device remembers stays", async () => {
    const block = await camera("no-head-turn");
    expect(words(block.querySelector("[data-testid=other-way]"))).toContain("“Usual” is chosen instead");
    expect(localStorage.getItem("facesmash-profile")).toBe("no-head-turn");

    block
      .querySelector("fs-profile-choice")
      ?.dispatchEvent(new CustomEvent("profile-chosen", { detail: "no-sound" }));
    await block.updateComplete;

    expect(block.querySelector("[data-testid=other-way]")).toBeNull();
  });

  test("says nothing where it does", async () => {
    expect((await camera("no-sound")).querySelector("[data-testid=other-way]")).toBeNull();
  });
});
