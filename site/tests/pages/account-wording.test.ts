import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

import { expect, test } from "vitest";

import {
  deedWords,
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
