// @vitest-environment happy-dom
/** The dashboard where the session ends, or where it is left. */
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";

import "../../pages/dashboard/dashboard-page";
import type { DashboardPage } from "../../pages/dashboard/dashboard-page";
import { ApiProblem, DeviceKeyError, NetworkError, type FaceSmash, type Session } from "../../sdk";
import { aDevice, anAccount, aSession } from "../support/account";
import { button, words } from "../support/page";
import { services, type Told } from "../support/services";

let session: Session | null;
let told: Told;
const account = vi.fn<FaceSmash["account"]>();
const resumeSession = vi.fn<FaceSmash["resumeSession"]>();
const signOut = vi.fn<FaceSmash["signOut"]>();
const scrolled = vi.fn<() => void>();

beforeEach(() => {
  session = aSession();
  account
    .mockReset()
    .mockResolvedValue(anAccount({ devices: [aDevice(), aDevice({ id: "device-2", name: "Phone" })] }));
  resumeSession.mockReset().mockImplementation(async () => Promise.resolve(session));
  signOut.mockReset().mockImplementation(async () => {
    session = null;
    return Promise.resolve();
  });
  scrolled.mockReset();
  vi.stubGlobal("scrollTo", scrolled);
  told = services({
    session: () => session,
    resumeSession,
    account,
    signOut,
    passkeySupport: async () => Promise.resolve({ usable: false, onThisDevice: false }),
  });
});

afterEach(() => {
  document.body.replaceChildren();
  vi.unstubAllGlobals();
});

function attached(): DashboardPage {
  const page = document.createElement("fs-dashboard-page");
  page.services = told;
  const main = document.createElement("main");
  main.append(page);
  document.body.append(main);
  return page;
}

async function opened(): Promise<DashboardPage> {
  const page = attached();
  await vi.waitFor(() => button(page, "Delete my account"));
  return page;
}

async function ends(page: DashboardPage): Promise<void> {
  await vi.waitFor(
    () => {
      expect(words(page.querySelector("h1"))).toBe("Your session has ended");
    },
    { timeout: 2000 },
  );
}

function openDialogs(page: DashboardPage): number {
  return [...page.querySelectorAll("dialog")].filter((dialog) => dialog.open).length;
}

describe("an open dialog", () => {
  test.each([["Delete my account"], ["Rename Phone"], ["Change my address"]])(
    "%s: closes with the session that runs out",
    async (name) => {
      session = aSession({ expiresAt: new Date(Date.now() + 300) });
      const page = await opened();
      button(page, name).click();
      await vi.waitFor(() => {
        expect(openDialogs(page)).toBe(1);
      });
      setTimeout(() => {
        session = null;
      }, 250);

      await ends(page);

      expect(openDialogs(page)).toBe(0);
      expect(words(page)).not.toContain("ada@example.org");
    },
  );
});

describe("what was to be signed in for", () => {
  test("is given up where the person comes here without signing in", async () => {
    session = null;
    told.memory.steppingUp = { page: "face", signedIn: false };

    const page = attached();
    await vi.waitFor(() => {
      expect(words(page.querySelector("h1"))).toBe("You are not signed in");
    });

    expect(told.memory.steppingUp).toBeNull();
  });
});

describe("left while the session is resumed", () => {
  test.each([
    ["there is one", aSession()],
    ["there is none", null],
  ])("%s: nothing is read, watched over or scrolled", async (_what, found) => {
    let resumed = (): void => undefined;
    resumeSession.mockImplementation(
      async () =>
        new Promise((resolve) => {
          resumed = (): void => {
            session = found;
            resolve(found);
          };
        }),
    );
    session = null;
    const page = attached();
    await page.updateComplete;
    page.remove();
    const timers = vi.spyOn(globalThis, "setTimeout");

    resumed();
    for (let turn = 0; turn < 20; turn += 1) await Promise.resolve();

    expect(timers).not.toHaveBeenCalled();
    expect(account).not.toHaveBeenCalled();
    expect(scrolled).not.toHaveBeenCalled();
    expect(told.sessionChanged).toHaveBeenCalledOnce(); // the header shows what there is now
  });
});

describe("a session that the service has ended", () => {
  test("and that this device cannot forget is told, and tried again", async () => {
    signOut.mockRejectedValueOnce(new DeviceKeyError("storage-unavailable"));
    account.mockRejectedValueOnce(new ApiProblem({ type: "token-invalid", status: 401, detail: "" }));

    const page = attached();
    await ends(page);
    await vi.waitFor(() => {
      expect(words(page.querySelector("[role=alert]"))).toContain("You may still be signed in here");
    });
    button(page, "Try again").click();

    await vi.waitFor(() => {
      expect(page.querySelector("[role=alert]")).toBeNull();
    });
    expect(signOut).toHaveBeenCalledTimes(2);
    await vi.waitFor(() => {
      expect(document.activeElement).toBe(page.querySelector("h1"));
    });
  });
});

test("whoever loads again by the keyboard goes on from the heading", async () => {
  account.mockRejectedValueOnce(new NetworkError("unreachable"));
  const page = attached();
  await vi.waitFor(() => button(page, "Load again"));
  button(page, "Load again").focus();

  button(page, "Load again").click();

  await vi.waitFor(() => button(page, "Delete my account"));
  await vi.waitFor(() => {
    expect(document.activeElement).toBe(page.querySelector("h1"));
  });
});
