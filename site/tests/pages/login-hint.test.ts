// @vitest-environment happy-dom
/** The address that an application expects (login_hint): a suggestion in a field, and nothing more. */
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";

import "../../pages/sign-in/sign-in-page";
import type { SignInPage } from "../../pages/sign-in/sign-in-page";
import type { Account, FaceSmash } from "../../sdk";
import { button, words } from "../support/page";
import { services, type Told } from "../support/services";

const HINT = "ada@example.org";

const knownAccount = vi.fn<() => Promise<boolean>>();
const requestCode = vi.fn<FaceSmash["requestCode"]>();
const account = vi.fn<() => Promise<Account>>();

let told: Told;

beforeEach(() => {
  for (const mock of [knownAccount, requestCode, account]) mock.mockReset();
  knownAccount.mockResolvedValue(false);
  requestCode.mockResolvedValue({ expiresIn: 600, resendIn: 60 });
  account.mockResolvedValue({ policyVersion: null } as Account);
  vi.stubGlobal("scrollTo", () => undefined);
  history.replaceState(null, "", "/sign-in");
  told = services({
    knownAccount,
    requestCode,
    account,
    session: () => null,
    passkeySupport: async () => Promise.resolve({ usable: false, onThisDevice: false }),
    closeCamera: () => undefined,
  });
});

afterEach(() => {
  document.body.replaceChildren();
  vi.unstubAllGlobals();
});

function waits(loginHint: string | null): void {
  told.memory.application = { query: "client_id=shop", name: "Shop", loginHint, signedIn: false };
}

async function opened(step: "email" | "camera"): Promise<SignInPage> {
  const page = document.createElement("fs-sign-in-page");
  page.services = told;
  document.body.append(page);
  await on(page, step);
  return page;
}

async function on(page: SignInPage, step: string): Promise<void> {
  await vi.waitFor(() => {
    expect(page.querySelector(`[data-step=${step}] input, [data-step=${step}] fs-look`)).not.toBeNull();
  });
}

function address(page: SignInPage): HTMLInputElement {
  const input = page.querySelector<HTMLInputElement>("input[name=email]");
  if (input === null) throw new Error("no field for an address");
  return input;
}

describe("the field", () => {
  test("has the address that the application expects, and the page says for whom it is", async () => {
    waits(HINT);

    const page = await opened("email");

    expect(address(page).value).toBe(HINT);
    expect(words(page)).toContain("Sign in to go on to Shop You are asked before it learns anything.");
  });

  test.each([
    ["of an application that expects none", null],
    ["that is empty", ""],
  ])("is empty with a hint %s", async (_, loginHint) => {
    waits(loginHint);

    const page = await opened("email");

    expect(address(page).value).toBe("");
    expect(words(page)).toContain("Sign in to go on to Shop");
  });

  test("is empty where no application waits", async () => {
    const page = await opened("email");

    expect(address(page).value).toBe("");
    expect(words(page)).not.toContain("Sign in to go on");
  });

  test("has it for a recovery code as well", async () => {
    waits(HINT);
    const page = await opened("email");

    button(page, "No mailbox either? Use a recovery code").click();

    await on(page, "recovery");
    expect(address(page).value).toBe(HINT);
  });
});

describe("a hint alone does nothing", () => {
  test("no mail goes there before the person asks for it", async () => {
    waits(HINT);
    const page = await opened("email");
    expect(requestCode).not.toHaveBeenCalled();

    button(page, "Send code").click();

    await vi.waitFor(() => {
      expect(requestCode.mock.calls.map(([email]) => email)).toEqual([HINT]);
    });
  });

  test("the person's own address counts, where they type another one", async () => {
    waits(HINT);
    const page = await opened("email");
    address(page).value = "grace@example.org";

    button(page, "Send code").click();

    await on(page, "code");
    expect(requestCode.mock.calls.map(([email]) => email)).toEqual(["grace@example.org"]);
    expect(words(page)).toContain("grace@example.org");
    expect(words(page)).not.toContain(HINT);
  });

  test("no code is asked for that was never sent, wherever the browser's history leads", async () => {
    waits(HINT);
    const page = await opened("email");

    window.dispatchEvent(new PopStateEvent("popstate", { state: { step: "code", depth: 1 } }));
    await page.updateComplete;

    expect(page.querySelector("[data-step=code]")).toBeNull();
    expect(page.querySelector("[data-step=email]")).not.toBeNull();
  });

  test("a device that knows somebody looks first, and shows nobody's address", async () => {
    waits(HINT);
    knownAccount.mockResolvedValue(true);

    const page = await opened("camera");

    expect(words(page)).toContain("This device knows you");
    expect(page.querySelector("input[name=email]")).toBeNull();
    expect(page.innerHTML).not.toContain(HINT);
    button(page, "Use a mailbox code instead").click();
    await on(page, "email");
    expect(address(page).value).toBe(HINT);
  });
});

test.each([
  ["to the application that waits", HINT, "authorize"],
  ["to their data where none does", null, "dashboard"],
] as const)("whoever is in goes on %s", async (_, loginHint, page) => {
  if (loginHint !== null) waits(loginHint);
  const signIn = await opened("email");
  if (loginHint === null) address(signIn).value = HINT;
  button(signIn, "Send code").click();
  await on(signIn, "code");

  const detail = { registered: true, frozen: false };
  signIn.querySelector("fs-code-form")?.dispatchEvent(new CustomEvent("mailbox-proven", { detail }));

  await vi.waitFor(() => {
    expect(told.go.mock.calls).toEqual([[page]]);
  });
  expect(told.memory.application?.signedIn).toBe(loginHint === null ? undefined : true);
});
