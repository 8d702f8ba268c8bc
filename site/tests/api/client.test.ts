import { IDBFactory } from "fake-indexeddb";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";

import { ApiClient } from "../../sdk/api/client";
import { ApiProblem, NetworkError } from "../../sdk/errors";
import { deviceKey } from "../../sdk/identity/device-key";
import { DeviceStore } from "../../sdk/identity/device-store";
import { fakeApi, json, problem, type Reply } from "../support/fake-api";

const ORIGIN = "https://api.example/production";
const CODES = { method: "POST", path: "/v1/email/codes", body: { email: "ada@example.org" } } as const;

let lifetime: AbortController;
let client: ApiClient;

beforeEach(() => {
  vi.stubGlobal("indexedDB", new IDBFactory());
  const store = new DeviceStore("facesmash");
  lifetime = new AbortController();
  client = new ApiClient(ORIGIN, async () => deviceKey(store), lifetime.signal);
});

afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

describe("a state-changing call", () => {
  test("takes a challenge first and answers it, both with this device's proof", async () => {
    const log = fakeApi({ "POST /v1/email/codes": () => json({ expires_in: 600 }, { status: 202 }) });

    await client.change(CODES, { purpose: "mailbox" });

    expect(log.map(({ method, url }) => `${method} ${url}`)).toEqual([
      `POST ${ORIGIN}/v1/challenges`,
      `POST ${ORIGIN}/v1/email/codes`,
    ]);
    expect(log[0]?.body).toEqual({ purpose: "mailbox" });
    expect(log[0]?.proof).not.toHaveProperty("nonce");
    expect(log[1]?.proof).toHaveProperty("nonce", "challenge-1");
  });

  test("takes a new challenge each time", async () => {
    const log = fakeApi({ "POST /v1/email/codes": () => json({}) });

    await client.change(CODES, { purpose: "mailbox" });
    await client.change(CODES, { purpose: "mailbox" });

    expect(log.map(({ proof }) => proof?.["nonce"])).toEqual([
      undefined,
      "challenge-1",
      undefined,
      "challenge-2",
    ]);
  });

  test("with a token sends it bound to the proof, and in no URL", async () => {
    const log = fakeApi({ "DELETE /v1/account": () => json({}) });

    await client.change(
      { method: "DELETE", path: "/v1/account", accessToken: "secret-token" },
      { purpose: "account" },
    );

    expect(log[1]?.headers.get("Authorization")).toBe("DPoP secret-token");
    expect(log[1]?.proof).toHaveProperty("ath");
    expect(log.map(({ url }) => url).join()).not.toContain("secret-token");
  });
});

describe("refusals", () => {
  test("are typed, with what the API says and when to try again", async () => {
    fakeApi({
      "POST /v1/email/codes": () => problem("too-many-requests", 429, {}, { "Retry-After": "30" }),
    });

    const refusal = await client.change(CODES, { purpose: "mailbox" }).catch((error: unknown) => error);

    expect(refusal).toBeInstanceOf(ApiProblem);
    expect(refusal).toMatchObject({ type: "too-many-requests", status: 429, detail: "why", retryAfter: 30 });
  });

  test("of a capture carry every reason", async () => {
    const errors = [
      { field: "capture", reason: "too-dark" },
      { field: "capture", reason: "captures-disagree" },
    ];
    fakeApi({ "POST /v1/enrolments": () => problem("capture-refused", 422, { errors }) });

    const call = client.change(
      { method: "POST", path: "/v1/enrolments", body: {} },
      { purpose: "enrolment" },
    );

    await expect(call).rejects.toMatchObject({ reasons: ["too-dark", "captures-disagree"] });
  });

  test.each([
    [502, "unavailable"],
    [500, "internal"],
    [404, "not-found"],
    [413, "request-too-large"],
    [429, "too-many-requests"],
    [418, "request-invalid"],
  ])("of somebody between (a page with status %s) become %s", async (status, type) => {
    fakeApi({ "GET /v1/policies/current": () => new Response("<html>", { status }) });

    const call = client.fetchPublic({ method: "GET", path: "/v1/policies/current" });

    await expect(call).rejects.toMatchObject({ name: "ApiProblem", type, status });
  });

  test("with a type nobody knows are judged by their status", async () => {
    fakeApi({ "GET /v1/account": () => problem("brand-new", 503) });

    await expect(client.read({ method: "GET", path: "/v1/account" })).rejects.toMatchObject({
      type: "unavailable",
    });
  });
});

