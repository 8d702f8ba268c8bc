// @vitest-environment happy-dom
/** "Everything that is held about you": each field that the account's answer has stands on the dashboard. */
import { afterEach, beforeEach, expect, test, vi } from "vitest";

import {
  deedWords,
  languageWords,
  meansWords,
  placeWords,
  reasonWords,
} from "../../components/wording/account";
import { day, moment } from "../../components/wording/format";
import { scopeWords } from "../../components/wording/scopes";
import "../../pages/dashboard/dashboard-page";
import type { DashboardPage } from "../../pages/dashboard/dashboard-page";
import type { Account, Session } from "../../sdk";
import { accountFrom } from "../../sdk/api/documents";
import { fieldOf, leaves, type Leaf } from "../support/leaves";
import { example, operations } from "../support/openapi";
import { words } from "../support/page";
import { aPolicy } from "../support/policy";
import { services } from "../support/services";

let made = 0;
/** A text, a number and a day that stand nowhere else, and in no other one. */
const text = (): string => `text-${++made}-`;
const number = (): number => 7000 + ++made;
const date = (): Date => new Date(2040 + ++made, 10, 23, 12, 34);

const [LAPTOP, PHONE, SECURITY_KEY, SIGN_IN] = [text(), text(), text(), text()];

/** Nothing in it is null or empty: what is not there shows nothing of whether it would be shown. */
const ACCOUNT: Account = {
  account: text(),
  email: text(),
  mailTrouble: { why: "bounced", until: date() },
  status: "paused",
  createdAt: date(),
  lastUsedAt: date(),
  policyVersion: text(),
  consentAskedAt: date(),
  consentDue: { policyVersion: text(), faceUntil: date() },
  learning: "allowed",
  learnedAt: [date(), date(), date()],
  templates: (["quarantined", "active"] as const).map((state, index) => ({
    id: text(),
    kind: "adaptive",
    state,
    createdAt: date(),
    model: text(),
    pipeline: text(),
    quality: { any_name: number() },
    sourceDevice: index === 0 ? PHONE : LAPTOP,
    sourceSignIn: SIGN_IN,
    corroborations: number(),
    corroboratedAt: date(),
    expiresAt: date(),
    used: number(),
  })),
  devices: [LAPTOP, PHONE].map((id) => ({
    id,
    name: text(),
    // Nothing is newer than this device: the notice of what is new would show days in place of the sections.
    createdAt: id === LAPTOP ? new Date(2999, 10, 23) : date(),
    lastUsedAt: date(),
    current: id === LAPTOP,
  })),
  passkeys: [SECURITY_KEY, text()].map((id) => ({
    id,
    name: text(),
    credentialId: text(),
    synced: id === SECURITY_KEY,
    createdAt: date(),
    lastUsedAt: date(),
  })),
  consents: [
    {
      id: text(),
      policyVersion: text(),
      textSha256: text(),
      givenAt: date(),
      device: PHONE,
      language: "fi",
      statement: text(),
      signedName: text(),
      ageStatement: text(),
    },
  ],
  signIns: [
    { id: SIGN_IN, at: date(), outcome: "accepted", reason: "passkey", device: LAPTOP, place: "DE" },
    { id: text(), at: date(), outcome: "refused", reason: "not-live", device: PHONE, place: "FR" },
    { id: text(), at: date(), outcome: "done", reason: "passkey-added", device: PHONE, place: "JP" },
  ],
  signInsOlder: number(),
  signInLog: "broken",
  signInLogKept: "least",
  leastSignInLogDays: number(),
  sessions: (["passkey", "synced-passkey"] as const).map((means, index) => ({
    id: text(),
    device: index === 0 ? LAPTOP : PHONE,
    means,
    passkey: SECURITY_KEY,
    createdAt: date(),
    lastUsedAt: date(),
    expiresAt: date(),
    current: index === 0,
  })),
  grants: [{ client: text(), name: text(), scopes: ["openid", "email"], givenAt: date() }],
  recoveryCodes: { left: number(), madeAt: date() },
  freezes: number(),
};

