// @vitest-environment happy-dom
import { createHash } from "node:crypto";

import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";

import "../../pages/face/face-page";
import type { FacePage } from "../../pages/face/face-page";
import type { Memory, Services } from "../../pages/services";
import {
  ApiProblem,
  DeviceKeyError,
  NetworkError,
  type Account,
  type Capture,
  type EnrolFaceOptions,
  type Policy,
  type ProblemType,
  type Session,
} from "../../sdk";
import { aDevice, anAccount, aSession, aTemplate } from "../support/account";
import { button, words } from "../support/page";

const DEVICE = aDevice({ createdAt: new Date("2026-01-01T00:00:00Z") });
const WITH_FACE = anAccount({ devices: [DEVICE] });
const WITHOUT_FACE = { ...WITH_FACE, policyVersion: null };
const POLICY: Policy = {
  version: "2026-11-1",
  text: "We ask …",
  textSha256: createHash("sha256").update("We ask …").digest("hex"),
  language: "en",
  release: { statement: "I agree.", typedName: true, ageStatement: "I am of age." },
  retention: [],
  controller: { name: "Example", contact: "privacy@example.org" },
};
const CAPTURE = { challenge: "of-the-ceremony" } as Capture;

let account: Account;
let session: Session | null;
let memory: Memory;
const resumeSession = vi.fn<() => Promise<Session | null>>();
const readAccount = vi.fn<() => Promise<Account>>();
const enrolFace = vi.fn<(options: EnrolFaceOptions) => Promise<void>>();
const policy = vi.fn<() => Promise<Policy>>();
const signOut = vi.fn<() => Promise<void>>();
const go = vi.fn();

beforeEach(() => {
  vi.stubGlobal("scrollTo", () => undefined);
  history.replaceState(null, "", "/face");
  account = WITH_FACE;
  session = aSession();
  memory = { provenEmail: null, steppingUp: null, application: null };
  resumeSession.mockReset().mockImplementation(async () => Promise.resolve(session));
  readAccount.mockReset().mockImplementation(async () => Promise.resolve(account));
  enrolFace.mockReset().mockResolvedValue();
  policy.mockReset().mockResolvedValue(POLICY);
  signOut.mockReset().mockImplementation(async () => {
    session = null;
    return Promise.resolve();
  });
  go.mockReset();
});

afterEach(() => {
  document.body.replaceChildren();
  vi.unstubAllGlobals();
});

async function opened(): Promise<FacePage> {
  const page = document.createElement("fs-face-page");
  page.services = {
    faceSmash: {
      session: () => session,
      resumeSession,
      account: readAccount,
      policy,
      enrolFace,
      signOut,
      prepare: async () => new Promise<void>(() => undefined),
      closeCamera: () => undefined,
    },
    config: { apiOrigin: "", environment: "local" },
    memory,
    go,
    sessionChanged: () => undefined,
  } as unknown as Services;
  const main = document.createElement("main");
  main.append(page);
  document.body.append(main);
  await vi.waitFor(() => {
    expect(page.querySelector("h1")).not.toBeNull();
    expect(page.querySelector(".busy")).toBeNull();
  });
  return page;
}

/** Ticks and types what is asked for. */
async function agreed(page: FacePage): Promise<void> {
  for (const box of page.querySelectorAll<HTMLInputElement>("input[type=checkbox]")) box.checked = true;
  const name = page.querySelector<HTMLInputElement>("#signed-name");
  if (name !== null) name.value = "Ada Lovelace";
  button(page, "Agree and continue").click();
  await page.updateComplete;
}

async function atTheCamera(): Promise<{ page: FacePage; camera: HTMLElementTagNameMap["fs-camera"] }> {
  const page = await opened();
  await agreed(page);
  await vi.waitFor(() => cameraOf(page));
  return { page, camera: cameraOf(page) };
}

function cameraOf(page: FacePage): HTMLElementTagNameMap["fs-camera"] {
  const camera = page.querySelector("fs-camera");
  if (camera === null) throw new Error("no camera");
  return camera;
}

