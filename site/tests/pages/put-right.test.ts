// @vitest-environment happy-dom
/** A field that was wrong is called so until somebody puts it right, and not a key longer. */
import { afterEach, expect, test } from "vitest";

import "../../components/account/address-dialog";
import "../../components/account/rename-dialog";
import "../../components/mailbox/code-form";
import "../../components/mailbox/email-form";
import "../../components/mailbox/recovery-form";
import type { LightElement } from "../../components/light-element";
import { button } from "../support/page";

afterEach(() => {
  document.body.replaceChildren();
});

test.each([
  ["fs-email-form", "Send code", "#email", "ada@example.org"],
  ["fs-code-form", "Confirm", "#code", "123456"],
  ["fs-recovery-form", "Sign in", "#recovery-email", "ada@example.org"],
] as const)("%s", async (name, send, field, right) => {
  const form = await shown(document.createElement(name));

  await isPutRight(form, { send, field, right });
});

test("fs-recovery-form keeps what is still wrong while another field is typed in", async () => {
  const form = await shown(document.createElement("fs-recovery-form"));
  typed(form, "#recovery-email", "ada@example.org");
  button(form, "Sign in").click();
  await form.updateComplete;
  expect(form.querySelector("#recovery-code-error")).not.toBeNull();

  typed(form, "#recovery-email", "grace@example.org");
  await form.updateComplete;
  expect(form.querySelector("#recovery-code-error")).not.toBeNull();

  typed(form, "#recovery-code", "A");
  await form.updateComplete;
  expect(form.querySelector(".field__error")).toBeNull();
});

test("fs-address-dialog", async () => {
  const dialog = await shown(document.createElement("fs-address-dialog"));
  void dialog.open("ada@example.org");
  await dialog.updateComplete;

  await isPutRight(dialog, { send: "Send both codes", field: "#new-email", right: "grace@example.org" });
});

test("fs-rename-dialog", async () => {
  const dialog = await shown(document.createElement("fs-rename-dialog"));
  void dialog.ask("Laptop");
  await dialog.updateComplete;

  await isPutRight(dialog, { send: "Save the name", field: "#new-device-name", wrong: " ", right: "Desk" });
});

async function shown<Form extends LightElement>(form: Form): Promise<Form> {
  document.body.append(form);
  await form.updateComplete;
  return form;
}

function typed(form: LightElement, selector: string, value: string): HTMLInputElement {
  const input = form.querySelector<HTMLInputElement>(selector);
  if (input === null) throw new Error(`no field ${selector}`);
  input.value = value;
  input.dispatchEvent(new Event("input", { bubbles: true }));
  return input;
}

async function isPutRight(
  form: LightElement,
  { send, field, wrong = "nobody", right }: { send: string; field: string; wrong?: string; right: string },
): Promise<void> {
  const input = typed(form, field, wrong);
  button(form, send).click();
  await form.updateComplete;
  expect(input.getAttribute("aria-invalid")).toBe("true");
  expect(form.querySelector(".field__error")).not.toBeNull();

  typed(form, field, right);
  await form.updateComplete;

  expect(input.getAttribute("aria-invalid")).toBeNull();
  expect(form.querySelector(".field__error")).toBeNull();
}
