// @vitest-environment happy-dom
import { IDBFactory } from "fake-indexeddb";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";

import { createFaceSmash, type FaceSmash } from "../sdk";
import { ACCOUNTS, CAPTURE, EVIDENCE, NOW_S, POLICY, register, tokens } from "./support/account-api";
import { fakeApi, json } from "./support/fake-api";

let product: FaceSmash;

beforeEach(() => {
  vi.stubGlobal("indexedDB", new IDBFactory());
  product = createFaceSmash({ apiOrigin: "https://api.example" });
});

afterEach(async () => {
  await product.dispose();
  vi.unstubAllGlobals();
});

describe("registering", () => {
  test("sends the consent to exactly the policy that was read, and begins a session", async () => {
    const log = fakeApi(ACCOUNTS);
    expect(await product.knownAccount()).toBe(false);

    await register(product);

    expect(log.find(({ url }) => url.endsWith("/enrolments"))?.body).toEqual({
      email: "ada@example.org",
      mailbox_token: "mailbox",
      consent: { policy_version: POLICY.version, text_sha256: POLICY.textSha256, accepted: true },
      device_name: "Laptop",
      capture: EVIDENCE,
    });
    expect(log.at(-1)?.proof).toMatchObject({ nonce: "of-the-ceremony" });
    expect(product.session()).toMatchObject({ account: "account-1", amr: ["face", "swk"] });
    expect(await product.knownAccount()).toBe(true);
  });

  test("sends what the policy asks for beside the statement", async () => {
    const log = fakeApi(ACCOUNTS);
    await product.confirmCode("ada@example.org", "123456");
    const declared = { signedName: "Ada Lovelace", isOfAge: true };

    await product.register({
      email: "a@b.example",
      policy: POLICY,
      declared,
      capture: CAPTURE,
      deviceName: "x",
    });

    expect(log.find(({ url }) => url.endsWith("/enrolments"))?.body).toMatchObject({
      consent: { accepted: true, signed_name: "Ada Lovelace", is_of_age: true },
    });
  });

  test("a sign-in says which text is to be agreed to anew, and agreeing names exactly that", async () => {
    const due = { policy_version: "2", face_until: NOW_S + 60 };
    const log = fakeApi({
      ...ACCOUNTS,
      "POST /v1/verifications": () =>
        json({ account: "account-1", device: "known", consent_due: due, ...tokens(["face", "swk"]) }),
    });

    const session = await product.signIn({ capture: CAPTURE });
    await product.agree({ policy: POLICY, declared: { signedName: "Ada" } });
    const altered = product.agree({ policy: { ...POLICY, text: "Something else" } });

    expect(session.consentDue).toEqual({ policyVersion: "2", faceUntil: new Date(1000 * (NOW_S + 60)) });
    expect(log.at(-1)?.body).toEqual({
      policy_version: POLICY.version,
      text_sha256: POLICY.textSha256,
      accepted: true,
      signed_name: "Ada",
    });
    await expect(altered).rejects.toMatchObject({ kind: "policy-altered" });
  });

  test("needs a confirmed mailbox", async () => {
    fakeApi(ACCOUNTS);

    const call = product.register({
      email: "a@example.org",
      policy: POLICY,
      capture: CAPTURE,
      deviceName: "x",
    });

    await expect(call).rejects.toMatchObject({ name: "StateError", kind: "no-mailbox" });
  });

  test.each([
    ["a word of its text", { ...POLICY, text: "We ask …!" }],
    ["its digest", { ...POLICY, textSha256: "ab".repeat(32) }],
  ])("with a policy of which %s is another sends nothing", async (_what, policy) => {
    const log = fakeApi(ACCOUNTS);
    await product.confirmCode("ada@example.org", "123456");
    log.length = 0;

    const call = product.register({ email: "ada@example.org", policy, capture: CAPTURE, deviceName: "x" });

    await expect(call).rejects.toMatchObject({ name: "StateError", kind: "policy-altered" });
    expect(log).toEqual([]);
  });

  test("is not asked for a text that is not the one its digest names", async () => {
    const release = { statement: "I agree.", typed_name: false, age_statement: null };
    const wire = { ...POLICY, text_sha256: POLICY.textSha256, release };
    fakeApi({ "GET /v1/policies/current": () => json(wire) });
    expect(await product.policy()).toEqual(POLICY);

    fakeApi({ "GET /v1/policies/current": () => json({ ...wire, text: "We take …" }) });

    await expect(product.policy()).rejects.toMatchObject({ kind: "policy-altered" });
  });

  test("needs a mailbox proof that is still worth something", async () => {
    const log = fakeApi(ACCOUNTS);
    await product.confirmCode("ada@example.org", "123456");
    log.length = 0;
    vi.spyOn(Date, "now").mockReturnValue(Date.now() + 601_000);

    const call = product.register({
      email: "a@example.org",
      policy: POLICY,
      capture: CAPTURE,
      deviceName: "x",
    });

    await expect(call).rejects.toMatchObject({ kind: "no-mailbox" });
    expect(log).toEqual([]);
  });

  test("twice with one mailbox proof is not possible", async () => {
    fakeApi(ACCOUNTS);
    await register(product);

    const again = product.register({
      email: "a@example.org",
      policy: POLICY,
      capture: CAPTURE,
      deviceName: "x",
    });

    await expect(again).rejects.toMatchObject({ kind: "no-mailbox" });
  });
});