function look(page: FacePage): void {
  const detail = { capture: CAPTURE, trouble: null };
  cameraOf(page).dispatchEvent(new CustomEvent("captured", { detail }));
}

async function refused(
  type: ProblemType,
  rest: { reasons?: readonly string[]; retryAfter?: number } = {},
): Promise<FacePage> {
  enrolFace.mockRejectedValue(new ApiProblem({ type, status: 400, detail: "", ...rest }));
  const { page } = await atTheCamera();
  look(page);
  return page;
}

describe("before anybody is signed in", () => {
  test("it says how to, and the sign-in leads back here", async () => {
    session = null;

    const page = await opened();

    expect(words(page.querySelector("h1"))).toBe("You are not signed in");
    expect(page.querySelector("fs-camera, fs-consent-step")).toBeNull();
    expect(readAccount).not.toHaveBeenCalled();
    button(page, "Sign in").click();
    expect(memory.steppingUp).toEqual({ page: "face", signedIn: false });
    expect(go).toHaveBeenCalledExactlyOnceWith("sign-in");
  });

  test("a session that has ended says so", async () => {
    readAccount.mockRejectedValue(new ApiProblem({ type: "token-invalid", status: 401, detail: "" }));

    const page = await opened();

    await vi.waitFor(() => {
      expect(words(page.querySelector("h1"))).toBe("Your session has ended");
    });
    expect(signOut).toHaveBeenCalledOnce();
  });

  test("a network that fails is tried again", async () => {
    resumeSession.mockRejectedValueOnce(new NetworkError("unreachable"));
    const page = await opened();
    expect(words(page.querySelector("[role=alert]"))).toContain("No connection");

    button(page, "Try again").click();

    await vi.waitFor(() => {
      expect(words(page.querySelector("h1"))).toBe("Enrol your face anew");
    });
    await vi.waitFor(() => {
      expect(document.activeElement).toBe(page.querySelector("h1"));
    });
  });
});

describe("whose account it is", () => {
  const whose = (page: FacePage): string => words(page.querySelector("[data-testid=whose]"));
  const ASKED = "For ada@example.org. Not you? Sign out";

  test("stands at the text and at the camera, and at the end no more", async () => {
    const page = await opened();
    expect(whose(page)).toBe(ASKED);

    await agreed(page);
    await vi.waitFor(() => cameraOf(page));
    expect(whose(page)).toBe(ASKED);

    look(page);
    await vi.waitFor(() => {
      expect(page.querySelector("[data-step=done]")).not.toBeNull();
    });
    expect(whose(page)).toBe("");
  });

  test("stands where a sign-in comes first as well", async () => {
    session = aSession({ amr: ["otp", "swk"] });

    expect(whose(await opened())).toBe(ASKED);
  });

  test.each<[string, () => Promise<FacePage>]>([
    ["text", opened],
    ["camera", async () => (await atTheCamera()).page],
  ])("whoever else is at the %s signs out, and signs in as themselves", async (_where, reached) => {
    account = WITHOUT_FACE;
    const page = await reached();

    button(page, "Sign out").click();

    await vi.waitFor(() => {
      expect(words(page.querySelector("h1"))).toBe("You are not signed in");
    });
    expect(signOut).toHaveBeenCalledOnce();
    await vi.waitFor(() => {
      expect(document.activeElement).toBe(page.querySelector("h1"));
    });
    button(page, "Sign in").click();
    expect(memory.steppingUp).toEqual({ page: "face", signedIn: false });
  });

  test("the camera is gone before the service has answered", async () => {
    signOut.mockReturnValue(new Promise<void>(() => undefined));
    const { page } = await atTheCamera();

    button(page, "Sign out").click();
    await page.updateComplete;

    expect(page.querySelector("fs-camera, fs-consent-step")).toBeNull();
    expect(page.textContent).not.toContain("ada@example.org");
  });

  test("while the account is read nobody is signed out, and the button says so", async () => {
    const page = await opened();
    readAccount.mockReturnValueOnce(new Promise<Account>(() => undefined));
    await agreed(page);

    button(page, "Sign out").click();

    expect(button(page, "Sign out").getAttribute("aria-disabled")).toBe("true");
    expect(signOut).not.toHaveBeenCalled();
  });

  test("a sign-out that fails is told", async () => {
    signOut.mockRejectedValue(new DeviceKeyError("storage-unavailable"));
    const page = await opened();

    button(page, "Sign out").click();

    await vi.waitFor(() => {
      expect(page.querySelector("[role=alert]")).not.toBeNull();
    });
    expect(page.querySelector("fs-consent-step")).toBeNull();
  });
});