/** What is on no page, and why. */
const NOT_SHOWN: Readonly<Record<string, string>> = {
  "templates.*.id": "a number that tells nothing of the person; the download has it",
  "consents.*.id": "a number that tells nothing of the person; the download has it",
  "signIns.*.id": "a number that tells nothing of the person; the download has it",
  "sessions.*.id": "a number that tells nothing of the person; the download has it",
  "passkeys.*.id": "a digest of its credential id, which is shown",
  "devices.*.id": "a digest of its public key; its name is shown wherever something refers to it",
  signInsOlder: "where the log goes on, for the program only: that it does is said by the plus sign below",
};

type Words = (value: never, row: never) => string;

/** What stands on the page in place of a value that chooses a sentence, or refers to something that has a name. */
const SAID_AS: Readonly<Record<string, Words>> = {
  "mailTrouble.why": () => "Mails to your address come back",
  status: () => "Face sign-in Paused",
  learning: () => "Do not learn from sign-ins",
  "templates.*.kind": (_: string, { createdAt }: Row<"templates">) => `Learned later, ${moment(createdAt)}`,
  "templates.*.state": (state: string) => (state === "active" ? "In use. Forgotten" : "Not in use yet:"),
  "templates.*.sourceDevice": (id: string, { createdAt }: Row<"templates">) =>
    `${moment(createdAt)}, on ${nameOf(id)}`,
  "templates.*.sourceSignIn": () => `Learned from The sign-in of ${moment(ACCOUNT.signIns[0]?.at ?? NEVER)}`,
  "devices.*.current": (current: boolean, { name, createdAt }: Row<"devices">) =>
    `${name} ${current ? "This device " : ""}Added ${moment(createdAt)}`,
  "passkeys.*.synced": (synced: boolean, { lastUsedAt }: Row<"passkeys">) =>
    `${moment(lastUsedAt)}. ${synced ? "It may be copied to your other devices." : "It stays on one device."}`,
  "consents.*.device": (id: string, { givenAt }: Row<"consents">) =>
    `Given ${moment(givenAt)} on ${nameOf(id)}`,
  "consents.*.language": (language: string) => `Language of the text ${languageWords(language)}`,
  "signIns.*.outcome": (outcome: string, { at, reason }: Row<"signIns">) =>
    `${{ accepted: "Signed in", refused: "Refused", done: deedWords(reason) }[outcome] ?? ""} ${moment(at)}`,
  "signIns.*.reason": (reason: string, { at, outcome }: Row<"signIns">) =>
    outcome === "done" ? `${deedWords(reason)} ${moment(at)}` : `, ${reasonWords(reason)}`,
  "signIns.*.device": (id: string, { at }: Row<"signIns">) => `${moment(at)}, ${nameOf(id)}`,
  "signIns.*.place": (place: string, { device }: Row<"signIns">) => `${nameOf(device)}, ${placeWords(place)}`,
  signInLog: () => "This list is not complete",
  signInLogKept: () => "Keep the full log again",
  "sessions.*.device": (id: string, { current, means }: Row<"sessions">) =>
    `${nameOf(id)} ${current ? "This session " : ""}${meansWords(means)}`,
  "sessions.*.means": (means: Row<"sessions">["means"]) => meansWords(means),
  "sessions.*.passkey": (id: string, { createdAt, means }: Row<"sessions">) =>
    `${meansWords(means)}, “${ACCOUNT.passkeys.find((one) => one.id === id)?.name ?? ""}”, ${moment(createdAt)}`,
  "sessions.*.current": (current: boolean, { device }: Row<"sessions">) =>
    `${nameOf(device)} ${current ? "This session" : "Signed in"}`,
  "grants.*.scopes.*": () => scopeWords(["openid", "email"]),
};

