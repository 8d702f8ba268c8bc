/** The SDK and docs/openapi.json, which the functions' models generate: neither moves without the other. */
import { createHash } from "node:crypto";

import { IDBFactory } from "fake-indexeddb";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";

import { createFaceSmash, PROBLEM_TYPES, type Capture, type FaceSmash, type Policy } from "../../sdk";
import { ApiClient } from "../../sdk/api/client";
import { ApiScript } from "../../sdk/api/script";
import { deviceKey } from "../../sdk/identity/device-key";
import { DeviceStore } from "../../sdk/identity/device-store";
import { accessToken, fakeApi, json, type Received } from "../support/fake-api";
import { broken, breakages, example, misfits, openapi, operations, schema } from "../support/openapi";
import { passkeyPlatform } from "../support/platform-passkeys";
import { runCeremony } from "../support/scripted";

const SIGNAL = new AbortController().signal;
const POLICY_TEXT = "We ask …";
const TOKEN = accessToken({
  sub: "A".repeat(22),
  amr: ["otp", "swk"],
  auth_time: 1_795_000_000,
  cnf: { jkt: "text" },
});
/** What an example cannot make up: a token that is one, a digest that fits, and a session that is not over. */
const REAL: Record<string, unknown> = {
  access_token: TOKEN,
  token_type: "DPoP",
  expires_in: 900,
  refresh_token: ["A".repeat(22), "B".repeat(22), "C".repeat(43)].join("."),
  refresh_expires_in: 3600,
  // of an application's request: one that holds
  refused: null,
  text: POLICY_TEXT,
  acts: 2,
  text_sha256: createHash("sha256").update(POLICY_TEXT).digest("hex"),
};

interface Prepared {
  product: FaceSmash;
  capture: Capture;
  policy: Policy;
}

/** The call of the SDK that makes each operation. */
const CALLS: Record<string, (prepared: Prepared) => Promise<unknown>> = {
  "GET /v1/policies/current": async ({ product }) => product.policy(),
  "POST /v1/challenges": async () => ceremony().open(SIGNAL),
  "POST /v1/challenges/steps": async () =>
    ceremony().reveal({ challenge: "text", chain: "ab".repeat(32), frames: 20 }, SIGNAL),
  "POST /v1/email/codes": async ({ product }) => product.requestCode("ada@example.org"),
  "POST /v1/email/confirm": async ({ product }) => product.confirmCode("ada@example.org", "123456"),
  "POST /v1/enrolments": async ({ product, policy, capture }) =>
    product.register({ email: "ada@example.org", policy, capture, deviceName: "Kitchen tablet" }),
  "POST /v1/registrations": async ({ product }) =>
    product.registerWithoutFace({ email: "ada@example.org", deviceName: "Kitchen tablet" }),
  "POST /v1/verifications": async ({ product, capture }) => product.signIn({ capture, deviceName: "Phone" }),
  "GET /v1/account": async ({ product }) => product.account(),
  "GET /v1/account/sign-ins": async ({ product }) => product.signIns({ before: 7 }),
  "GET /v1/account/export": async ({ product }) => product.exportAccount(),
  "PATCH /v1/account": async ({ product }) => product.setFaceSignIn("paused"),
  "POST /v1/account/face": async ({ product, policy, capture }) =>
    product.enrolFace({ account: product.session()?.account ?? "", policy, capture }),
  "DELETE /v1/account/templates/{template_id}": async ({ product }) => product.removeTemplate("text"),
  "POST /v1/account/templates/rollback": async ({ product }) => product.forgetLearned(),
  "POST /v1/account/learning": async ({ product }) => product.setLearning("refused"),
  "POST /v1/account/sign-in-log": async ({ product }) => product.setSignInLog("least"),
  "PATCH /v1/account/devices/{device_id}": async ({ product }) =>
    product.renameDevice("text", "Kitchen tablet"),
  "DELETE /v1/account/devices/{device_id}": async ({ product }) => product.removeDevice("text"),
  "POST /v1/account/address/codes": async ({ product }) => product.requestAddressCodes("ada@example.org"),
  "POST /v1/account/address": async ({ product }) =>
    product.changeAddress("ada@example.org", { fromOld: "123456", fromNew: "654321" }),
  "POST /v1/account/passkeys": async ({ product }) => {
    passkeyPlatform();
    await product.addPasskey({ name: "Security key" });
  },
  "POST /v1/passkeys/verifications": async ({ product }) => {
    passkeyPlatform();
    await product.usePasskey();
  },
  "DELETE /v1/account/passkeys/{passkey_id}": async ({ product }) => product.removePasskey("text"),
  "POST /v1/account/recovery-codes": async ({ product }) => product.makeRecoveryCodes(),
  "POST /v1/recovery": async ({ product }) => product.useRecoveryCode("ada@example.org", "0".repeat(24)),
  "POST /v1/freezes": async ({ product }) => product.freezeAccount("A".repeat(76)),
  // another page on the same device, or this one after a reload
  "POST /v1/sessions/refresh": async () =>
    createFaceSmash({ apiOrigin: "https://api.example" }).resumeSession(),
  "POST /v1/openid/requests": async ({ product }) => product.judgeAuthorization("client_id=text"),
  "POST /v1/openid/sign-outs": async ({ product }) => product.judgeSignOut("client_id=text"),
  "POST /v1/account/authorizations": async ({ product }) =>
    product.answerAuthorization({ query: "client_id=text", consent: true }),
  "DELETE /v1/account/grants/{client_id}": async ({ product }) => product.withdrawGrant("text"),
  "DELETE /v1/account/sessions/{device_id}": async ({ product }) => product.endSession("text"),
  "DELETE /v1/account/sessions": async ({ product }) => product.endSessions(),
  "POST /v1/account/consent": async ({ product, policy }) => product.agree({ policy }),
  "POST /v1/account/consent/withdraw": async ({ product }) => product.withdrawConsent(),
  "DELETE /v1/account": async ({ product }) => product.deleteAccount(),
};