describe("no answer", () => {
  test("is a typed error when nobody is there", async () => {
    fakeApi({});

    const call = client.fetchPublic({ method: "GET", path: "/nowhere" });

    await expect(call).rejects.toMatchObject({ name: "NetworkError", kind: "unreachable" });
  });

  test("is a typed error when it takes too long", async () => {
    // Node's AbortSignal.timeout does not run on fake timers.
    vi.spyOn(AbortSignal, "timeout").mockImplementation(() =>
      AbortSignal.abort(new DOMException("", "TimeoutError")),
    );
    fakeApi({ "GET /v1/account": async () => new Promise<Response>(() => undefined) });

    const call = client.fetchPublic({ method: "GET", path: "/v1/account" });

    await expect(call).rejects.toMatchObject({ name: "NetworkError", kind: "timeout" });
  });

  test("is a typed error when it is no JSON", async () => {
    fakeApi({ "GET /v1/account": () => new Response("hello") });

    await expect(client.fetchPublic({ method: "GET", path: "/v1/account" })).rejects.toBeInstanceOf(
      NetworkError,
    );
  });
});

describe("giving up", () => {
  const never = async (): Promise<Response> => new Promise<Response>(() => undefined);

  test("rejects with the caller's own reason", async () => {
    fakeApi({ "POST /v1/email/codes": never });
    const caller = new AbortController();

    const call = client.change({ ...CODES, signal: caller.signal }, { purpose: "mailbox" });
    setTimeout(() => {
      caller.abort();
    }, 20);

    await expect(call).rejects.toMatchObject({ name: "AbortError" });
  });

  test("rejects with the reason of the end of the instance", async () => {
    fakeApi({ "GET /v1/account": never });
    const reason = new Error("disposed");

    const call = client.read({ method: "GET", path: "/v1/account" });
    lifetime.abort(reason);

    await expect(call).rejects.toBe(reason);
  });
});

describe("a device whose clock is wrong", () => {
  const serverNowMs = Date.now() + 3_600_000;
  const headers = { Date: new Date(serverNowMs).toUTCString() };

  test("learns the time from the refusal and is let in at once", async () => {
    const log = fakeApi({
      "POST /v1/challenges": ({ proof }) =>
        Math.abs(Number(proof?.["iat"]) - serverNowMs / 1000) > 60
          ? problem("proof-invalid", 401, {}, headers)
          : json({ challenge: "challenge" }, { headers }),
      "POST /v1/email/codes": () => json({}),
    });

    await client.change(CODES, { purpose: "mailbox" });

    expect(log).toHaveLength(3);
  });

  test.each([-300, 300])("works with a clock that is %i s off, whatever is asked first", async (offS) => {
    const server = () => Date.now() - offS * 1000;
    const dated = () => ({ headers: { Date: new Date(server()).toUTCString() } });
    const isLate = (iat: unknown) => Number(iat) < server() / 1000 - 60 || Number(iat) > server() / 1000 + 10;
    const judged: Reply = ({ proof }) =>
      isLate(proof?.["iat"])
        ? problem("proof-invalid", 401, {}, dated().headers)
        : json({ challenge: "c" }, dated());
    const log = fakeApi({
      "GET /v1/account": judged,
      "POST /v1/challenges": judged,
      "POST /v1/verifications": judged,
    });

    await client.read({ method: "GET", path: "/v1/account", accessToken: "token" });
    const challenge = (await client.challenge({ purpose: "verification" }, undefined)).string("challenge");
    await client.answer({ method: "POST", path: "/v1/verifications", body: {} }, challenge);
    await client.authorizationFor({ method: "GET", url: "https://backend.example/orders" });

    // One refusal taught it; nothing was refused after.
    expect(log.map(({ proof }) => isLate(proof?.["iat"]))).toEqual([true, false, false, false]);
  });

  test("corrects a clock that is fast by less than a proof may be early, and by a little more", async () => {
    const slowerMs = Date.now() - 15_000;
    const log = fakeApi({
      "POST /v1/challenges": () =>
        json({ challenge: "challenge" }, { headers: { Date: new Date(slowerMs).toUTCString() } }),
      "POST /v1/email/codes": () => json({}),
    });

    await client.change(CODES, { purpose: "mailbox" });

    expect(Number(log.at(-1)?.proof?.["iat"])).toBeLessThanOrEqual(slowerMs / 1000 + 2);
  });

  test("does not try for ever when the clock was not the reason", async () => {
    const log = fakeApi({ "POST /v1/challenges": () => problem("proof-invalid", 401) });

    await expect(client.change(CODES, { purpose: "mailbox" })).rejects.toMatchObject({
      type: "proof-invalid",
    });
    expect(log).toHaveLength(1);
  });
});
