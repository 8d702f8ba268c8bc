// @vitest-environment happy-dom
/** Who has left is signed in by nothing; what fails is said where it failed. */
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";

import "../../pages/sign-in/sign-in-page";
import type { SignInPage } from "../../pages/sign-in/sign-in-page";
import { DeviceKeyError, NetworkError, PasskeyError, type FaceSmash, type Session } from "../../sdk";
import { anAccount, aSession } from "../support/account";
import { button, words } from "../support/page";
import { services, type Told } from "../support/services";

let session: Session | null;
let known: boolean;
let usable: boolean;
let told: Told;
const usePasskey = vi.fn<FaceSmash["usePasskey"]>();
const account = vi.fn<FaceSmash["account"]>();
const forgetDevice = vi.fn<FaceSmash["forgetDevice"]>();

beforeEach(() => {
  session = null;
  known = true;
  usable = true;
  usePasskey.mockReset().mockImplementation(async () => {
    session = aSession({ amr: ["hwk", "user"] });
    return Promise.resolve(session);
  });
  account.mockReset().mockResolvedValue(anAccount());
  forgetDevice.mockReset();
  vi.stubGlobal("scrollTo", () => undefined);
  history.replaceState(null, "", "/sign-in");
  told = services({
    session: () => session,
    knownAccount: async () => Promise.resolve(known),
    passkeySupport: async () => Promise.resolve({ usable, onThisDevice: usable }),
    prepare: async () => new Promise<void>(() => undefined),
    closeCamera: () => undefined,
    usePasskey,
    account,
    forgetDevice,
  });
});

afterEach(() => {
  document.body.replaceChildren();
  vi.unstubAllGlobals();
});

async function opened(): Promise<SignInPage> {
  const page = document.createElement("fs-sign-in-page");
  page.services = told;
  document.body.append(page);
  await vi.waitFor(() => {
    expect(page.querySelector(known ? "fs-look" : "fs-email-form")).not.toBeNull();
  });
  return page;
}

async function passes(): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, 5));
}

describe("a passkey", () => {
  test("signs in", async () => {
    const page = await opened();

    button(page, "Use a passkey").click();

    await vi.waitFor(() => {
      expect(told.go).toHaveBeenCalledExactlyOnceWith("dashboard");
    });
  });

  test.each<[string, "aborted" | "given"]>([
    ["is given up with the page", "aborted"],
    ["is given after the page was left", "given"],
  ])("that %s signs nobody in again, whoever was signed in before", async (_what, end) => {
    session = aSession();
    told.memory.steppingUp = { page: "face", signedIn: false };
    let give = (): void => undefined;
    usePasskey.mockImplementation(
      async ({ signal } = {}) =>
        new Promise((resolve, reject) => {
          give = (): void => {
            resolve(aSession());
          };
          if (end === "aborted")
            signal?.addEventListener("abort", () => {
              reject(signal.reason as Error);
            });
        }),
    );
    const page = await opened();
    button(page, "Use a passkey").click();
    await page.updateComplete;

    page.remove();
    give();
    await passes();

    expect(told.go).not.toHaveBeenCalled();
    expect(told.memory.steppingUp).toEqual({ page: "face", signedIn: false });
  });

  test("on a new device: who leaves while the account is read gets no step of this page", async () => {
    known = false;
    let read = (): void => undefined;
    account.mockImplementation(
      async () =>
        new Promise((resolve) => {
          read = (): void => {
            resolve(anAccount());
          };
        }),
    );
    const page = await opened();
    button(page, "Use a passkey").click();
    await vi.waitFor(() => {
      expect(account).toHaveBeenCalledOnce();
    });
    const pushed = vi.spyOn(history, "pushState");

    page.remove();
    read();
    await passes();

    expect(pushed).not.toHaveBeenCalled();
    expect(told.go).not.toHaveBeenCalled();
  });
});

describe("what fails", () => {
  test.each([true, false])("forgetting this device, with passkeys: %s", async (passkeys) => {
    usable = passkeys;
    forgetDevice.mockRejectedValue(new DeviceKeyError("storage-unavailable"));
    const page = await opened();
    button(page, "Forget this device").click();
    const dialog = page.querySelector("fs-confirm");
    await vi.waitFor(() => {
      expect(dialog?.querySelector("dialog")?.open).toBe(true);
    });
    if (dialog !== null) button(dialog, "Forget this device").click();

    await vi.waitFor(() => {
      expect(page.querySelectorAll("[role=alert]")).toHaveLength(1);
    });
    expect(words(page.querySelector("[role=alert]"))).toContain("This browser keeps nothing");
  });

  test("is not said of the next step", async () => {
    usePasskey.mockRejectedValue(new PasskeyError("given-up"));
    const page = await opened();
    button(page, "Use a passkey").click();
    await vi.waitFor(() => {
      expect(words(page.querySelector("[role=alert]"))).toContain("No passkey was given");
    });

    button(page, "Use a mailbox code instead").click();
    await vi.waitFor(() => {
      expect(page.querySelector("fs-email-form")).not.toBeNull();
    });

    expect(page.querySelector("[role=alert]")).toBeNull();
  });

  test("reading the account keeps nobody from the camera", async () => {
    known = false;
    account.mockRejectedValue(new NetworkError("unreachable"));
    const page = await opened();

    button(page, "Use a passkey").click();

    await vi.waitFor(() => {
      expect(page.querySelector("[data-step=camera] fs-look")).not.toBeNull();
    });
    expect(page.querySelector("[role=alert]")).toBeNull();
  });
});
