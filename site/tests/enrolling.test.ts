// @vitest-environment happy-dom
import { IDBFactory } from "fake-indexeddb";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";

import { createFaceSmash, type FaceSmash } from "../sdk";
import { ACCOUNTS, CAPTURE, EVIDENCE, POLICY, tokens } from "./support/account-api";
import { fakeApi, json, problem, type Reply } from "./support/fake-api";

let product: FaceSmash;

beforeEach(() => {
  vi.stubGlobal("indexedDB", new IDBFactory());
  product = createFaceSmash({ apiOrigin: "https://api.example" });
});

afterEach(async () => {
  await product.dispose();
  vi.unstubAllGlobals();
});

describe("enrolling a face in a session", () => {
  const byCode: Reply = () =>
    json({
      mailbox_token: "mailbox",
      mailbox_expires_in: 600,
      registered: true,
      frozen: false,
      ...tokens(["otp", "swk"]),
    });
  const ENROLLED: Record<string, Reply> = {
    ...ACCOUNTS,
    "POST /v1/email/confirm": byCode,
    "POST /v1/account/face": () => json({ policy_version: POLICY.version, templates: 4 }),
  };

  test("sends consent and look with the session's token, and answers the ceremony's own challenge", async () => {
    const log = fakeApi(ENROLLED);
    await product.confirmCode("ada@example.org", "123456");
    log.length = 0;

    await product.enrolFace({
      account: "account-1",
      policy: POLICY,
      declared: { signedName: "Ada", isOfAge: true },
      capture: CAPTURE,
    });

    expect(log.map(({ method, url }) => `${method} ${url}`)).toEqual([
      "POST https://api.example/v1/account/face",
    ]);
    expect(log[0]?.body).toEqual({
      consent: {
        policy_version: POLICY.version,
        text_sha256: POLICY.textSha256,
        accepted: true,
        signed_name: "Ada",
        is_of_age: true,
      },
      capture: EVIDENCE,
    });
    expect(log[0]?.proof).toMatchObject({ nonce: "of-the-ceremony" });
    expect(log[0]?.proof).toHaveProperty("ath");
    expect(log[0]?.headers.get("Authorization")).toMatch(/^DPoP /);
  });

  test("lets this device know the account: the next look needs no mailbox, and names it", async () => {
    const log = fakeApi(ENROLLED);
    await product.confirmCode("ada@example.org", "123456");
    expect(await product.knownAccount()).toBe(false);

    await product.enrolFace({ account: "account-1", policy: POLICY, capture: CAPTURE });

    expect(await product.knownAccount()).toBe(true);
    // The mailbox that was proved before is used up: it would come before what the device knows.
    const registering = product.register({
      email: "ada@example.org",
      policy: POLICY,
      capture: CAPTURE,
      deviceName: "x",
    });
    await expect(registering).rejects.toMatchObject({ kind: "no-mailbox" });
    expect(log.at(-1)?.url).toBe("https://api.example/v1/account/face");
    expect(product.session()).toMatchObject({ account: "account-1", amr: ["otp", "swk"] });
  });

  test("that is refused says why, and this device knows nothing more than before", async () => {
    fakeApi({
      ...ENROLLED,
      "POST /v1/account/face": () =>
        problem("capture-refused", 422, { errors: [{ reason: "not-recognised" }] }),
    });
    await product.confirmCode("ada@example.org", "123456");

    const call = product.enrolFace({ account: "account-1", policy: POLICY, capture: CAPTURE });

    await expect(call).rejects.toMatchObject({ type: "capture-refused", reasons: ["not-recognised"] });
    expect(await product.knownAccount()).toBe(false);
  });

  test("needs a session", async () => {
    const log = fakeApi(ENROLLED);

    const call = product.enrolFace({ account: "account-1", policy: POLICY, capture: CAPTURE });

    await expect(call).rejects.toMatchObject({ name: "StateError", kind: "no-session" });
    expect(log).toEqual([]);
  });

  test("sends nothing for an account that is not the one that is signed in", async () => {
    const log = fakeApi(ENROLLED);
    await product.confirmCode("ada@example.org", "123456");
    log.length = 0;

    const call = product.enrolFace({ account: "account-2", policy: POLICY, capture: CAPTURE });

    await expect(call).rejects.toMatchObject({ kind: "no-session" });
    expect(log).toEqual([]);
    expect(product.session()?.account).toBe("account-1");
  });

  test("sends nothing with a text that is not the one its digest names", async () => {
    const log = fakeApi(ENROLLED);
    await product.confirmCode("ada@example.org", "123456");
    log.length = 0;

    const call = product.enrolFace({
      account: "account-1",
      policy: { ...POLICY, text: "We take …" },
      capture: CAPTURE,
    });

    await expect(call).rejects.toMatchObject({ kind: "policy-altered" });
    expect(log).toEqual([]);
  });
});