describe("before the camera", () => {
  test("it is for a new face or for the first one, and says what that takes", async () => {
    const anew = await opened();
    expect(words(anew.querySelector("h1"))).toBe("Enrol your face anew");
    expect(words(anew.querySelector(".lead"))).toContain(
      "signed in with your face, in the last five minutes",
    );

    account = WITHOUT_FACE;
    session = aSession({ amr: ["otp", "swk"] });
    const first = await opened();

    expect(words(first.querySelector("h1"))).toBe("Set up face sign-in");
    expect(words(first.querySelector(".lead"))).toContain("in the last five minutes");
    expect(words(first.querySelector("[data-step] h2"))).toBe("Your consent");
  });

  const LONG_AGO = new Date(Date.now() - 360_000);

  test.each<[string, Partial<Account>, Partial<Session>, string]>([
    ["a face, and a code signed in", {}, { amr: ["otp", "swk"] }, "Please sign in with your face"],
    ["a face, long ago", {}, { authTime: LONG_AGO }, "Please sign in with your face"],
    ["no face, long ago", { policyVersion: null }, { authTime: LONG_AGO }, "Please sign in again"],
  ])("%s: the sign-in comes first, and leads back here", async (_what, changes, begun, title) => {
    account = { ...WITH_FACE, ...changes };
    session = aSession(begun);

    const page = await opened();

    expect(words(page.querySelector("[data-step=missing] h2"))).toBe(title);
    expect(words(page.querySelector("[data-step=missing]"))).toContain("last five minutes");
    expect(page.querySelector("fs-camera, fs-consent-step")).toBeNull();
    button(page, "Sign in again").click();
    const byFace = account.policyVersion !== null;
    expect(memory.steppingUp).toEqual({ page: "face", signedIn: false, ...(byFace && { byFace }) });
    expect(go).toHaveBeenCalledExactlyOnceWith("sign-in");
  });

  test.each<[string, Partial<Account>, string]>([
    ["a paused face", { status: "paused" }, "Face sign-in is paused"],
    [
      "a face that waits for consent",
      { consentDue: { policyVersion: "2", faceUntil: new Date(0) } },
      "The consent text has a new version",
    ],
    ["a device that is new", { devices: [] }, "This device is too new for that"],
    [
      "a face that is new",
      { templates: [aTemplate({ createdAt: new Date() })] },
      "Your face was enrolled lately",
    ],
  ])("%s: a sign-in would not help, so none is offered", async (_what, changes, title) => {
    account = { ...WITH_FACE, ...changes };
    session = aSession({ authTime: LONG_AGO });

    const page = await opened();

    expect(words(page.querySelector("[data-step=missing] h2"))).toBe(title);
    expect(page.querySelector("[data-step=missing] button")).toBeNull();
    expect(page.querySelector("[data-step=missing] a")?.getAttribute("href")).toBe("/dashboard");
  });

  test("without a face, a device that is not known learns which one is", async () => {
    account = { ...WITHOUT_FACE, devices: [] };

    const page = await opened();

    expect(words(page.querySelector("[data-step=missing]"))).toContain("the one you registered on");
  });

  test("whoever comes back from signing in goes on, and is asked for it once", async () => {
    memory.steppingUp = { page: "face", signedIn: true };
    // As a clock that is ahead sees it.
    session = aSession({ authTime: LONG_AGO });

    const page = await opened();

    expect(page.querySelector("fs-consent-step")).not.toBeNull();
    expect(memory.steppingUp).toBeNull();
  });

  test("whoever comes back without having signed in is asked again", async () => {
    memory.steppingUp = { page: "face", signedIn: false };
    session = aSession({ authTime: LONG_AGO });

    const page = await opened();

    expect(page.querySelector("[data-missing=face]")).not.toBeNull();
  });

  test("whoever reads for long is asked to sign in before the camera, not after", async () => {
    const page = await opened();
    const later = Date.now() + 360_000;
    vi.useFakeTimers({ now: later, toFake: ["Date"] });

    await agreed(page);
    await vi.waitFor(() => {
      expect(page.querySelector("[data-missing=face]")).not.toBeNull();
    });
    vi.useRealTimers();

    expect(page.querySelector("fs-camera")).toBeNull();
  });

  test.each<[string, Partial<Account>, string]>([
    ["enrolled a face", { templates: [aTemplate({ createdAt: new Date() })] }, "recent"],
    ["removed this device", { devices: [] }, "device"],
  ])("another page that %s meanwhile is heard before the camera opens", async (_what, changes, missing) => {
    const page = await opened();
    account = { ...WITH_FACE, ...changes };

    await agreed(page);

    await vi.waitFor(() => {
      expect(page.querySelector<HTMLElement>("[data-step=missing]")?.dataset["missing"]).toBe(missing);
    });
    expect(page.querySelector("fs-camera")).toBeNull();
  });

  test("an account that cannot be asked a second time keeps nobody from the camera", async () => {
    const page = await opened();
    readAccount.mockRejectedValueOnce(new NetworkError("unreachable"));

    await agreed(page);

    await vi.waitFor(() => {
      expect(page.querySelector("fs-camera")).not.toBeNull();
    });
  });

  test("a page that is left while the account is read goes nowhere", async () => {
    const page = await opened();
    readAccount.mockReturnValueOnce(new Promise<Account>(() => undefined));
    await agreed(page);
    const { length } = history;

    page.remove();
    await new Promise((resolve) => setTimeout(resolve));

    expect([history.length, page.querySelector("fs-camera")]).toEqual([length, null]);
  });

  test("a session that ends while the text is read says so", async () => {
    const page = await opened();
    session = null;

    await agreed(page);

    await vi.waitFor(() => {
      expect(words(page.querySelector("h1"))).toBe("Your session has ended");
    });
    expect(page.querySelector("fs-camera")).toBeNull();
  });

  test("not agreeing costs nothing, and there is no account without a face to make", async () => {
    const page = await opened();

    const otherwise = page.querySelector("fs-consent-form .choices a");
    expect([words(otherwise), otherwise?.getAttribute("href")]).toEqual(["Not now", "/dashboard"]);
    expect(page.textContent).not.toContain("Carry on without a face");
  });

  test("the camera does not open before everything is declared", async () => {
    const page = await opened();

    button(page, "Agree and continue").click();
    await page.updateComplete;

    expect(page.querySelector("fs-camera")).toBeNull();
  });
});

