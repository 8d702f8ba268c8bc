// @vitest-environment happy-dom
import { render } from "lit";
import { expect, test, vi } from "vitest";

import { signInsSection } from "../../components/account/sign-ins-section";
import { OLDER_STAY } from "../../components/account/log-choice";
import { BROKEN_LOG } from "../../components/wording/account";
import type { Account, LogKept } from "../../sdk";
import { anAccount } from "../support/account";

const at = new Date("2026-11-20T12:00:00Z");

const ACCOUNT = anAccount({
  signIns: [{ id: "01", at, outcome: "accepted", reason: "matched", device: "D", place: null }],
});

const ignored = (): void => undefined;

function shown(account: Account, showOlder = ignored, keep: (kept: LogKept) => void = ignored): HTMLElement {
  const page = document.createElement("main");
  render(signInsSection(account, { showOlder, keep }), page);
  return page;
}

test("a whole log is shown without a word about it", () => {
  const page = shown(ACCOUNT);

  expect(page.querySelector(".notice")).toBeNull();
  expect(page.querySelectorAll(".record")).toHaveLength(1);
});

test("what was changed is told as plainly as who signed in, with the country where one is known", () => {
  const [entry] = ACCOUNT.signIns;
  if (entry === undefined) throw new Error("no entry");
  const page = shown({
    ...ACCOUNT,
    signIns: [
      { ...entry, outcome: "done", reason: "passkey-added", place: "DE" },
      { ...entry, id: "02", reason: "passkey" },
    ],
  });

  const [done, signedIn] = [...page.querySelectorAll(".record")].map((record) =>
    record.textContent.replaceAll(/\s+/g, " ").trim(),
  );
  expect(done).toMatch(/^A passkey was added .*, Germany$/);
  expect(signedIn).toMatch(/^Signed in .*, with a passkey, without a face$/);
});

test("a broken log says so above what is left of it", () => {
  const page = shown({ ...ACCOUNT, signInLog: "broken" });

  expect(page.querySelector(".notice")?.textContent).toContain(BROKEN_LOG.title);
  expect(page.querySelectorAll(".record")).toHaveLength(1);
});

test("a log that was emptied still says that it is broken", () => {
  const page = shown({ ...ACCOUNT, signIns: [], signInLog: "broken" });

  expect(page.textContent).toContain(BROKEN_LOG.text);
});

test("of a long log the page shows what it has, and goes on where the reader asks for it", () => {
  const [entry] = ACCOUNT.signIns;
  if (entry === undefined) throw new Error("no entry");
  const signIns = Array.from({ length: 200 }, (_, number) => ({ ...entry, id: `${number}` }));
  const showOlder = vi.fn();

  const long = shown({ ...ACCOUNT, signIns, signInsOlder: 42 }, showOlder);
  const whole = shown({ ...ACCOUNT, signIns });

  expect(long.querySelector(".number")?.textContent).toBe("200+");
  expect(whole.querySelector(".number")?.textContent).toBe("200");
  expect(whole.querySelector("button")).toBeNull();
  long.querySelector("button")?.click();
  expect(showOlder).toHaveBeenCalledOnce();
});

test("without a choice nothing is said of one", () => {
  expect(shown(ACCOUNT).textContent).not.toContain("Keep the");
});

test("where less is offered it says how much, that older records stay, and hands on what was asked for", () => {
  const keep = vi.fn();
  const page = shown({ ...ACCOUNT, leastSignInLogDays: 30 }, ignored, keep);

  expect(page.textContent).toContain(OLDER_STAY);
  const button = page.querySelector("button");
  expect(button?.textContent.trim()).toBe("Keep the log for 30 days only");
  button?.click();
  expect(keep).toHaveBeenCalledExactlyOnceWith("least");
});

test("whoever has less may have all of it again", () => {
  const keep = vi.fn();
  const page = shown({ ...ACCOUNT, signInLogKept: "least", leastSignInLogDays: 1 }, ignored, keep);

  expect(page.textContent.replaceAll(/\s+/g, " ")).toContain(
    "New records are kept for 1 day, without a place",
  );
  page.querySelector("button")?.click();
  expect(keep).toHaveBeenCalledExactlyOnceWith("full");
});

test("whoever asked for less is told where that is no longer offered", () => {
  const page = shown({ ...ACCOUNT, signInLogKept: "least" });

  expect(page.textContent).toContain("no longer offers it");
  expect(page.querySelector("button")).toBeNull();
});