const NOT_CALLED = [
  // for whoever verifies a token
  "GET /.well-known/jwks.json",
  // for whoever verifies a receipt or an export
  "GET /.well-known/receipt-keys.json",
  "GET /.well-known/openid-configuration",
  // part of the account's answer
  "GET /v1/account/sessions",
];

/** Members that the SDK does not read, with a reason; all others must be there and be what the document says. */
const UNREAD: Record<string, string[] | "everything"> = {
  // the purpose is the caller's own, a challenge is answered at once, and who lacks a mailbox's proof is told so
  "POST /v1/challenges": ["purpose", "expires_at"],
  // the token says whose it is; the account's own answer lists templates and devices
  "POST /v1/enrolments": ["account", "templates"],
  "POST /v1/registrations": ["account"],
  "POST /v1/verifications": ["account", "device"],
  "POST /v1/sessions/refresh": ["account"],
  "POST /v1/passkeys/verifications": ["account"],
  "POST /v1/account/passkeys": "everything",
  "POST /v1/recovery": ["account"],
  // the next account() says what is so now
  "POST /v1/account/consent": ["policy_version"],
  "POST /v1/account/learning": ["learning"],
  "POST /v1/account/sign-in-log": ["keep"],
  "PATCH /v1/account": ["face_sign_in"],
  "POST /v1/account/face": ["policy_version", "templates"],
  "PATCH /v1/account/devices/{device_id}": ["name"],
  // the next account() says what is so now
  "POST /v1/account/address": ["email"],
  // handed on to the person as it came
  "GET /v1/account/export": "everything",
};

let received: Received[];
let answers: Record<string, unknown>;

beforeEach(() => {
  vi.stubGlobal("indexedDB", new IDBFactory());
  answers = Object.fromEntries(
    [...operations].map(([name, { answer }]) => [name, answer && wholeExample(answer)]),
  );
  const confirmed = answers["POST /v1/email/confirm"] as object;
  answers["POST /v1/email/confirm"] = { ...confirmed, frozen: false }; // whoever is frozen gets no session
  received = fakeApi(
    Object.fromEntries(
      [...operations.keys()].map((name) => [
        name.replace(/\{.*\}/, "text"),
        () => (answers[name] === undefined ? new Response(null, { status: 204 }) : json(answers[name])),
      ]),
    ),
  );
});

afterEach(() => {
  vi.unstubAllGlobals();
});

