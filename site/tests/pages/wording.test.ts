import { readFileSync, readdirSync } from "node:fs";
import { fileURLToPath } from "node:url";

import { describe, expect, test } from "vitest";

import { CAMERA_WORDS } from "../../components/wording/camera";
import { CAPTURE_REASON_WORDS, captureReasons } from "../../components/wording/captures";
import { GUIDANCE_WORDS, hintsAfter, mainTrouble } from "../../components/wording/guidance";
import { isAbort, isSessionOver, PROBLEM_WORDS, wordsFor } from "../../components/wording/problems";
import {
  ApiProblem,
  CameraError,
  DeviceKeyError,
  ModelError,
  NetworkError,
  PROBLEM_TYPES,
  StateError,
  type CameraErrorKind,
  type GuidanceState,
} from "../../sdk";

const SITE = fileURLToPath(new URL("../../", import.meta.url));

// Written out on purpose: `satisfies` makes a state that the SDK adds, and nobody worded, fail to compile here too.
const GUIDANCE = Object.keys({
  "no-face": 0,
  "too-far": 0,
  "too-close": 0,
  "too-dark": 0,
  "too-bright": 0,
  "uneven-light": 0,
  blurred: 0,
  "several-faces": 0,
  "not-frontal": 0,
  "off-centre": 0,
  "turn-left": 0,
  "turn-right": 0,
  "turn-less": 0,
  "come-closer": 0,
  "move-back": 0,
  "hold-still": 0,
  captured: 0,
  "page-hidden": 0,
  "follow-dot": 0,
  "turn-more": 0,
  "turn-slower": 0,
  "other-way": 0,
  "close-eyes": 0,
  "open-eyes": 0,
  "wait-for-step": 0,
  "camera-too-slow": 0,
  "look-again": 0,
} satisfies Record<GuidanceState, 0>) as GuidanceState[];

const CAMERA = Object.keys({
  refused: 0,
  absent: 0,
  busy: 0,
  interrupted: 0,
  unsupported: 0,
  insecure: 0,
} satisfies Record<CameraErrorKind, 0>) as CameraErrorKind[];

const CONTRACT_REASONS = [
  "captures-disagree",
  "captures-identical",
  "face-too-small",
  "too-dark",
  "too-bright",
  "blurred",
  "uneven-light",
  "not-frontal",
  "several-faces",
  "descriptor-implausible",
  "not-live",
  "challenge-not-followed",
  "wrong-pipeline",
  "evidence-malformed",
  "not-recognised",
];

const EVERY_SENTENCE = [
  ...Object.values(GUIDANCE_WORDS),
  ...Object.values(CAPTURE_REASON_WORDS),
  ...Object.values(CAMERA_WORDS).flatMap(({ title, text }) => [title, text]),
  ...Object.values(PROBLEM_WORDS).flatMap(({ title, text }) => [title, text]),
];

describe("every state has words of its own", () => {
  test.each(GUIDANCE)("guidance %s", (state) => {
    expect(GUIDANCE_WORDS[state]).toMatch(/^[A-Z].{5,60}\.$/);
    expect(Object.values(GUIDANCE_WORDS).filter((words) => words === GUIDANCE_WORDS[state])).toHaveLength(1);
  });

  test.each(CAMERA)("camera %s", (kind) => {
    const { title, text } = CAMERA_WORDS[kind];

    expect(title).not.toBe("");
    expect(text).not.toBe("");
    expect(Object.values(CAMERA_WORDS).filter((words) => words.title === title)).toHaveLength(1);
    expect(wordsFor(new CameraError(kind))).toMatchObject({ title, text });
  });

  test("every camera state that stands still has a button, or says itself what to do", () => {
    const withoutButton = Object.entries(CAMERA_WORDS)
      .filter(([, words]) => words.action === undefined)
      .map(([state]) => state);

    // The first three go on by themselves; an insecure address only the person can change.
    expect(withoutButton).toEqual(["loading", "asking", "captured", "insecure"]);
  });

  test.each(PROBLEM_TYPES)("problem %s", (type) => {
    const words = wordsFor(new ApiProblem({ type, status: 400, detail: "secret of the server" }));

    expect(words.title).not.toBe("");
    expect(`${words.title}${words.text}`).not.toContain("secret");
  });

  test.each(CONTRACT_REASONS)("refused capture %s", (reason) => {
    expect(captureReasons([reason])).toEqual([CAPTURE_REASON_WORDS[reason]]);
  });

  test("nobody is shouted at, and nothing is oversold", () => {
    for (const sentence of EVERY_SENTENCE) {
      expect(sentence).not.toMatch(/!|\b(?:oops|sorry|magic|seamless|simply|just)\b/i);
    }
  });
});

