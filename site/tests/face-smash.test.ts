// @vitest-environment happy-dom
import { createHash } from "node:crypto";

import { IDBFactory, IDBObjectStore } from "fake-indexeddb";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";

import { createFaceSmash } from "../sdk";
import type { Capture, CaptureEvidence, FaceSmash, Policy } from "../sdk";
import { type Reply, accessToken, fakeApi, json, problem } from "./support/fake-api";
import { FakeStream, installCamera, videoElement } from "./support/fake-camera";

const NOW_S = Math.floor(Date.now() / 1000);
const EVIDENCE: CaptureEvidence = {
  model: "face-api-1.7.15/face_recognition",
  pipeline: "aligned-mirror-1",
  descriptors: ["ZmFjZQ=="],
  quality: [],
  moments: [0],
  turned: [],
  series: { frame_width: 640, frame_height: 480, times_ms: "", points: "", signals: "", steps: [0] },
  chain: "ab".repeat(32),
};
const CAPTURE: Capture = { ...EVIDENCE, challenge: "of-the-ceremony" };
const POLICY: Policy = {
  version: "2026-11-1",
  text: "We ask …",
  textSha256: createHash("sha256").update("We ask …").digest("hex"),
  language: "en",
  release: { statement: "I agree.", typedName: false, ageStatement: null },
  retention: [],
  controller: { name: "Example", contact: "privacy@example.org" },
};

// As the API writes it: no program that reads and writes it anew would give the same bytes.
const SIGNED = '{\n "account": "account-1",\n "templates": [[1.0, 1e-7]],\n "signature": "a.b.c"\n}';

const tokens = (amr: string[]): object => ({
  access_token: accessToken({ sub: "account-1", amr, auth_time: NOW_S, cnf: { jkt: "this-device" } }),
  token_type: "DPoP",
  expires_in: 900,
  refresh_token: "account-1.session-1.secret",
  refresh_expires_in: 3600,
});

const REPLIES: Record<string, Reply> = {
  "POST /v1/email/codes": () => json({ expires_in: 600, resend_in: 60 }, { status: 202 }),
  "POST /v1/email/confirm": () =>
    json({ mailbox_token: "mailbox", mailbox_expires_in: 600, registered: false, frozen: false }),
  "POST /v1/enrolments": () => json({ account: "account-1", templates: 3, ...tokens(["face", "swk"]) }),
  "POST /v1/verifications": () =>
    json({ account: "account-1", device: "known", consent_due: null, ...tokens(["face", "swk"]) }),
  "GET /v1/account/export": ({ url }) =>
    url.endsWith("?format=zip")
      ? new Response(new Uint8Array([80, 75, 3, 4, 255]), { headers: { "Content-Type": "application/zip" } })
      : new Response(SIGNED, { headers: { "Content-Type": "application/json" } }),
  "POST /v1/account/consent": () => json({ policy_version: POLICY.version }),
  "DELETE /v1/account": () =>
    json({
      receipt: "a.b.c",
      deleted_at: NOW_S,
      destroyed: { templates: 3, devices: 1, passkeys: 1, consents: 1, sign_ins: 2, keys: 1 },
      reference: "R-1",
    }),
};

let product: FaceSmash;

beforeEach(() => {
  vi.stubGlobal("indexedDB", new IDBFactory());
  product = createFaceSmash({ apiOrigin: "https://api.example" });
});

afterEach(async () => {
  await product.dispose();
  vi.unstubAllGlobals();
});

async function register(): Promise<void> {
  await product.confirmCode("ada@example.org", "123456");
  await product.register({
    email: "ada@example.org",
    policy: POLICY,
    capture: CAPTURE,
    deviceName: "Laptop",
  });
}

describe("registering", () => {
  test("sends the consent to exactly the policy that was read, and begins a session", async () => {
    const log = fakeApi(REPLIES);
    expect(await product.knownAccount()).toBe(false);

    await register();

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
    const log = fakeApi(REPLIES);
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
      ...REPLIES,
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
    fakeApi(REPLIES);

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
    const log = fakeApi(REPLIES);
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
    const log = fakeApi(REPLIES);
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
    fakeApi(REPLIES);
    await register();

    const again = product.register({
      email: "a@example.org",
      policy: POLICY,
      capture: CAPTURE,
      deviceName: "x",
    });

    await expect(again).rejects.toMatchObject({ kind: "no-mailbox" });
  });
});

