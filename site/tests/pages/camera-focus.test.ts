// @vitest-environment happy-dom
/** Whoever presses a button that goes away by it finds the camera in its place, not the top of the page. */
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";

import "../../components/camera/face-enrolment";
import type { FaceEnrolment } from "../../components/camera/face-enrolment";
import "../../pages/sign-in/look";
import type { Look } from "../../pages/sign-in/look";
import { ApiProblem, NetworkError, type Capture, type FaceSmash, type ProblemType } from "../../sdk";
import { button } from "../support/page";

const CAPTURE = { challenge: "of-the-ceremony" } as Capture;
const signIn = vi.fn<FaceSmash["signIn"]>();

beforeEach(() => {
  signIn.mockReset();
});

afterEach(() => {
  document.body.replaceChildren();
});

const faceSmash = {
  prepare: async () => new Promise<void>(() => undefined),
  closeCamera: () => undefined,
  signIn,
} as Partial<FaceSmash> as FaceSmash;

async function shown<Block extends FaceEnrolment | Look>(block: Block): Promise<Block> {
  block.faceSmash = faceSmash;
  const main = document.createElement("main");
  main.append(block);
  document.body.append(main);
  await block.updateComplete;
  return block;
}

async function refused(block: FaceEnrolment | Look, again: string): Promise<void> {
  const detail = { capture: CAPTURE, trouble: null };
  block.querySelector("fs-camera")?.dispatchEvent(new CustomEvent("captured", { detail }));
  await vi.waitFor(() => button(block, again));
}

async function press(block: FaceEnrolment | Look, name: string): Promise<void> {
  const pressed = button(block, name);
  pressed.focus();
  expect(document.activeElement).toBe(pressed);

  pressed.click();

  await vi.waitFor(() => {
    expect(pressed.isConnected).toBe(false);
  });
  await new Promise((resolve) => setTimeout(resolve, 5));
}

function isAtTheCamera(block: FaceEnrolment | Look): boolean {
  return block.querySelector("fs-camera")?.contains(document.activeElement) === true;
}

describe("enrolling", () => {
  test.each<[string, Error]>([
    ["Try again", problem("capture-refused")],
    ["Send again", new NetworkError("unreachable")],
  ])("%s", async (again, error) => {
    const enrolment = document.createElement("fs-face-enrolment");
    enrolment.enrol = vi
      .fn<FaceEnrolment["enrol"]>()
      .mockRejectedValueOnce(error)
      .mockReturnValue(new Promise(() => undefined));
    await shown(enrolment);
    await refused(enrolment, again);

    await press(enrolment, again);

    expect(isAtTheCamera(enrolment)).toBe(true);
  });
});

describe("signing in", () => {
  test.each<[string, Error]>([
    ["a face that did not fit", problem("authentication-failed")],
    ["a network that failed", new NetworkError("unreachable")],
  ])("Try again after %s", async (_what, error) => {
    signIn.mockRejectedValueOnce(error);
    const look = await shown(document.createElement("fs-look"));
    await refused(look, "Try again");

    await press(look, "Try again");

    expect(isAtTheCamera(look)).toBe(true);
  });
});

function problem(type: ProblemType): ApiProblem {
  return new ApiProblem({ type, status: 400, detail: "" });
}