describe("at the camera", () => {
  test("a session that has run out there ends the page before anybody looks", async () => {
    const { page, camera } = await atTheCamera();
    session = null;

    await camera.start();

    await vi.waitFor(() => {
      expect(words(page.querySelector("h1"))).toBe("Your session has ended");
    });
    expect(page.querySelector("fs-camera")).toBeNull();
  });

  test("whoever waits there for long is asked to sign in before they look, not after", async () => {
    const { page, camera } = await atTheCamera();
    vi.useFakeTimers({ now: Date.now() + 360_000, toFake: ["Date"] });

    await camera.start();
    vi.useRealTimers();

    await vi.waitFor(() => {
      expect(page.querySelector("[data-missing=face]")).not.toBeNull();
    });
    expect(page.querySelector("fs-camera")).toBeNull();
  });

  test("it enrols, names no device, and offers no way without a face", async () => {
    const { page, camera } = await atTheCamera();

    expect([camera.purpose, camera.policy]).toEqual(["enrolment", POLICY]);
    expect(page.querySelector("#device-name")).toBeNull();
    expect(page.textContent).not.toContain("Carry on without a face");
    expect(page.querySelector("[aria-current=step]")?.textContent).toContain("Face");
  });

  test.each<[string, Session["amr"], boolean]>([
    ["a session by face", ["face", "swk"], false],
    ["one by passkey", ["hwk", "user", "mfa", "swk"], false],
    ["one by code", ["otp", "swk"], true],
  ])("in %s a way that needs a code is offered where there is one", async (_what, amr, offered) => {
    account = WITHOUT_FACE;
    session = aSession({ amr });
    localStorage.setItem("facesmash-profile", "no-head-turn");

    const { camera } = await atTheCamera();

    const shown = [...camera.querySelectorAll<HTMLInputElement>("[name=liveness-profile]")];
    expect(shown.some(({ value }) => value === "no-head-turn")).toBe(offered);
    expect(shown.find(({ checked }) => checked)?.value).toBe(offered ? "no-head-turn" : "standard");
    localStorage.clear();
  });

  test("a look is sent with what was declared, and that is told", async () => {
    const { page } = await atTheCamera();

    look(page);

    await vi.waitFor(() => {
      expect(words(page.querySelector("[data-step=done] h2"))).toBe("Your face is enrolled");
    });
    expect(enrolFace).toHaveBeenCalledExactlyOnceWith({
      account: "A".repeat(22),
      policy: POLICY,
      declared: { signedName: "Ada Lovelace", isOfAge: true },
      capture: CAPTURE,
      signal: expect.any(AbortSignal) as AbortSignal,
    });
    expect(words(page.querySelector("[data-step=done]"))).toContain("replaced every face template you had");
    expect(page.querySelector("fs-camera")).toBeNull();
  });

  test("while it is sent the page says so", async () => {
    enrolFace.mockReturnValue(new Promise<void>(() => undefined));
    const { page } = await atTheCamera();

    look(page);
    await vi.waitFor(() => {
      expect(words(page.querySelector("fs-face-enrolment .busy"))).toBe("Enrolling your face");
    });
  });

  test("the first face says where it signs in", async () => {
    account = WITHOUT_FACE;
    const { page } = await atTheCamera();

    look(page);

    await vi.waitFor(() => {
      expect(words(page.querySelector("[data-step=done]"))).toContain("On this device you can now sign in");
    });
    expect(page.textContent).not.toContain("replaced every face template");
  });

  test("the first face of an account that is paused stays paused, and the page says so", async () => {
    account = { ...WITHOUT_FACE, status: "paused" };
    const { page } = await atTheCamera();

    look(page);

    await vi.waitFor(() => {
      expect(words(page.querySelector("[data-step=done]"))).toContain("Face sign-in stays paused");
    });
    expect(words(page.querySelector("[data-step=done]"))).not.toContain("Try signing in");
  });

  test("a face that is not recognised is told why, and looks again", async () => {
    const page = await refused("capture-refused", { reasons: ["not-recognised"] });

    await vi.waitFor(() => {
      expect(words(page.querySelector("[role=alert]"))).toContain(
        "This does not look like the face that the account has, or the light was too poor to tell.",
      );
    });
    expect(words(page.querySelector("[role=alert]"))).toContain("Your face was not recognised");
    const start = vi.spyOn(cameraOf(page), "start").mockResolvedValue();
    button(page, "Try again").click();
    await page.updateComplete;
    expect(start).toHaveBeenCalledOnce();
    expect(enrolFace).toHaveBeenCalledOnce();
    await vi.waitFor(() => {
      expect(page.querySelector("fs-face-enrolment [role=alert]")).toBeNull();
    });
  });

  test.each<[ProblemType, string]>([
    ["challenge-invalid", "That took too long"],
    ["conflict", "Something else changed at the same moment"],
  ])("%s takes another look, since this one is used up", async (type, title) => {
    const page = await refused(type);

    await vi.waitFor(() => {
      expect(words(page.querySelector("[role=alert]"))).toContain(title);
    });
    expect(button(page, "Try again")).toBeDefined();
  });

  test.each<[ProblemType, string]>([
    ["proof-invalid", "This device could not prove itself"],
    ["unavailable", "The service is not available"],
  ])("%s sends the same look again", async (type, title) => {
    const page = await refused(type);
    await vi.waitFor(() => {
      expect(words(page.querySelector("[role=alert]"))).toContain(title);
    });
    enrolFace.mockResolvedValue();

    button(page, "Send again").click();

    await vi.waitFor(() => {
      expect(page.querySelector("[data-step=done]")).not.toBeNull();
    });
    expect(enrolFace.mock.calls.map(([{ capture }]) => capture)).toEqual([CAPTURE, CAPTURE]);
  });

  test.each<[ProblemType, string]>([
    ["device-too-new", "This device is too new for that"],
    ["too-many-requests", "Try again in 61 seconds"],
  ])("%s is told, and nothing is to be tried again now", async (type, told) => {
    const page = await refused(type, type === "too-many-requests" ? { retryAfter: 61 } : {});

    await vi.waitFor(() => {
      expect(words(page.querySelector("[role=alert]"))).toContain(told);
    });
    expect(page.querySelector("[role=alert] button")).toBeNull();
    expect(page.querySelector("[role=alert] a")?.getAttribute("href")).toBe("/dashboard");
  });

  test("a consent that is missing leads back to the text", async () => {
    const page = await refused("consent-required");
    await vi.waitFor(() => {
      expect(words(page.querySelector("[role=alert]"))).toContain("Your consent is missing");
    });

    button(page, "Read the text").click();

    await vi.waitFor(() => {
      expect(page.querySelector("[data-step=consent] fs-consent-step")).not.toBeNull();
    });
  });

  test("a text that has changed is read again, and the page says why", async () => {
    const page = await refused("consent-outdated");

    await vi.waitFor(() => {
      expect(words(page.querySelector("[data-step=consent]"))).toContain("The text has changed");
    });
    expect(page.querySelector("fs-camera")).toBeNull();
  });

  test("a text that changes while the camera is on is read again as well", async () => {
    const { page, camera } = await atTheCamera();

    camera.dispatchEvent(new CustomEvent("consent-outdated"));
    await page.updateComplete;

    expect(words(page.querySelector("[data-step=consent]"))).toContain("The text has changed");
  });

  test("a sign-in that the service finds too old leads to another", async () => {
    const page = await refused("step-up-required");

    await vi.waitFor(() => {
      expect(words(page.querySelector("[data-step=missing] h2"))).toBe("Please sign in with your face");
    });
    button(page, "Sign in again").click();
    expect(memory.steppingUp).toEqual({ page: "face", signedIn: false, byFace: true });
    expect(go).toHaveBeenCalledExactlyOnceWith("sign-in");
  });

  test("a session that ends meanwhile says so", async () => {
    const page = await refused("token-invalid");

    await vi.waitFor(() => {
      expect(words(page.querySelector("h1"))).toBe("Your session has ended");
    });
    expect(page.querySelector("fs-camera")).toBeNull();
  });

  test("back leads to the text", async () => {
    const { page } = await atTheCamera();
    const back = vi.spyOn(history, "back").mockImplementation(() => {
      window.dispatchEvent(new PopStateEvent("popstate", { state: { step: "consent", depth: 0 } }));
    });

    button(page, "Back").click();
    await page.updateComplete;

    expect(back).toHaveBeenCalledOnce();
    expect(page.querySelector("[data-step=consent]")).not.toBeNull();
    expect(page.querySelector("fs-camera")).toBeNull();
  });
});
