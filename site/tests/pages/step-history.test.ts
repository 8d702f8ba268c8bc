// @vitest-environment happy-dom
/** The steps of a page and the browser's history: what is no step moves nobody. */
import { afterEach, beforeEach, expect, test, vi } from "vitest";

import "../../pages/app";
import "../../pages/register/register-page";
import type { RegisterPage } from "../../pages/register/register-page";
import { words } from "../support/page";
import { services } from "../support/services";

beforeEach(() => {
  vi.stubGlobal("scrollTo", () => undefined);
  history.replaceState(null, "", "/register");
});

afterEach(() => {
  document.body.replaceChildren();
  vi.unstubAllGlobals();
});

/** Whose mailbox was proved on the sign-in page. */
async function atTheText(): Promise<RegisterPage> {
  const page = document.createElement("fs-register-page");
  page.services = services({ policy: async () => new Promise(() => undefined) });
  page.services.memory.provenEmail = "ada@example.org";
  document.body.append(page);
  await page.updateComplete;
  return page;
}

async function atTheAddress(): Promise<RegisterPage> {
  const page = document.createElement("fs-register-page");
  page.services = services({});
  document.body.append(page);
  await page.updateComplete;
  return page;
}

function step(page: RegisterPage): string | null {
  return page.querySelector("[data-step]")?.getAttribute("data-step") ?? null;
}

async function popped(page: RegisterPage, state: unknown): Promise<void> {
  window.dispatchEvent(new PopStateEvent("popstate", { state }));
  await page.updateComplete;
}

test("a link to a place in the page leads to no other step", async () => {
  const page = await atTheText();
  expect(step(page)).toBe("consent");

  await popped(page, null);

  expect(step(page)).toBe("consent");
});

test("the way back from the second step leads to the first, whose entry says so", async () => {
  const page = await atTheAddress();
  const first: unknown = history.state;
  const detail = { email: "ada@example.org", resendIn: 60 };
  page.querySelector("fs-email-form")?.dispatchEvent(new CustomEvent("code-sent", { detail }));
  await page.updateComplete;
  expect(step(page)).toBe("code");

  await popped(page, first);

  expect(step(page)).toBe("email");
});

test("the link past the header moves the focus, and leaves the address as it is", async () => {
  vi.stubGlobal("fetch", async () => new Promise(() => undefined));
  const app = document.createElement("fs-app");
  document.body.append(app);
  await app.updateComplete;
  const skip = app.querySelector<HTMLElement>(".skip-link");
  expect(words(skip)).toBe("Skip to the content");
  const entries = history.length;
  const click = new MouseEvent("click", { bubbles: true, cancelable: true });

  skip?.dispatchEvent(click);

  expect(click.defaultPrevented).toBe(true);
  expect(document.activeElement).toBe(app.querySelector("main"));
  expect([location.hash, history.length]).toEqual(["", entries]);
});
