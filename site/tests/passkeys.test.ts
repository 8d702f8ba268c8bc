import { IDBFactory } from "fake-indexeddb";
import { afterEach, beforeEach, expect, test, vi } from "vitest";

import { createFaceSmash, type FaceSmash } from "../sdk";
import { accessToken, fakeApi, json, type Reply } from "./support/fake-api";
import { passkeyPlatform } from "./support/platform-passkeys";

const ACCOUNT = "A".repeat(22);
const REPLIES: Record<string, Reply> = {
  "POST /v1/challenges": () => json({ challenge: "Y2hhbGxlbmdl" }, { status: 201 }),
  "POST /v1/passkeys/verifications": () =>
    json({
      account: ACCOUNT,
      access_token: accessToken({
        sub: ACCOUNT,
        amr: ["hwk", "user", "mfa", "swk"],
        auth_time: 1_795_000_000,
        cnf: { jkt: "device" },
      }),
      token_type: "DPoP",
      expires_in: 900,
      refresh_token: "account-1.session-1.secret",
      refresh_expires_in: 3600,
      mailbox_token: "stands-for-the-mailbox",
      mailbox_expires_in: 900,
    }),
};
const SECONDS = 1_795_000_000;
const HELD = {
  account: ACCOUNT,
  email: "ada@example.org",
  mail_trouble: null,
  status: "active",
  created_at: SECONDS,
  last_used_at: SECONDS,
  policy_version: "1",
  consent_asked_at: null,
  consent_due: null,
  learning: "allowed",
  learned_at: [],
  templates: [],
  devices: [],
  passkeys: [
    {
      id: "one",
      name: "Key",
      credential_id: "dGhlIGZpcnN0IG9uZQ",
      synced: false,
      created_at: SECONDS,
      last_used_at: SECONDS,
    },
  ],
  consents: [],
  sign_ins: [],
  sign_ins_older: null,
  sign_in_log: "whole",
  sign_in_log_kept: "full",
  least_sign_in_log_days: null,
  sessions: [],
  grants: [],
  recovery_codes: null,
  freezes: 0,
};
let product: FaceSmash;

beforeEach(() => {
  vi.stubGlobal("indexedDB", new IDBFactory());
  vi.stubGlobal("location", {
    origin: "https://site.example",
    href: "https://site.example/",
    hostname: "site.example",
  });
  product = createFaceSmash();
});

afterEach(async () => {
  await product.dispose();
  vi.unstubAllGlobals();
});

test("a passkey says itself whose it is, answers this challenge, and begins a session", async () => {
  const asked = passkeyPlatform();
  const log = fakeApi(REPLIES);

  const session = await product.usePasskey();

  expect(session.amr).toEqual(["hwk", "mfa", "swk", "user"]);
  expect(asked.get[0]?.publicKey).toMatchObject({ userVerification: "required" });
  expect(asked.get[0]?.publicKey?.allowCredentials).toBeUndefined();
  expect(new TextDecoder().decode(asked.get[0]?.publicKey?.challenge)).toBe("challenge");
  expect(log.at(0)?.body).toEqual({ purpose: "passkey" });
  expect(log.at(-1)?.body).toMatchObject({ account: ACCOUNT });
  expect(log.at(-1)?.proof?.["nonce"]).toBe("Y2hhbGxlbmdl");
  expect(product.session()?.account).toBe(ACCOUNT);
  // This device was not known by it: that is for a face to do.
  expect(await product.knownAccount()).toBe(false);
});

test("it stands for no code where a way of looking needs one: that is said before anybody looks", async () => {
  passkeyPlatform();
  const log = fakeApi(REPLIES);
  await product.usePasskey();
  log.length = 0;

  const look = product.capture({ purpose: "probe", profile: "no-head-turn", onGuidance: () => undefined });

  await expect(look).rejects.toMatchObject({ kind: "profile-needs-mailbox" });
  expect(log).toEqual([]);
});

test.each([
  ["NotAllowedError", "given-up"],
  ["SecurityError", "other-site"],
  ["NotSupportedError", "unsupported"],
  ["InvalidStateError", "already-there"],
])("%s of the platform is %s, and nothing is sent", async (name, kind) => {
  passkeyPlatform({ error: new DOMException("why", name) });
  const log = fakeApi(REPLIES);

  await expect(product.usePasskey()).rejects.toMatchObject({ name: "PasskeyError", kind });

  expect(log.map(({ url }) => new URL(url).pathname)).toEqual(["/v1/challenges"]);
  expect(product.session()).toBeNull();
});

test("an authenticator that has one of the account's is told, so that it makes no second", async () => {
  const asked = passkeyPlatform();
  fakeApi({
    ...REPLIES,
    "GET /v1/account": () => json(HELD),
    "POST /v1/account/passkeys": () => json({}, { status: 201 }),
  });
  await product.usePasskey();

  await product.addPasskey({ name: "Security key" });

  const excluded = asked.create[0]?.publicKey?.excludeCredentials ?? [];
  expect(excluded.map(({ type, id }) => [type, new TextDecoder().decode(id)])).toEqual([
    ["public-key", "the first one"],
  ]);
});

test("a browser without passkeys says so", async () => {
  fakeApi(REPLIES);

  expect(await product.passkeySupport()).toEqual({ usable: false, onThisDevice: false });
  await expect(product.usePasskey()).rejects.toMatchObject({ kind: "unsupported" });
});
