// @vitest-environment happy-dom
import { afterEach, beforeEach, expect, test, vi } from "vitest";

import "../../pages/dashboard/dashboard-page";
import type { Memory, Services } from "../../pages/services";
import "../../pages/sign-in/sign-in-page";
import { anAccount, aSession } from "../support/account";
import { button, words } from "../support/page";

const go = vi.fn();
let memory: Memory;

beforeEach(() => {
  vi.stubGlobal("scrollTo", () => undefined);
  memory = { provenEmail: null, steppingUp: null, application: null };
  go.mockReset();
});

afterEach(() => {
  document.body.replaceChildren();
  vi.unstubAllGlobals();
});

async function opened(name: "fs-sign-in-page" | "fs-dashboard-page"): Promise<HTMLElement> {
  const page = document.createElement(name);
  page.services = {
    faceSmash: {
      session: () => aSession(),
      account: async () => Promise.resolve(anAccount()),
      knownAccount: async () => Promise.resolve(true),
      passkeySupport: async () => Promise.resolve({ usable: false, onThisDevice: false }),
      prepare: async () => new Promise<void>(() => undefined),
      closeCamera: () => undefined,
    },
    config: { apiOrigin: "", environment: "local" },
    memory,
    go,
    sessionChanged: () => undefined,
  } as unknown as Services;
  document.body.append(page);
  await vi.waitFor(() => {
    expect(page.querySelector("fs-look, .dashboard")).not.toBeNull();
  });
  return page;
}

test.each(["dashboard", "face"] as const)(
  "whoever signs in again for %s is led back there",
  async (where) => {
    memory.steppingUp = { page: where, signedIn: false };
    const page = await opened("fs-sign-in-page");
    expect(words(page)).toContain("Sign in again to go on");

    page.querySelector("fs-look")?.dispatchEvent(new CustomEvent("signed-in"));

    expect(go).toHaveBeenCalledExactlyOnceWith(where);
    expect(memory.steppingUp).toEqual({ page: where, signedIn: true });
  },
);

test("whoever just signs in sees their data", async () => {
  const page = await opened("fs-sign-in-page");

  page.querySelector("fs-look")?.dispatchEvent(new CustomEvent("signed-in"));

  expect(go).toHaveBeenCalledExactlyOnceWith("dashboard");
});

test.each([
  [true, true],
  [false, false],
])("the dashboard says that somebody signed in again where they did: %s", async (signedIn, said) => {
  memory.steppingUp = { page: "dashboard", signedIn };

  const page = await opened("fs-dashboard-page");

  expect(words(page).includes("You have signed in again")).toBe(said);
  expect(memory.steppingUp).toBeNull();
});

test("the dashboard leads to the face page", async () => {
  const page = await opened("fs-dashboard-page");

  button(page, "Enrol my face anew").click();

  expect(go).toHaveBeenCalledExactlyOnceWith("face");
});
