// @vitest-environment happy-dom
/** The header's way out: whoever takes it has left, whatever the network does. */
import { createHash } from "node:crypto";

import { afterEach, beforeEach, expect, test, vi } from "vitest";

import "../../pages/app";
import type { App } from "../../pages/app";
import { DeviceKeyError, type Capture, type FaceSmash, type Policy, type Session } from "../../sdk";
import { aDevice, anAccount, aSession } from "../support/account";
import { button, words } from "../support/page";
import { services } from "../support/services";

const TEXT = "We ask …";
const POLICY: Policy = {
  version: "1",
  text: TEXT,
  textSha256: createHash("sha256").update(TEXT).digest("hex"),
  language: "en",
  release: { statement: "I agree.", typedName: false, ageStatement: null },
  retention: [],
  controller: { name: "Example", contact: "privacy@example.org" },
};

let session: Session | null;
const signOut = vi.fn<FaceSmash["signOut"]>();
const enrolFace = vi.fn<FaceSmash["enrolFace"]>();

beforeEach(() => {
  session = aSession();
  enrolFace.mockReset().mockResolvedValue();
  signOut.mockReset().mockImplementation(async () => {
    session = null;
    return Promise.resolve();
  });
  vi.stubGlobal("scrollTo", () => undefined);
  // The settings never come: each test hands the app what it works with.
  vi.stubGlobal("fetch", async () => new Promise(() => undefined));
});

afterEach(() => {
  document.body.replaceChildren();
  vi.unstubAllGlobals();
});

async function opened(path: string): Promise<App> {
  history.replaceState(null, "", path);
  const app = document.createElement("fs-app");
  document.body.append(app);
  const devices = [aDevice({ createdAt: new Date("2026-01-01T00:00:00Z") })];
  const working = services({
    session: () => session,
    resumeSession: async () => Promise.resolve(session),
    account: async () => Promise.resolve(anAccount({ devices })),
    passkeySupport: async () => Promise.resolve({ usable: false, onThisDevice: false }),
    policy: async () => Promise.resolve(POLICY),
    prepare: async () => new Promise<void>(() => undefined),
    closeCamera: () => undefined,
    dispose: async () => Promise.resolve(),
    enrolFace,
    signOut,
  });
  Object.assign(app, { services: working });
  await app.updateComplete;
  return app;
}

function header(app: App): Element {
  const found = app.querySelector("header");
  if (found === null) throw new Error("no header");
  return found;
}

async function atTheCamera(): Promise<App> {
  const app = await opened("/face");
  await vi.waitFor(() => button(app, "Agree and continue"));
  for (const box of app.querySelectorAll<HTMLInputElement>("input[type=checkbox]")) box.checked = true;
  button(app, "Agree and continue").click();
  await vi.waitFor(() => {
    expect(app.querySelector("fs-camera")).not.toBeNull();
  });
  return app;
}

test("the camera closes before anything is asked, and no look of then is enrolled", async () => {
  const app = await atTheCamera();
  const camera = app.querySelector("fs-camera");
  const cameraThere: boolean[] = [];
  signOut.mockImplementation(async () => {
    cameraThere.push(app.querySelector("fs-camera") !== null);
    return new Promise(() => undefined);
  });

  button(header(app), "Sign out").click();

  await vi.waitFor(() => {
    expect(cameraThere).toEqual([false]);
  });
  const detail = { capture: { challenge: "of-the-ceremony" } as Capture, trouble: null };
  camera?.dispatchEvent(new CustomEvent("captured", { detail }));
  await new Promise((resolve) => setTimeout(resolve));
  expect(enrolFace).not.toHaveBeenCalled();
});

test("until the answer comes the start is there, and the header says what is going on", async () => {
  let answer = (): void => undefined;
  signOut.mockImplementation(
    async () =>
      new Promise((resolve) => {
        answer = (): void => {
          session = null;
          resolve();
        };
      }),
  );
  const app = await opened("/dashboard");
  await vi.waitFor(() => {
    expect(words(app)).toContain("ada@example.org");
  });

  button(header(app), "Sign out").click();
  await vi.waitFor(() => {
    expect(words(header(app).querySelector("[role=status]"))).toBe("Signing out");
  });

  expect(location.pathname).toBe("/");
  expect(words(app)).not.toContain("ada@example.org");
  expect(header(app).querySelector("button")).toBeNull();
  expect(document.activeElement).toBe(app.querySelector("main"));

  answer();
  await vi.waitFor(() => {
    expect(words(header(app).querySelector("nav"))).toBe("Register Sign in");
  });
});

test("what was opened before the answer came is left as well", async () => {
  let answer = (): void => undefined;
  signOut.mockImplementation(
    async () =>
      new Promise((resolve) => {
        answer = (): void => {
          session = null;
          resolve();
        };
      }),
  );
  const app = await opened("/policy");
  button(header(app), "Sign out").click();
  await vi.waitFor(() => {
    expect(signOut).toHaveBeenCalledOnce();
  });
  app.querySelector<HTMLElement>("footer a[href='/dashboard']")?.click();
  await vi.waitFor(() => {
    expect(words(app)).toContain("ada@example.org");
  });

  answer();

  await vi.waitFor(() => {
    expect(location.pathname).toBe("/");
  });
  expect(words(app)).not.toContain("ada@example.org");
});

test("a sign-out that fails is told, and the same is tried again", async () => {
  signOut.mockRejectedValueOnce(new DeviceKeyError("storage-unavailable"));
  const app = await opened("/policy");

  button(header(app), "Sign out").click();

  await vi.waitFor(() => {
    expect(words(app.querySelector("[role=alert]"))).toContain("You may still be signed in here");
  });
  button(app, "Try again").click();
  await vi.waitFor(() => {
    expect(words(header(app).querySelector("nav"))).toBe("Register Sign in");
  });
  expect(signOut).toHaveBeenCalledTimes(2);
  expect(app.querySelector("[role=alert]")).toBeNull();
});
