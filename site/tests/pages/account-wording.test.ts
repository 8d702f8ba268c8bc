import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

import { expect, test } from "vitest";

import {
  confirmations,
  deedWords,
  freezeWords,
  learnedFrom,
  learnedWords,
  mailTroubleWords,
  notHeldOf,
  reasonWords,
  templateKind,
  templateLife,
} from "../../components/wording/account";
import type { AccountTemplate } from "../../sdk";

const VERIFICATION = fileURLToPath(new URL("../../../layers/matching/verification.py", import.meta.url));

const DEEDS = fileURLToPath(new URL("../../../layers/service/deeds.py", import.meta.url));

const LEARNED: AccountTemplate = {
  id: "01",
  kind: "adaptive",
  state: "quarantined",
  createdAt: new Date("2026-11-20T12:00:00Z"),
  model: "model",
  pipeline: "pipeline",
  quality: {},
  sourceDevice: "device",
  sourceSignIn: "sign-in",
  corroborations: 0,
  corroboratedAt: null,
  expiresAt: new Date("2027-11-20T12:00:00Z"),
  used: 0,
};

test("a template made in enrolling has no end to tell of", () => {
  const anchor = {
    ...LEARNED,
    kind: "anchor",
    state: "active",
    corroborations: null,
    expiresAt: null,
  } as const;

  expect(templateKind(anchor.kind)).toBe("Made when you enrolled");
  expect(templateLife(anchor)).toBe("");
});

test.each([
  [{ corroborations: 0 }, "Not in use yet: it waits for 2 more sign-ins like it, each on another day."],
  [{ corroborations: 1 }, "Not in use yet: it waits for one more sign-in like it, on another day."],
  [{ state: "active", corroborations: 2 }, "In use."],
] as const)("a learned one says whether it counts: %o", (changes, words) => {
  expect(templateLife({ ...LEARNED, ...changes })).toBe(`${words} Forgotten on 20\u00a0Nov\u00a02027.`);
});

const AT = new Date(2026, 10, 20, 13, 5);
const NOV_20 = "20\u00a0Nov\u00a02026, 13:05";

test.each([
  [{ corroborations: null, corroboratedAt: null }, ""],
  [{ corroborations: 0, corroboratedAt: null }, "Not yet"],
  [{ corroborations: 1, corroboratedAt: AT }, `1 time, last on ${NOV_20}`],
  [{ corroborations: 2, corroboratedAt: AT }, `2 times, last on ${NOV_20}`],
])("how often later sign-ins bore a template out: %o", (changes, words) => {
  expect(confirmations({ ...LEARNED, ...changes })).toBe(words);
});

test("a template names the sign-in it was learned from, as long as the log has it", () => {
  const entry = { at: AT, outcome: "accepted", reason: "matched", device: "D", place: null } as const;

  expect(learnedFrom(LEARNED, [{ ...entry, id: "sign-in" }])).toBe(`The sign-in of ${NOV_20}`);
  expect(learnedFrom(LEARNED, [{ ...entry, id: "another" }])).toBe("A sign-in that is not in the list below");
  expect(learnedFrom({ ...LEARNED, sourceSignIn: null }, [])).toBe("");
});

test("when something was learned is said newest first, and nothing where nothing was", () => {
  const [first, second] = [new Date(2026, 10, 3, 8, 0), new Date(2026, 10, 9, 9, 30)];

  expect(learnedWords([])).toBe("");
  expect(learnedWords([AT])).toMatch(`Last learned on ${NOV_20}. These times`);
  expect(learnedWords([first, AT, second])).toMatch(
    `Last learned on ${NOV_20}; before that on 9\u00a0Nov\u00a02026, 09:30 and 3\u00a0Nov\u00a02026, 08:00. `,
  );
});

test.each([
  [0, "Never"],
  [1, "Once, and lifted again"],
  [3, "3 times, and lifted again each time"],
])("an account that was frozen %d times: %s", (freezes, words) => {
  expect(freezeWords(freezes)).toBe(words);
});

test.each(["bounced", "complained"] as const)("mails that are %s: until when, at the most", (why) => {
  expect(mailTroubleWords({ why, until: AT }).text).toContain(
    `until ${NOV_20}; then notices are tried again.`,
  );
});

test("every reason that a decision gives has its words", () => {
  const source = readFileSync(VERIFICATION, "utf8");
  const [, list = ""] = /VerificationReason: TypeAlias = Literal\[([^\]]*)\]/.exec(source) ?? [];
  const refusals = [...list.matchAll(/"([a-z-]+)"/g)]
    .map(([, reason = ""]) => reason)
    .filter((one) => one !== "matched");

  expect(refusals).toContain("template-replayed");
  expect(refusals.filter((reason) => reasonWords(reason) === reason.replaceAll("-", " "))).toEqual([]);
});

test("everything that the log may say was done has its words", () => {
  const [, list = ""] = /DeedName: TypeAlias = Literal\[([^\]]*)\]/.exec(readFileSync(DEEDS, "utf8")) ?? [];
  const names = [...list.matchAll(/"([a-z-]+)"/g)].map(([, name = ""]) => name);

  expect(names).toContain("recovery-codes-made");
  expect(names.filter((name) => deedWords(name).toLowerCase() === name.replaceAll("-", " "))).toEqual([]);
});

test.each([
  ["face-enrolled", "A face was enrolled"],
  ["device-renamed", "A device was renamed"],
])("the log says %s in words", (name, words) => {
  expect(deedWords(name)).toBe(words);
});

test("where countries are kept, the page does not say that they are not", () => {
  expect(notHeldOf([{ place: null }]).join(" ")).toContain("or where you are");
  expect(notHeldOf([{ place: "DE" }]).join(" ")).not.toContain("or where you are");
});
