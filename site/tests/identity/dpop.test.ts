import "fake-indexeddb/auto";

import { createHash } from "node:crypto";

import { type JWK, calculateJwkThumbprint, importJWK, jwtVerify } from "jose";
import { beforeAll, describe, expect, test } from "vitest";

import { type DeviceKey, deviceKey } from "../../sdk/identity/device-key";
import { DeviceStore } from "../../sdk/identity/device-store";
import { dpopProof } from "../../sdk/identity/dpop";

const NOW_MS = 1_795_000_000_500;
const sha256 = (text: string): string => createHash("sha256").update(text).digest("base64url");

let key: DeviceKey;

beforeAll(async () => {
  key = await deviceKey(new DeviceStore("dpop-test"));
});

async function verified(proof: string): Promise<Record<string, unknown>> {
  const publicKey = await importJWK(key.publicJwk as JWK, "ES256");
  const { payload, protectedHeader } = await jwtVerify(proof, publicKey, {
    typ: "dpop+jwt",
    algorithms: ["ES256"],
    currentDate: new Date(NOW_MS),
  });
  expect(protectedHeader).toEqual({ typ: "dpop+jwt", alg: "ES256", jwk: key.publicJwk });
  return payload;
}

describe("a DPoP proof", () => {
  test("is one that somebody else's library verifies, with every claim of the contract", async () => {
    const body = JSON.stringify({ email: "ada@example.org" });

    const claims = await verified(
      await dpopProof(key, {
        method: "POST",
        url: "https://login.example/v1/email/codes",
        nowMs: NOW_MS,
        body,
        challenge: "the-challenge",
        accessToken: "the.access.token",
      }),
    );

    expect(claims).toEqual({
      jti: expect.stringMatching(/^[\w-]{22}$/) as string,
      htm: "POST",
      htu: "https://login.example/v1/email/codes",
      iat: Math.floor(NOW_MS / 1000),
      body_sha256: sha256(body),
      nonce: "the-challenge",
      ath: sha256("the.access.token"),
    });
  });

  test("covers an empty body too, where a body could be", async () => {
    const claims = await verified(
      await dpopProof(key, {
        method: "delete",
        url: "https://login.example/v1/account",
        nowMs: NOW_MS,
        body: "",
      }),
    );

    expect(claims["htm"]).toBe("DELETE");
    expect(claims["body_sha256"]).toBe(sha256(""));
  });

  test("says nothing of body, challenge or token where there is none", async () => {
    const claims = await verified(
      await dpopProof(key, { method: "GET", url: "https://login.example/v1/account", nowMs: NOW_MS }),
    );

    expect(Object.keys(claims).sort()).toEqual(["htm", "htu", "iat", "jti"]);
  });

  test("says nothing of a body that it was not shown", async () => {
    const claims = await verified(
      await dpopProof(key, { method: "POST", url: "https://shop.example/orders", nowMs: NOW_MS }),
    );

    expect(claims).not.toHaveProperty("body_sha256");
  });

  test("names the resource without query and fragment", async () => {
    const url = "https://login.example:8443/stage/v1/account?x=1#y";

    const claims = await verified(await dpopProof(key, { method: "GET", url, nowMs: NOW_MS }));

    expect(claims["htu"]).toBe("https://login.example:8443/stage/v1/account");
  });

  test("is never the same twice", async () => {
    const call = { method: "GET", url: "https://login.example/v1/account", nowMs: NOW_MS };

    const [first, second] = await Promise.all([dpopProof(key, call), dpopProof(key, call)]);

    expect((await verified(first))["jti"]).not.toBe((await verified(second))["jti"]);
  });

  test("carries exactly the key members that name the device", async () => {
    expect(Object.keys(key.publicJwk).sort()).toEqual(["crv", "kty", "x", "y"]);
    expect(await calculateJwkThumbprint(key.publicJwk)).toMatch(/^[\w-]{43}$/);
  });
});
