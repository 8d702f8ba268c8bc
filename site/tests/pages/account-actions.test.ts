// @vitest-environment happy-dom
import { render } from "lit";
import { expect, test, vi } from "vitest";

import { accountActions } from "../../components/account/account-actions";
import { button, words } from "../support/page";

const STATE = { status: "active", hasFace: true, byFace: true, busy: false } as const;

function shown(state: Partial<Parameters<typeof accountActions>[0]>): {
  page: HTMLElement;
  enrolFace: ReturnType<typeof vi.fn>;
} {
  const page = document.createElement("main");
  const enrolFace = vi.fn();
  const others = {
    download: vi.fn(),
    setFaceSignIn: vi.fn(),
    changeAddress: vi.fn(),
    withdraw: vi.fn(),
    erase: vi.fn(),
  };
  render(accountActions({ ...STATE, ...state }, { ...others, enrolFace }), page);
  return { page, enrolFace };
}

test.each([
  [
    { hasFace: true },
    "Enrol my face anew",
    "Set up face sign-in",
    "New pictures replace every face template",
  ],
  [{ hasFace: true, status: "paused" }, "Enrol my face anew", "Set up face sign-in", "while your face still"],
  [{ hasFace: true, byFace: false }, "Enrol my face anew", "Set up face sign-in", "what was learned as well"],
  [{ hasFace: false }, "Set up face sign-in", "Enrol my face anew", "You are asked to agree first."],
] as const)("of %o: one of the two, with what it means", (state, offered, other, meaning) => {
  const { page, enrolFace } = shown(state);

  const pressed = button(page, offered);
  expect(words(pressed.nextElementSibling)).toContain(meaning);
  expect(page.textContent).not.toContain(other);
  pressed.click();
  expect(enrolFace).toHaveBeenCalledOnce();
});