type Lists = "templates" | "devices" | "passkeys" | "consents" | "signIns" | "sessions";
type Row<List extends Lists> = Account[List][number];

const NEVER = new Date(0);

function nameOf(device: string): string {
  return ACCOUNT.devices.find(({ id }) => id === device)?.name ?? "a device that is nowhere";
}

/** What a leaf looks like on the page, whatever the spaces. */
function shownForm(leaf: Leaf): string {
  return inWords(leaf).replaceAll(/\s+/g, " ");
}

/** A day stands for its moment, which begins with it. */
function inWords(leaf: Leaf): string {
  const { path, value } = leaf;
  const said = SAID_AS[fieldOf(leaf)];
  if (said !== undefined) return said(value as never, rowOf(path) as never);
  if (value instanceof Date) return day(value);
  if (typeof value === "string" || typeof value === "number") return String(value);
  return `no words for ${path}: say above which sentence it chooses`;
}

function rowOf(path: string): unknown {
  const [list = "", index = ""] = path.split(".");
  const rows = (ACCOUNT as unknown as Record<string, unknown>)[list];
  return Array.isArray(rows) ? rows[Number(index)] : undefined;
}

/** From before everything, so that nothing tells when this device signed in last. */
const SESSION: Session = {
  account: ACCOUNT.account,
  amr: ["face", "swk"],
  authTime: new Date(0),
  expiresAt: new Date(Date.now() + 900_000),
};

let page: DashboardPage;

beforeEach(async () => {
  vi.stubGlobal("scrollTo", () => undefined);
  page = document.createElement("fs-dashboard-page");
  page.services = services({
    session: () => SESSION,
    account: async () => Promise.resolve(ACCOUNT),
    passkeySupport: async () => Promise.resolve({ usable: true, onThisDevice: true }),
    policy: async () => Promise.resolve(aPolicy()),
  });
  document.body.append(page);
  await vi.waitFor(() => {
    expect(words(page)).toContain("I agree to this.");
  });
});

afterEach(() => {
  document.body.replaceChildren();
  vi.unstubAllGlobals();
});

test("the account has every field that the API gives, and none of them is null or empty", () => {
  const { answer } = operations.get("GET /v1/account") ?? {};
  if (answer === undefined) throw new Error("docs/openapi.json has no account");

  const fields = (account: Account): string[] => [...new Set(leaves(account).map(fieldOf))].sort();

  expect(fields(ACCOUNT)).toEqual(fields(accountFrom(example(answer))));
  expect(leaves(ACCOUNT).filter(({ value }) => value === null || isEmpty(value))).toEqual([]);
});

test("each of them stands on the page, in its own words", () => {
  const shown = words(page);

  const missing = leaves(ACCOUNT)
    .filter((leaf) => !(fieldOf(leaf) in NOT_SHOWN) && !shown.includes(shownForm(leaf)))
    .map((leaf) => `${leaf.path}: ${shownForm(leaf)}`);

  expect(missing).toEqual([]);
  expect(shown).not.toContain("New since you last signed in");
  expect(shown).toContain(`Sign-ins and changes ${ACCOUNT.signIns.length}+`);
});

test("every exception is of a field that there is", () => {
  const fields = new Set(leaves(ACCOUNT).map(fieldOf));

  expect([...Object.keys(NOT_SHOWN), ...Object.keys(SAID_AS)].filter((one) => !fields.has(one))).toEqual([]);
});

test("no value stands for another one: each has a form of its own", () => {
  const own = leaves(ACCOUNT).filter((leaf) => !(fieldOf(leaf) in NOT_SHOWN) && !(fieldOf(leaf) in SAID_AS));
  const forms = own.map(shownForm);

  expect(forms.length).toBeGreaterThan(50);
  expect(new Set(forms).size).toBe(forms.length);
});

function isEmpty(value: unknown): boolean {
  return typeof value === "object" && value !== null && !(value instanceof Date);
}