describe("signing in", () => {
  test("answers the ceremony's own challenge and fetches no other", async () => {
    const log = fakeApi(REPLIES);
    await register();
    await product.signOut();
    log.length = 0;

    await product.signIn({ capture: CAPTURE });

    expect(log.map(({ body }) => body)).toEqual([{ capture: EVIDENCE }]);
    expect(log[0]?.proof).toMatchObject({ nonce: "of-the-ceremony" });
  });

  test("on a new device brings a name for it, and knows the account from then on", async () => {
    const log = fakeApi(REPLIES);
    await product.confirmCode("ada@example.org", "123456");
    log.length = 0;

    await product.signIn({ capture: CAPTURE, deviceName: "Phone" });

    expect(log.map(({ body }) => body)).toEqual([{ capture: EVIDENCE, device_name: "Phone" }]);
    expect(await product.knownAccount()).toBe(true);
  });

  test("refused leaves no session behind", async () => {
    fakeApi({ ...REPLIES, "POST /v1/verifications": () => problem("authentication-failed", 401) });
    await product.confirmCode("ada@example.org", "123456");

    await expect(product.signIn({ capture: CAPTURE })).rejects.toMatchObject({
      type: "authentication-failed",
    });
    expect(product.session()).toBeNull();
  });

  test("with a code alone is a session without a face", async () => {
    fakeApi({
      ...REPLIES,
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
    ...REPLIES,
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

describe("renaming a device", () => {
  test("answers a challenge of the account, and sends nothing but the name", async () => {
    const log = fakeApi({
      ...REPLIES,
      "PATCH /v1/account/devices/a%2Fb": () => json({ name: "Kitchen tablet" }),
    });
    await register();
    log.length = 0;

    await product.renameDevice("a/b", "Kitchen tablet");

    expect(log.map(({ method, url, body }) => [method, new URL(url).pathname, body])).toEqual([
      ["POST", "/v1/challenges", { purpose: "account" }],
      ["PATCH", "/v1/account/devices/a%2Fb", { name: "Kitchen tablet" }],
    ]);
    expect(log[1]?.proof).toMatchObject({ nonce: "challenge-2" });
    expect(log[1]?.proof).toHaveProperty("ath");
  });

  test.each([
    ["step-up-required", 401],
    ["not-found", 404],
  ])("passes %s on", async (type, status) => {
    fakeApi({ ...REPLIES, "PATCH /v1/account/devices/gone": () => problem(type, status) });
    await register();

    await expect(product.renameDevice("gone", "Phone")).rejects.toMatchObject({ type, status });
  });
});

describe("the session", () => {
  test("ends by itself when nobody uses it", async () => {
    fakeApi(REPLIES);
    await register();
    vi.spyOn(Date, "now").mockReturnValue(Date.now() + 3_601_000);

    expect(product.session()).toBeNull();
    await expect(product.exportAccount()).rejects.toMatchObject({ kind: "no-session" });
  });

  test("gives an integrator's backend the token and a proof for its own URL", async () => {
    fakeApi(REPLIES);
    await register();

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
    fakeApi(REPLIES);
    await register();

    expect(Object.keys(localStorage)).toEqual([]);
    expect(Object.keys(sessionStorage)).toEqual([]);
    const another = createFaceSmash({ apiOrigin: "https://api.example" });
    expect(another.session()).toBeNull();
    await another.dispose();
  });
});

describe("leaving", () => {
  test("after deleting the account this device keeps neither its name nor its key", async () => {
    const log = fakeApi(REPLIES);
    await register();
    const keyBefore = log.at(-1)?.headers.get("DPoP")?.split(".")[0];

    const receipt = await product.deleteAccount();

    expect(receipt.destroyed).toEqual({
      templates: 3,
      devices: 1,
      passkeys: 1,
      consents: 1,
      signIns: 2,
      keys: 1,
    });
    expect(await product.knownAccount()).toBe(false);
    expect(product.session()).toBeNull();
    await product.requestCode("ada@example.org");
    expect(log.at(-1)?.headers.get("DPoP")?.split(".")[0]).not.toBe(keyBefore);
  });

  test("the receipt is given although this device cannot forget its key", async () => {
    fakeApi(REPLIES);
    await register();
    const deleting = vi.spyOn(IDBObjectStore.prototype, "delete").mockImplementation(() => {
      throw new DOMException("the disk is full", "UnknownError");
    });

    const receipt = await product.deleteAccount();

    expect(deleting).toHaveBeenCalled();
    deleting.mockRestore();
    expect(receipt.destroyed.keys).toBe(1);
    expect(product.session()).toBeNull();
  });

  test("the export answers a challenge and is the very bytes that the API gave, which are signed", async () => {
    const log = fakeApi(REPLIES);
    await register();

    const file = await product.exportAccount();

    expect(log.at(-2)).toMatchObject({ body: { purpose: "account" } });
    expect(log.at(-1)?.proof).toMatchObject({ htm: "GET", nonce: "challenge-2" });
    expect(file.type).toBe("application/json");
    expect(await file.text()).toBe(SIGNED);
  });

  test("an archive is asked for by its type, which the gateway goes by, and its proof names no query", async () => {
    const log = fakeApi(REPLIES);
    await register();

    const file = await product.exportAccount({ format: "zip" });

    expect(log.at(-1)?.headers.get("Accept")).toBe("application/zip");
    expect(log.at(-1)?.proof).toMatchObject({ htu: "https://api.example/v1/account/export" });
    expect(file.type).toBe("application/zip");
    expect([...new Uint8Array(await file.arrayBuffer())]).toEqual([80, 75, 3, 4, 255]);
  });

  test("an export that is refused says why, and is no file", async () => {
    fakeApi({
      ...REPLIES,
      "GET /v1/account/export": () => problem("too-many-requests", 429, {}, { "Retry-After": "60" }),
    });
    await register();

    await expect(product.exportAccount()).rejects.toMatchObject({ type: "too-many-requests" });
  });
});

describe("disposing", () => {
  test("stops the camera, aborts what runs and ends every method", async () => {
    const stream = new FakeStream();
    installCamera(async () => Promise.resolve(stream));
    fakeApi({ ...REPLIES, "POST /v1/email/codes": async () => new Promise<Response>(() => undefined) });
    await product.openCamera(videoElement());
    const code = product.requestCode("ada@example.org");
    const expected = expect(code).rejects.toMatchObject({ name: "StateError", kind: "disposed" });

    await product.dispose();

    await expected;
    expect(stream.track.readyState).toBe("ended");
    for (const call of [
      product.prepare(),
      product.openCamera(videoElement()),
      product.capture({ purpose: "probe", onGuidance: () => undefined }),
      product.policy(),
      product.account(),
      product.knownAccount(),
      product.signIn({ capture: CAPTURE }),
    ]) {
      await expect(call).rejects.toMatchObject({ kind: "disposed" });
    }
  });

  test("may be done twice, and before anything was done", async () => {
    await product.dispose();
    await product.dispose();
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
