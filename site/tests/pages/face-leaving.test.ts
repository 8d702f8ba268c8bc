// @vitest-environment happy-dom
/** Signing out on the page of the face, and a session that ends there: what fails is what is tried again. */
import { afterEach, beforeEach, expect, test, vi } from "vitest";

import "../../pages/face/face-page";
import type { FacePage } from "../../pages/face/face-page";
import { ApiProblem, DeviceKeyError, type FaceSmash, type Session } from "../../sdk";
import { aDevice, anAccount, aSession } from "../support/account";
import { button, words } from "../support/page";
import { services } from "../support/services";

let session: Session | null;
const account = vi.fn<FaceSmash["account"]>();
const signOut = vi.fn<FaceSmash["signOut"]>();

beforeEach(() => {
  session = aSession();
  const devices = [aDevice({ createdAt: new Date("2026-01-01T00:00:00Z") })];
  account.mockReset().mockResolvedValue(anAccount({ devices }));
  signOut
    .mockReset()
    .mockImplementation(async () => {
      session = null;
      return Promise.resolve();
    })
    .mockRejectedValueOnce(new DeviceKeyError("storage-unavailable"));
  vi.stubGlobal("scrollTo", () => undefined);
  history.replaceState(null, "", "/face");
});

afterEach(() => {
  document.body.replaceChildren();
  vi.unstubAllGlobals();
});

function opened(): FacePage {
  const page = document.createElement("fs-face-page");
  page.services = services({
    session: () => session,
    resumeSession: async () => Promise.resolve(session),
    account,
    signOut,
    policy: async () => new Promise(() => undefined),
    closeCamera: () => undefined,
  });
  const main = document.createElement("main");
  main.append(page);
  document.body.append(main);
  return page;
}

async function failsAndIsTriedAgain(page: FacePage, ended: string): Promise<void> {
  await vi.waitFor(() => {
    expect(words(page.querySelector("[role=alert]"))).toContain("You may still be signed in here");
  });
  expect(words(page)).not.toContain("ada@example.org");

  button(page, "Try again").click();

  await vi.waitFor(() => {
    expect(words(page.querySelector("h1"))).toBe(ended);
  });
  expect(signOut).toHaveBeenCalledTimes(2);
  expect(account).toHaveBeenCalledOnce();
  await vi.waitFor(() => {
    expect(document.activeElement).toBe(page.querySelector("h1"));
  });
}

test("a sign-out that fails is tried again, and the page is not opened anew", async () => {
  const page = opened();
  await vi.waitFor(() => button(page, "Sign out"));

  button(page, "Sign out").click();

  await failsAndIsTriedAgain(page, "You are not signed in");
});

test("while it goes on the page says so", async () => {
  signOut.mockReset().mockReturnValue(new Promise(() => undefined));
  const page = opened();
  await vi.waitFor(() => button(page, "Sign out"));

  button(page, "Sign out").click();
  await page.updateComplete;

  expect(words(page.querySelector("[role=status]"))).toBe("Signing out");
});

test("a session that the service has ended, and this device cannot forget, is told and tried again", async () => {
  account.mockRejectedValue(new ApiProblem({ type: "token-invalid", status: 401, detail: "" }));

  await failsAndIsTriedAgain(opened(), "Your session has ended");
});
