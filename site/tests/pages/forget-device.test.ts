// @vitest-environment happy-dom
/** What is said about the key of a device: that it is destroyed where it is, and that it stays where it does. */
import { afterEach, beforeEach, expect, test, vi } from "vitest";

import "../../pages/dashboard/dashboard-page";
import "../../pages/sign-in/sign-in-page";
import type { FaceSmash } from "../../sdk";
import { aDevice, anAccount, aSession } from "../support/account";
import { button, words } from "../support/page";
import { services } from "../support/services";

beforeEach(() => {
  vi.stubGlobal("scrollTo", () => undefined);
});

afterEach(() => {
  document.body.replaceChildren();
  vi.unstubAllGlobals();
});

async function confirmed(page: HTMLElement, question: string, yes: string): Promise<void> {
  await vi.waitFor(() => button(page, question));
  button(page, question).click();
  const dialog = await vi.waitUntil(() => page.querySelector("fs-confirm dialog[open]"));
  button(dialog, yes).click();
}

/** The sign-in page of a device that knows somebody, when they forgot it. */
async function forgotten({ keyDestroyed, stillKnown }: Record<string, boolean>): Promise<HTMLElement> {
  const knownAccount = vi.fn<FaceSmash["knownAccount"]>().mockResolvedValueOnce(true);
  knownAccount.mockResolvedValue(stillKnown === true);
  const forgetDevice = vi.fn<FaceSmash["forgetDevice"]>();
  forgetDevice.mockResolvedValue({ keyDestroyed: keyDestroyed === true });
  const page = document.createElement("fs-sign-in-page");
  page.services = services({
    knownAccount,
    forgetDevice,
    session: () => null,
    passkeySupport: async () => Promise.resolve({ usable: false, onThisDevice: false }),
    prepare: async () => new Promise<void>(() => undefined),
    closeCamera: () => undefined,
  });
  document.body.append(page);
  await confirmed(page, "Forget this device", "Forget this device");
  await vi.waitFor(() => {
    expect(knownAccount).toHaveBeenCalledTimes(2);
  });
  await page.updateComplete;
  return page;
}

test("a device that is forgotten asks for an address, and says nothing of a key that stays", async () => {
  const page = await forgotten({ keyDestroyed: true, stillKnown: false });

  expect(page.querySelector("[data-step=email]")).not.toBeNull();
  expect(page.querySelector("[data-testid=key-stays]")).toBeNull();
});

test("a device that knows somebody else goes on knowing them, and says that the key stays", async () => {
  const page = await forgotten({ keyDestroyed: false, stillKnown: true });

  expect(page.querySelector("[data-step=camera]")).not.toBeNull();
  expect(words(page.querySelector("[data-testid=key-stays]"))).toContain("The key stays on this device");
});

test("a device where somebody else is signed in knows nobody any more, and says that the key stays", async () => {
  const page = await forgotten({ keyDestroyed: false, stillKnown: false });

  expect(page.querySelector("[data-step=email]")).not.toBeNull();
  expect(words(page.querySelector("[data-testid=key-stays]"))).toContain("Somebody else uses it too");
});

test.each([
  [true, "Its key is destroyed, here and at the service.", "stays"],
  [false, "Its key stays here, because somebody else uses this device too.", "destroyed, here"],
])(
  "a device that removes itself says what became of its key: destroyed %s",
  async (keyDestroyed, said, not) => {
    let session: ReturnType<typeof aSession> | null = aSession();
    const page = document.createElement("fs-dashboard-page");
    page.services = services({
      session: () => session,
      resumeSession: async () => Promise.resolve(session),
      account: async () =>
        Promise.resolve(anAccount({ devices: [aDevice({ name: "Laptop", current: true })] })),
      passkeySupport: async () => Promise.resolve({ usable: false, onThisDevice: false }),
      removeDevice: async () => Promise.resolve(),
      forgetDevice: async () => {
        session = null;
        return Promise.resolve({ keyDestroyed });
      },
    });
    document.body.append(page);

    await confirmed(page, "Remove Laptop", "Remove it");

    await vi.waitFor(() => {
      expect(words(page.querySelector("h1"))).toBe("This device is removed");
    });
    expect(words(page)).toContain(said);
    expect(words(page)).not.toContain(not);
  },
);
