// @vitest-environment happy-dom
import { afterEach, beforeEach, expect, test, vi } from "vitest";

import { openPage } from "../../pages/open-page";
import "../../pages/policy-page";
import type { PolicyPage } from "../../pages/policy-page";
import { NetworkError, StateError, type Policy } from "../../sdk";
import { button, words } from "../support/page";
import { aPolicy } from "../support/policy";
import { services } from "../support/services";

const policy = vi.fn<() => Promise<Policy>>();

beforeEach(() => {
  policy.mockReset();
  policy.mockResolvedValue(aPolicy());
});

afterEach(() => {
  document.body.replaceChildren();
});

function opened(): PolicyPage {
  const page = document.createElement("fs-policy-page");
  // Of the product it has the policy only: whatever needs a session would fail here.
  page.services = services({ policy });
  document.body.append(page);
  return page;
}

async function shown(): Promise<PolicyPage> {
  const page = opened();
  await vi.waitFor(() => {
    expect(page.querySelectorAll("section")).toHaveLength(3);
  });
  return page;
}

function section(page: PolicyPage, heading: string): Element {
  const found = [...page.querySelectorAll("section")].find(
    (one) => words(one.querySelector("h2")) === heading,
  );
  if (found === undefined) throw new Error(`no section ${heading}`);
  return found;
}

test("says that the text is on its way, and then shows every word of it", async () => {
  const page = opened();
  await page.updateComplete;

  expect(words(page.querySelector("h1"))).toBe("Policy and what is kept");
  expect(words(page.querySelector("[role=status]"))).toBe("Fetching the text");
  await vi.waitFor(() => {
    expect([...page.querySelectorAll("[lang=en] :is(h3, p, li)")].map(words)).toEqual([
      "What for",
      "We keep numbers of your face.",
      "They are encrypted.",
      "They end with the account.",
    ]);
  });
  expect(page.querySelector("[role=status]")).toBeNull();
});

test("names the version and the fingerprint of what is shown", async () => {
  const text = section(await shown(), "The text in force");

  expect([...text.querySelectorAll("dl > div")].map(words)).toEqual([
    "Version 2026-11-8",
    "Language English",
    "Fingerprint (SHA-256) 5ha256of7hetext",
  ]);
});

test("lists everything that is kept: what for, by what right, how long, and what ends it", async () => {
  const kept = section(await shown(), "What is kept, and for how long");

  expect([...kept.querySelectorAll("li")].map(words)).toEqual([
    "numbers of your face What for to recognise you Lawful because of your consent How long while the account is used Ended by withdrawing your consent",
    "sign-ins What for so that you see strangers Lawful because of the contract How long 90 days Ended by deleting the account",
  ]);
});

test("says who is responsible, and how to reach them", async () => {
  const who = section(await shown(), "Who is responsible");

  expect(words(who)).toContain("Responsible: Example Ltd, privacy@example.org");
  expect(who.querySelector("a")?.getAttribute("href")).toBe("mailto:privacy@example.org");
});

test("where it cannot be fetched it says so, and tries again when asked", async () => {
  policy.mockRejectedValueOnce(new NetworkError("unreachable"));
  const page = opened();
  await vi.waitFor(() => {
    expect(words(page.querySelector("[role=alert]"))).toContain("No connection");
  });
  expect(page.querySelector("section")).toBeNull();

  button(page, "Try again").click();

  await vi.waitFor(() => {
    expect(words(page)).toContain("Version 2026-11-8");
  });
  expect(policy).toHaveBeenCalledTimes(2);
  expect(page.querySelector("[role=alert]")).toBeNull();
});

test("a text that is not the one its fingerprint names is not shown", async () => {
  policy.mockRejectedValue(new StateError("policy-altered"));
  const page = opened();

  await vi.waitFor(() => {
    expect(words(page.querySelector("[role=alert]"))).toContain("The consent text is not what it should be");
  });
  expect(page.querySelector(".consent")).toBeNull();
});

test("an application still waits for whoever reads the text on the way, and for nobody who goes elsewhere", () => {
  const reading = services({});
  const waiting = { query: "client_id=shop", name: "Shop", loginHint: null, signedIn: false };
  reading.memory.application = waiting;

  openPage("policy", reading);
  expect(reading.memory.application).toBe(waiting);

  openPage("home", reading);
  expect(reading.memory.application).toBeNull();
});
