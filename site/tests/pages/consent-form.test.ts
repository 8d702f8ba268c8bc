// @vitest-environment happy-dom
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";

import "../../components/consent/consent-form";
import type { AgreedDetail, ConsentForm } from "../../components/consent/consent-form";
import { NetworkError, type FaceSmash, type Policy, type Release } from "../../sdk";
import { button, words } from "../support/page";
import { aPolicy } from "../support/policy";

const RELEASE: Release = {
  statement: "I agree to this.",
  typedName: true,
  ageStatement: "I am sixteen or older.",
};
const SIGNED = aPolicy({ release: RELEASE });

const policy = vi.fn<() => Promise<Policy>>();
const agreed = vi.fn<(detail: AgreedDetail) => void>();
const loaded = vi.fn<(policy: Policy) => void>();

beforeEach(() => {
  policy.mockReset();
  policy.mockResolvedValue(SIGNED);
  agreed.mockReset();
  loaded.mockReset();
});

afterEach(() => {
  document.body.replaceChildren();
});

function opened(): ConsentForm {
  const form = document.createElement("fs-consent-form");
  form.faceSmash = { policy } as unknown as FaceSmash;
  form.addEventListener("agreed", ({ detail }: CustomEventInit<AgreedDetail>) => {
    if (detail !== undefined) agreed(detail);
  });
  form.addEventListener("policy-loaded", ({ detail }: CustomEventInit<Policy>) => {
    if (detail !== undefined) loaded(detail);
  });
  document.body.append(form);
  return form;
}

async function shown(): Promise<ConsentForm> {
  const form = opened();
  await vi.waitFor(() => {
    expect(form.querySelector("form")).not.toBeNull();
  });
  return form;
}

function field(form: ConsentForm, name: "agree" | "of-age" | "signed-name"): HTMLInputElement {
  const found = form.querySelector<HTMLInputElement>(`input[name=${name}]`);
  if (found === null) throw new Error(`no field ${name}`);
  return found;
}

function sign(form: ConsentForm, name: string): void {
  const input = field(form, "signed-name");
  input.value = name;
  input.dispatchEvent(new Event("input", { bubbles: true }));
}

/** What a field is told to be wrong with, through the reference that a screen reader follows. */
function errorOf(form: ConsentForm, name: "agree" | "of-age" | "signed-name"): string | null {
  const input = field(form, name);
  const id = input.getAttribute("aria-describedby");
  if (id === null) return null;
  expect(input.getAttribute("aria-invalid")).toBe("true");
  return words(form.querySelector(`#${id}`));
}

describe("what is asked", () => {
  test("the statement, the age and a name, each with its label", async () => {
    const form = await shown();

    expect(words(field(form, "agree").closest("label"))).toBe("I agree to this.");
    expect(words(field(form, "of-age").closest("label"))).toBe("I am sixteen or older.");
    const label = form.querySelector(`label[for=${field(form, "signed-name").id}]`);
    expect(words(label)).toBe("Your name, as your signature");
    expect(field(form, "signed-name").getAttribute("maxlength")).toBe("128");
    expect(field(form, "signed-name").getAttribute("autocomplete")).toBe("name");
  });

  test("nothing is declared in the person's place", async () => {
    const form = await shown();

    expect(field(form, "agree").checked).toBe(false);
    expect(field(form, "of-age").checked).toBe(false);
    expect(field(form, "signed-name").value).toBe("");
    expect(form.querySelector(".field__error")).toBeNull();
  });

  test("only what the policy asks for", async () => {
    policy.mockResolvedValue(aPolicy());

    const form = await shown();

    expect([...form.querySelectorAll("input")].map(({ name }) => name)).toEqual(["agree"]);
  });
});