test("every problem that the API has, the SDK has, and no other", () => {
  const slugs = schema("Problem").properties?.["type"]?.enum as string[];

  expect(slugs.map((slug) => slug.replace("urn:facesmash:problem:", "")).sort()).toEqual(
    [...PROBLEM_TYPES].sort(),
  );
});

test("every operation has its call in the SDK, or a reason to have none", () => {
  expect([...Object.keys(CALLS), ...NOT_CALLED].sort()).toEqual([...operations.keys()].sort());
  expect(Object.keys(openapi.paths)).toContain("/v1/challenges");
});

describe.each(Object.entries(CALLS))("%s", (operation, call) => {
  const { body, answer } = operations.get(operation) ?? {};

  test("takes what the SDK sends", async () => {
    const prepared = await prepare();

    await call(prepared);

    const path = operation.split(" ")[1]?.replace(/\{.*\}/, "text") ?? "";
    const sent = received.filter(
      ({ method, url }) => operation.startsWith(method) && url.replace(/\?.*/, "").endsWith(path),
    );
    expect(sent.length).toBeGreaterThan(0);
    for (const one of sent) {
      if (body === undefined) expect(one.body).toBeUndefined();
      else expect(misfits(body, one.body)).toEqual([]);
    }
    await prepared.product.dispose();
  });

  const unread = UNREAD[operation] ?? [];
  const cases = answer === undefined ? [] : breakages(answer);
  const isRead = (path: readonly (string | 0)[]): boolean =>
    unread !== "everything" && !unread.some((one) => path.join(".").startsWith(one));

  if (cases.length === 0) return;
  test("gives what the SDK reads, and nothing less is taken", async () => {
    const whole = answers[operation];
    for (const breakage of cases) {
      const prepared = await prepare();
      answers[operation] = broken(whole, breakage);

      const outcome = await call(prepared).then(
        () => "taken",
        (error: unknown) => (error as { kind?: string }).kind,
      );

      const what = `${breakage.path.join(".")} ${breakage.how}`;
      expect(`${what}: ${outcome}`).toBe(`${what}: ${isRead(breakage.path) ? "unexpected-answer" : "taken"}`);
      answers[operation] = whole;
      await prepared.product.dispose();
    }
  });
});

test("a mailbox without an account is proved without a session", async () => {
  const { product } = await prepare();
  const proof = answers["POST /v1/email/confirm"] as object;
  answers["POST /v1/email/confirm"] = { ...proof, registered: false, access_token: null, token_type: null };
  await product.signOut();

  expect(await product.confirmCode("ada@example.org", "123456")).toEqual({
    registered: false,
    frozen: false,
  });

  expect(product.session()).toBeNull();
});

test("a mailbox with an account is never proved without one", async () => {
  const { product } = await prepare();
  answers["POST /v1/email/confirm"] = {
    mailbox_token: "text",
    mailbox_expires_in: 900,
    registered: true,
    frozen: false,
  };

  const call = product.confirmCode("ada@example.org", "123456");

  await expect(call).rejects.toMatchObject({ kind: "unexpected-answer" });
});

/** What a ceremony asks the API. */
function ceremony(): ApiScript {
  const store = new DeviceStore("openapi-test");
  const api = new ApiClient("https://api.example", async () => deviceKey(store), SIGNAL);
  const consent_sha256 = "0".repeat(64);
  return new ApiScript(api, { purpose: "enrolment", profile: "standard", consent_sha256 });
}

/** A product that has everything an operation may need: a proved mailbox, a session, a policy and a capture. */
async function prepare(): Promise<Prepared> {
  const product = createFaceSmash({ apiOrigin: "https://api.example" });
  await product.confirmCode("ada@example.org", "123456");
  return { product, policy: await product.policy(), capture: await theCapture };
}

const theCapture = runCeremony().then(({ capture }) => capture);

/** The example, with real values where there have to be some, at any depth. */
function wholeExample(answer: Parameters<typeof example>[0]): unknown {
  const value = example(answer) as Record<string, unknown>;
  const isMailboxProof = "mailbox_token" in value;
  const real = Object.entries(REAL).filter(
    ([name]) => name in value || (isMailboxProof && /token|expires/.test(name)),
  );
  const script = value["script"];
  return {
    ...value,
    ...Object.fromEntries(real),
    ...(typeof script === "object" && script !== null && { script: { ...script, acts: REAL["acts"] } }),
  };
}
