import { base64Url } from "../base64";
import { sha256 } from "../sha256";
import type { DeviceKey } from "./device-key";

const BODY_METHODS = new Set(["POST", "PATCH", "DELETE", "PUT"]);

/**
 * A DPoP proof (RFC 9449) for one request, with the SHA-256 of its body and, where the API asked for one, the
 * challenge it answers.
 *
 * `url` may carry a query and a fragment; the proof covers neither (section 4.2).
 */
export async function dpopProof(
  key: DeviceKey,
  {
    method,
    url,
    nowMs,
    body,
    challenge,
    accessToken,
  }: {
    method: string;
    url: string;
    nowMs: number;
    /** "" for a request that could have a body and has none; absent where it is not known. */
    body?: string | undefined;
    challenge?: string | undefined;
    accessToken?: string | undefined;
  },
): Promise<string> {
  const target = new URL(url);
  const htm = method.toUpperCase();
  const header = { typ: "dpop+jwt", alg: "ES256", jwk: key.publicJwk };
  const claims = {
    jti: base64Url(crypto.getRandomValues(new Uint8Array(16))),
    htm,
    htu: target.origin + target.pathname,
    iat: Math.floor(nowMs / 1000),
    ...(body !== undefined && BODY_METHODS.has(htm) && { body_sha256: await digestOf(body) }),
    ...(challenge !== undefined && { nonce: challenge }),
    ...(accessToken !== undefined && { ath: await digestOf(accessToken) }),
  };
  const signed = `${jsonPart(header)}.${jsonPart(claims)}`;
  return `${signed}.${base64Url(await key.sign(utf8(signed)))}`;
}

async function digestOf(text: string): Promise<string> {
  return base64Url(await sha256(utf8(text)));
}

function jsonPart(value: object): string {
  return base64Url(utf8(JSON.stringify(value)));
}

function utf8(text: string): Uint8Array<ArrayBuffer> {
  return new TextEncoder().encode(text);
}