describe("nothing is agreed to", () => {
  const TICK = "Tick the box if you agree. If not, take the other way below.";
  const AGE = "Tick the box if this is so. If not, take the other way below.";
  const NAME = "Type your name: it is your signature.";

  test.each([
    { agree: false, ofAge: false, name: "", errors: [TICK, AGE, NAME], first: "agree" },
    { agree: true, ofAge: false, name: "", errors: [null, AGE, NAME], first: "of-age" },
    { agree: false, ofAge: true, name: "", errors: [TICK, null, NAME], first: "agree" },
    { agree: false, ofAge: false, name: "Ada Lovelace", errors: [TICK, AGE, null], first: "agree" },
    { agree: true, ofAge: true, name: "", errors: [null, null, NAME], first: "signed-name" },
    { agree: true, ofAge: true, name: " \t ", errors: [null, null, NAME], first: "signed-name" },
    { agree: true, ofAge: false, name: "Ada Lovelace", errors: [null, AGE, null], first: "of-age" },
    { agree: false, ofAge: true, name: "Ada Lovelace", errors: [TICK, null, null], first: "agree" },
  ])("with %o: the first that is missing has the focus", async ({ agree, ofAge, name, errors, first }) => {
    const form = await shown();
    if (agree) field(form, "agree").click();
    if (ofAge) field(form, "of-age").click();
    sign(form, name);

    button(form, "Agree and continue").click();
    await form.updateComplete;

    expect(agreed).not.toHaveBeenCalled();
    expect((["agree", "of-age", "signed-name"] as const).map((one) => errorOf(form, one))).toEqual(errors);
    expect((document.activeElement as HTMLInputElement | null)?.name).toBe(first);
  });

  test("while the last answer is still on its way", async () => {
    const form = await shown();
    field(form, "agree").click();
    field(form, "of-age").click();
    sign(form, "Ada Lovelace");
    form.busy = true;
    await form.updateComplete;

    button(form, "Agree and continue").click();

    expect(agreed).not.toHaveBeenCalled();
    expect(button(form, "Agree and continue").getAttribute("aria-disabled")).toBe("true");
  });

  test("what is missing is no longer held against anybody who goes on", async () => {
    const form = await shown();
    button(form, "Agree and continue").click();
    await form.updateComplete;
    expect(form.querySelectorAll(".field__error")).toHaveLength(3);

    field(form, "agree").click();
    await form.updateComplete;

    expect(form.querySelectorAll(".field__error")).toHaveLength(0);
    expect(form.querySelector("[aria-invalid]")).toBeNull();
  });
});

describe("agreeing", () => {
  test("hands on the policy that was shown, the name without spaces around it, and the age", async () => {
    const form = await shown();
    field(form, "agree").click();
    field(form, "of-age").click();
    sign(form, "  Ada Lovelace ");

    button(form, "Agree and continue").click();

    expect(agreed).toHaveBeenCalledExactlyOnceWith({
      policy: SIGNED,
      declared: { signedName: "Ada Lovelace", isOfAge: true },
    });
  });

  test.each([
    [{ typedName: false, ageStatement: null }, {}],
    [{ typedName: true, ageStatement: null }, { signedName: "Ada" }],
    [{ typedName: false, ageStatement: "I am old enough." }, { isOfAge: true }],
  ])("with a release of %o it declares %o, and nothing that was not asked", async (asked, declared) => {
    policy.mockResolvedValue(aPolicy({ release: { ...RELEASE, ...asked } }));
    const form = await shown();
    for (const box of form.querySelectorAll<HTMLInputElement>("input[type=checkbox]")) box.click();
    if (asked.typedName) sign(form, "Ada");

    button(form, "Agree and continue").click();

    expect(agreed.mock.calls.map(([detail]) => detail.declared)).toEqual([declared]);
  });

  test("with the Enter key is the same as with the button, whatever stands beside it", async () => {
    const form = await shown();
    const inside = form.querySelector("form");
    const submits = [...form.querySelectorAll("button")].filter(({ type }) => type === "submit");
    expect(submits).toEqual([button(form, "Agree and continue")]); // what Enter presses

    inside?.requestSubmit();
    await form.updateComplete;
    expect(agreed).not.toHaveBeenCalled();
    expect(document.activeElement).toBe(field(form, "agree"));

    field(form, "agree").click();
    field(form, "of-age").click();
    sign(form, "Ada");
    inside?.requestSubmit();

    expect(agreed).toHaveBeenCalledOnce();
  });
});

describe("the text", () => {
  test("is told once it is on the screen, and not before", async () => {
    const form = opened();
    await form.updateComplete;
    expect(words(form.querySelector("[role=status]"))).toBe("Fetching the text");
    expect(form.querySelector("button")).toBeNull();

    await vi.waitFor(() => {
      expect(loaded).toHaveBeenCalledExactlyOnceWith(SIGNED);
    });

    expect(form.querySelector("[role=region]")?.getAttribute("aria-label")).toBe(
      "Consent text, version 2026-11-8",
    );
    expect(form.querySelector("[role=region]")?.getAttribute("tabindex")).toBe("0"); // the keyboard scrolls it
  });

  test("that could not be fetched can be fetched again, and is agreed to by nobody until then", async () => {
    policy.mockRejectedValueOnce(new NetworkError("timeout"));
    const form = opened();
    await vi.waitFor(() => {
      expect(words(form.querySelector("[role=alert]"))).toContain("No answer");
    });
    expect(form.querySelector("form")).toBeNull();
    expect(loaded).not.toHaveBeenCalled();

    button(form, "Try again").click();

    await vi.waitFor(() => {
      expect(form.querySelector("form")).not.toBeNull();
    });
    expect(loaded).toHaveBeenCalledOnce();
  });
});
