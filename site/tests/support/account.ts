import type { Account, AccountDevice, AccountTemplate, Session } from "../../sdk";

const at = new Date("2026-11-20T12:00:00Z");

/** Of an account with a face and nothing else, but for what a test changes. */
export function anAccount(changes: Partial<Account> = {}): Account {
  return {
    account: "A".repeat(22),
    email: "ada@example.org",
    mailTrouble: null,
    status: "active",
    createdAt: at,
    lastUsedAt: at,
    policyVersion: "1",
    consentAskedAt: null,
    consentDue: null,
    learning: "allowed",
    learnedAt: [],
    templates: [],
    devices: [],
    passkeys: [],
    consents: [],
    signIns: [],
    signInsOlder: null,
    signInLog: "whole",
    signInLogKept: "full",
    leastSignInLogDays: null,
    sessions: [],
    grants: [],
    recoveryCodes: null,
    freezes: 0,
    ...changes,
  };
}

export function aDevice(changes: Partial<AccountDevice> = {}): AccountDevice {
  return { id: "device-1", name: "Laptop", createdAt: at, lastUsedAt: at, current: true, ...changes };
}

/** Made in enrolling. */
export function aTemplate(changes: Partial<AccountTemplate> = {}): AccountTemplate {
  return {
    id: "template-1",
    kind: "anchor",
    state: "active",
    createdAt: at,
    model: "a network",
    pipeline: "its steps",
    quality: {},
    sourceDevice: "device-1",
    sourceSignIn: null,
    corroborations: null,
    corroboratedAt: null,
    expiresAt: null,
    used: 0,
    ...changes,
  };
}

/** Begun by a face just now. */
export function aSession(changes: Partial<Session> = {}): Session {
  const now = Date.now();
  return {
    account: "A".repeat(22),
    amr: ["face", "swk"],
    expiresAt: new Date(now + 3_600_000),
    authTime: new Date(now - 10_000),
    ...changes,
  };
}