// The reach of the tables' backups is DynamoDB's own and no setting.
const SETTABLE_DAYS = /(?<!backups within )\b\d+ days/;

test("no page promises a number of days: how long the log is kept is the deployment's to say", () => {
  const sources = ["pages", "components"].flatMap((folder) =>
    readdirSync(SITE + folder, { recursive: true, encoding: "utf8" })
      .filter((file) => file.endsWith(".ts"))
      .map((file) => `${SITE}${folder}/${file}`),
  );

  const promises = sources.filter((file) => SETTABLE_DAYS.test(readFileSync(file, "utf8")));

  expect(sources.length).toBeGreaterThan(40);
  expect(promises).toEqual([]);
});

describe("errors", () => {
  test("the time to wait is told where the service names one", () => {
    const problem = new ApiProblem({ type: "too-many-requests", status: 429, detail: "", retryAfter: 61 });

    expect(wordsFor(problem).text).toContain("61 seconds");
  });

  test.each([
    new NetworkError("unreachable"),
    new ModelError("digest", "a.bin"),
    new DeviceKeyError("storage-unavailable"),
    new StateError("no-mailbox"),
    new TypeError("an inner detail"),
    "not even an error",
  ])("%s is worded without its own message", (error) => {
    const { title, text } = wordsFor(error);

    expect(title).not.toBe("");
    expect(text).not.toContain("inner detail");
    expect(text).not.toContain("a.bin");
  });

  test("work given up on purpose is no error to tell", () => {
    expect(isAbort(new DOMException("left", "AbortError"))).toBe(true);
    expect(isAbort(new TypeError("left"))).toBe(false);
  });

  test("a refusal is not an ended session: nobody is sent round in a circle", () => {
    expect(isSessionOver(new ApiProblem({ type: "token-invalid", status: 401, detail: "" }))).toBe(true);
    expect(isSessionOver(new StateError("no-session"))).toBe(true);
    expect(isSessionOver(new ApiProblem({ type: "authentication-failed", status: 401, detail: "" }))).toBe(
      false,
    );
    expect(isSessionOver(new ApiProblem({ type: "step-up-required", status: 401, detail: "" }))).toBe(false);
  });
});

describe("hints after a refusal", () => {
  test("name what was in the way most of the time", () => {
    const seen = new Map<GuidanceState, number>([
      ["too-dark", 30],
      ["no-face", 20],
      ["hold-still", 10],
    ]);

    expect(mainTrouble(seen)).toBe("too-dark");
    expect(hintsAfter("too-dark")[0]).toContain("dark");
  });

  test("stay general when nothing stood out", () => {
    const seen = new Map<GuidanceState, number>([
      ["hold-still", 90],
      ["captured", 3],
      ["too-dark", 7],
    ]);

    expect(mainTrouble(seen)).toBeNull();
    expect(mainTrouble(new Map())).toBeNull();
    expect(hintsAfter(null).length).toBeGreaterThan(1);
  });

  test("never read like an answer of the service", () => {
    for (const state of GUIDANCE) {
      for (const hint of hintsAfter(state)) expect(hint).not.toMatch(/match|score|account|template|recogni/i);
    }
  });
});
