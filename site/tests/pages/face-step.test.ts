// @vitest-environment happy-dom
import { afterEach, beforeEach, expect, test, vi } from "vitest";

import "../../pages/register/face-step";
import type { FaceStep } from "../../pages/register/face-step";
import {
  ApiProblem,
  type Capture,
  type FaceSmash,
  type Policy,
  type ProblemType,
  type RegisterOptions,
  StateError,
} from "../../sdk";
import { button, words } from "../support/page";

const POLICY = { version: "2026-11-1" } as Policy;
const CAPTURE = { challenge: "of-the-ceremony" } as Capture;
const DECLARED = { signedName: "Ada" };
const register = vi.fn<(options: RegisterOptions) => Promise<void>>();
const ends = ["registered", "consent-outdated", "mailbox-expired", "without-face"] as const;
let heard: string[];

beforeEach(() => {
  register.mockReset().mockResolvedValue();
  heard = [];
});

afterEach(() => {
  document.body.replaceChildren();
});

async function opened(): Promise<FaceStep> {
  const step = document.createElement("fs-face-step");
  const prepare = async (): Promise<void> => new Promise(() => undefined);
  step.faceSmash = { register, prepare, closeCamera: () => undefined } as unknown as FaceSmash;
  step.email = "ada@example.org";
  step.policy = POLICY;
  step.declared = DECLARED;
  for (const end of ends) step.addEventListener(end, () => heard.push(end));
  document.body.append(step);
  await vi.waitFor(() => {
    expect(step.querySelector("fs-camera")).not.toBeNull();
  });
  return step;
}

function look(step: FaceStep): void {
  const detail = { capture: CAPTURE, trouble: null };
  step.querySelector("fs-camera")?.dispatchEvent(new CustomEvent("captured", { detail }));
}

test("a look registers, with the name that was typed for the device", async () => {
  const step = await opened();
  const field = step.querySelector<HTMLInputElement>("#device-name");
  if (field === null) throw new Error("no field");
  field.value = " Kitchen tablet ";

  look(step);

  await vi.waitFor(() => {
    expect(heard).toEqual(["registered"]);
  });
  expect(register).toHaveBeenCalledExactlyOnceWith({
    email: "ada@example.org",
    policy: POLICY,
    declared: DECLARED,
    capture: CAPTURE,
    deviceName: "Kitchen tablet",
    signal: expect.any(AbortSignal) as AbortSignal,
  });
});

test.each<[ProblemType, string]>([
  ["consent-outdated", "consent-outdated"],
  ["mailbox-token-invalid", "mailbox-expired"],
])("%s leads back to where that is put right", async (type, end) => {
  register.mockRejectedValue(new ApiProblem({ type, status: 400, detail: "" }));
  const step = await opened();

  look(step);

  await vi.waitFor(() => {
    expect(heard).toEqual([end]);
  });
});

test("a mailbox proof that ran out meanwhile is asked for again", async () => {
  register.mockRejectedValue(new StateError("no-mailbox"));
  const step = await opened();

  look(step);

  await vi.waitFor(() => {
    expect(heard).toEqual(["mailbox-expired"]);
  });
});

test("an address that is registered already leads to the sign-in", async () => {
  register.mockRejectedValue(new ApiProblem({ type: "already-enrolled", status: 409, detail: "" }));
  const step = await opened();

  look(step);

  await vi.waitFor(() => {
    expect(step.querySelector("[role=alert] a")?.getAttribute("href")).toBe("/sign-in");
  });
  expect(step.querySelector("[role=alert] button")).toBeNull();
});

test("pictures that were not good enough are told why, and taken again", async () => {
  const refusal = { type: "capture-refused", status: 422, detail: "", reasons: ["too-dark"] } as const;
  register.mockRejectedValue(new ApiProblem(refusal));
  const step = await opened();

  look(step);

  await vi.waitFor(() => {
    expect(words(step.querySelector("[role=alert]"))).toContain("It was too dark.");
  });
  expect(button(step, "Try again")).toBeDefined();
});

test("there is a way on without a face", async () => {
  const step = await opened();

  button(step, "Carry on without a face").click();

  expect(heard).toEqual(["without-face"]);
});
