// @vitest-environment happy-dom
import { createHash } from "node:crypto";

import { IDBFactory } from "fake-indexeddb";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";

import { createFaceSmash, type FaceSmash } from "../sdk";
import { ACCOUNTS, CAPTURE, EVIDENCE, register, tokens } from "./support/account-api";
import { fakeApi, json, problem } from "./support/fake-api";

let product: FaceSmash;

beforeEach(() => {
  vi.stubGlobal("indexedDB", new IDBFactory());
  product = createFaceSmash({ apiOrigin: "https://api.example" });
});

afterEach(async () => {
  await product.dispose();
  vi.unstubAllGlobals();
});

describe("signing in", () => {
  test("answers the ceremony's own challenge and fetches no other", async () => {
    const log = fakeApi(ACCOUNTS);
    await register(product);
    await product.signOut();
    log.length = 0;

    await product.signIn({ capture: CAPTURE });

    expect(log.map(({ body }) => body)).toEqual([{ capture: EVIDENCE }]);
    expect(log[0]?.proof).toMatchObject({ nonce: "of-the-ceremony" });
  });

  test("on a new device brings a name for it, and knows the account from then on", async () => {
    const log = fakeApi(ACCOUNTS);
    await product.confirmCode("ada@example.org", "123456");
    log.length = 0;

    await product.signIn({ capture: CAPTURE, deviceName: "Phone" });

    expect(log.map(({ body }) => body)).toEqual([{ capture: EVIDENCE, device_name: "Phone" }]);
    expect(await product.knownAccount()).toBe(true);
  });

  test("refused leaves no session behind", async () => {
    fakeApi({ ...ACCOUNTS, "POST /v1/verifications": () => problem("authentication-failed", 401) });
    await product.confirmCode("ada@example.org", "123456");

    await expect(product.signIn({ capture: CAPTURE })).rejects.toMatchObject({
      type: "authentication-failed",
    });
    expect(product.session()).toBeNull();
  });

  test("with a code alone is a session without a face", async () => {
    fakeApi({
      ...ACCOUNTS,
      "POST /v1/email/confirm": () =>
        json({
          mailbox_token: "mailbox",
          mailbox_expires_in: 600,
          registered: true,
          frozen: false,
          ...tokens(["otp", "swk"]),
        }),
    });

    expect(await product.confirmCode("ada@example.org", "123456")).toEqual({
      registered: true,
      frozen: false,
    });
    expect(product.session()?.amr).toEqual(["otp", "swk"]);
    expect(product.session()?.expiresAt.getTime()).toBeGreaterThan(Date.now() + 890_000);
  });
});

describe("capturing", () => {
  test("without the models or the camera says which is missing", async () => {
    const capture = product.capture({ purpose: "enrolment", onGuidance: () => undefined });

    await expect(capture).rejects.toMatchObject({ name: "ModelError", kind: "not-prepared" });
  });

  test("to sign in where nobody is known needs the mailbox first", async () => {
    const capture = product.capture({ purpose: "probe", onGuidance: () => undefined });

    await expect(capture).rejects.toMatchObject({ name: "StateError", kind: "no-mailbox" });
  });
});

describe("the session", () => {
  test("ends by itself when nobody uses it", async () => {
    fakeApi(ACCOUNTS);
    await register(product);
    vi.spyOn(Date, "now").mockReturnValue(Date.now() + 3_601_000);

    expect(product.session()).toBeNull();
    await expect(product.exportAccount()).rejects.toMatchObject({ kind: "no-session" });
  });

  test("gives an integrator's backend the token and a proof for its own URL", async () => {
    fakeApi(ACCOUNTS);
    await register(product);

    const headers = await product.authorizationHeaders("GET", "https://shop.example/orders?page=2");

    const token = headers["Authorization"]?.replace("DPoP ", "") ?? "";
    const payload = headers["DPoP"]?.split(".")[1] ?? "";
    expect(JSON.parse(Buffer.from(payload, "base64url").toString())).toMatchObject({
      htm: "GET",
      htu: "https://shop.example/orders",
      ath: createHash("sha256").update(token).digest("base64url"),
    });
  });

  test("is in no storage that a script can read at once, and in no other page before that asks for it", async () => {
    fakeApi(ACCOUNTS);
    await register(product);

    expect(Object.keys(localStorage)).toEqual([]);
    expect(Object.keys(sessionStorage)).toEqual([]);
    const another = createFaceSmash({ apiOrigin: "https://api.example" });
    expect(another.session()).toBeNull();
    await another.dispose();
  });
});
