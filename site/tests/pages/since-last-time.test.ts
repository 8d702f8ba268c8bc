import { expect, test } from "vitest";

import { sinceLastTime } from "../../components/account/since-last-time";
import type { Account, AccountDevice, Session } from "../../sdk";

const day = (number: number): Date => new Date(Date.UTC(2026, 10, number, 12));

const signedIn = (number: number, device = "laptop"): Account["signIns"][number] => ({
  id: String(number),
  at: day(number),
  outcome: "accepted",
  reason: "matched",
  device,
  place: null,
});

function device(id: string, created: number): AccountDevice {
  return {
    id,
    name: `The ${id}`,
    createdAt: day(created),
    lastUsedAt: day(created),
    current: id === "laptop",
  };
}

function byCode(on: string, number: number): Account["signIns"][number] {
  return { ...signedIn(number, on), reason: "mailbox-code" };
}

function account(changes: Partial<Account>): Account {
  return {
    account: "A".repeat(22),
    email: "ada@example.org",
    mailTrouble: null,
    status: "active",
    createdAt: day(1),
    lastUsedAt: day(20),
    policyVersion: "1",
    consentAskedAt: null,
    consentDue: null,
    learning: "allowed",
    learnedAt: [],
    templates: [],
    passkeys: [],
    grants: [],
    devices: [device("laptop", 1)],
    consents: [],
    signIns: [signedIn(20), signedIn(10)],
    signInsOlder: null,
    signInLog: "whole",
    signInLogKept: "full",
    leastSignInLogDays: null,
    sessions: [],
    recoveryCodes: null,
    freezes: 0,
    ...changes,
  };
}

const session = (means: "face" | "otp"): Session => ({
  account: "A".repeat(22),
  amr: [means, "swk"],
  expiresAt: day(21),
  authTime: day(20),
});

test("nothing new is nothing said", () => {
  expect(sinceLastTime(account({}), session("face"))).toBeNull();
});

test("a device that came since the visit before this one is told, one from before it is not", () => {
  const devices = [device("laptop", 1), device("tablet", 5), device("phone", 15)];

  const told = sinceLastTime(account({ devices }), session("face"))?.text ?? "";

  expect(told).toContain("The phone");
  expect(told).not.toContain("The tablet");
  expect(told).toContain("If that was not you");
});

test("a mailbox code on a device that is not on the list is told, on one that is it is not", () => {
  const devices = [device("laptop", 1), device("tablet", 5)];

  const told = sinceLastTime(
    account({ devices, signIns: [byCode("unknown", 15), signedIn(10)] }),
    session("face"),
  );

  expect(told?.text).toContain("not on your list");
  expect(
    sinceLastTime(account({ devices, signIns: [byCode("tablet", 15), signedIn(10)] }), session("face")),
  ).toBeNull();
});

test("a passkey on a device that is not on the list is told, and so is what was changed elsewhere", () => {
  const devices = [device("laptop", 1), device("tablet", 5)];
  const passkey = { ...byCode("unknown", 15), reason: "passkey" };
  const refused = { ...byCode("unknown", 15), outcome: "refused", reason: "passkey" } as const;
  const done = (on: string): Account["signIns"][number] => ({
    ...byCode(on, 15),
    outcome: "done",
    reason: "recovery-codes-made",
  });
  const told = (...signIns: Account["signIns"][number][]): string | undefined =>
    sinceLastTime(account({ devices, signIns: [...signIns, signedIn(10)] }), session("face"))?.text;

  expect(told(passkey)).toContain("A passkey let somebody in");
  expect(told(refused)).toBeUndefined();
  expect(told(done("tablet"))).toContain("Recovery codes were made on another device");
  expect(told(done("laptop"))).toBeUndefined();
});

test("before a second visit it is the device's own beginning that counts", () => {
  const devices = [device("laptop", 8), device("tablet", 5), device("phone", 9)];

  const told = sinceLastTime(account({ devices, signIns: [signedIn(20)] }), session("face"));

  expect(told?.text).toContain("The phone");
  expect(told?.text).not.toContain("The tablet");
});

test("to a device that is not on the list itself everything would be new: it is told nothing", () => {
  const devices = [{ ...device("laptop", 1), current: false }];

  expect(sinceLastTime(account({ devices, signIns: [] }), session("otp"))).toBeNull();
});
