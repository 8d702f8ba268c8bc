// @vitest-environment happy-dom
import { render } from "lit";
import { afterEach, expect, test, vi } from "vitest";

import { consentAgain } from "../../components/account/consent-again";
import type { FaceSmash } from "../../sdk";
import { button, words } from "../support/page";
import { aPolicy } from "../support/policy";

const UNTIL = new Date(2026, 10, 20, 13, 5);

const agree = vi.fn();
const withdraw = vi.fn();

async function shown(now: Date): Promise<HTMLElement> {
  const page = document.createElement("main");
  document.body.append(page);
  const faceSmash = { policy: async () => Promise.resolve(aPolicy()) } as unknown as FaceSmash;
  const due = { policyVersion: "2026-11-8", faceUntil: UNTIL };
  render(consentAgain(due, { faceSmash, busy: false, now }, { agree, withdraw }), page);
  await vi.waitFor(() => {
    expect(page.querySelector("form")).not.toBeNull();
  });
  return page;
}

afterEach(() => {
  document.body.replaceChildren();
  agree.mockReset();
  withdraw.mockReset();
});

test("which version is in force, and until when a face still signs in", async () => {
  const page = await shown(new Date(2026, 10, 19));

  expect(words(page)).toContain("In force now is version 2026-11-8.");
  expect(words(page)).toContain("Your face signs you in until 20 Nov 2026");
});

test("a face that waits says since when", async () => {
  const page = await shown(UNTIL);

  expect(words(page)).toContain("Your face is not compared now");
  expect(words(page)).toContain("Since 20 Nov 2026, 13:05 it waits until you agree.");
});

test("agreeing and withdrawing stand side by side, and each does what it says", async () => {
  const page = await shown(UNTIL);

  button(page, "Withdraw consent").click();
  expect(withdraw).toHaveBeenCalledOnce();
  expect(agree).not.toHaveBeenCalled();

  page.querySelector<HTMLInputElement>("input[name=agree]")?.click();
  button(page, "I agree").click();
  expect(agree).toHaveBeenCalledExactlyOnceWith({ policy: aPolicy(), declared: {} });
  expect(withdraw).toHaveBeenCalledOnce();
});
