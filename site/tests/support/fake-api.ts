import { createHash } from "node:crypto";

import { EmbeddedJWK, jwtVerify } from "jose";
import { vi } from "vitest";

export interface Received {
  method: string;
  url: string;
  body: unknown;
  headers: Headers;
  /** Claims of the DPoP proof, once its signature, method, URL and body digest were found right. */
  proof: Record<string, unknown> | null;
}

export type Reply = (received: Received) => Response | Promise<Response>;

export const json = (value: unknown, init: ResponseInit = {}): Response =>
  new Response(JSON.stringify(value), { headers: { "Content-Type": "application/json" }, ...init });

export const problem = (
  slug: string,
  status: number,
  rest: object = {},
  headers: Record<string, string> = {},
): Response =>
  new Response(
    JSON.stringify({ type: `urn:facesmash:problem:${slug}`, title: slug, status, detail: "why", ...rest }),
    {
      status,
      headers: { "Content-Type": "application/problem+json", ...headers },
    },
  );

/**
 * An API in memory, in the place of `fetch`: it verifies every proof as the real one does, hands out challenges
 * and answers the rest with `replies` ("METHOD /v1/path", wherever the API is mounted). It keeps what it received.
 */
export function fakeApi(replies: Record<string, Reply>): Received[] {
  const log: Received[] = [];
  let challenges = 0;
  const all: Record<string, Reply> = {
    "POST /v1/challenges": () => json({ challenge: `challenge-${++challenges}` }, { status: 201 }),
    ...replies,
  };
  vi.stubGlobal("fetch", async (url: string, init: RequestInit) => {
    init.signal?.throwIfAborted();
    const received = await receive(url, init);
    log.push(received);
    const path = new URL(url).pathname.replace(/^.*?(?=\/v1\/)/, "");
    const reply = all[`${received.method} ${path}`];
    if (reply === undefined) throw new TypeError("Failed to fetch");
    return untilAborted(reply(received), init.signal);
  });
  return log;
}

/** A token of the right shape; its signature is for others to verify. */
export function accessToken(claims: object): string {
  const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString("base64url");
  return `${part({ alg: "ES256", typ: "at+jwt" })}.${part(claims)}.signature`;
}

async function receive(url: string, init: RequestInit): Promise<Received> {
  const headers = new Headers(init.headers);
  const body = (init.body ?? "") as string;
  const method = init.method ?? "GET";
  const proof = headers.get("DPoP");
  return {
    method,
    url,
    headers,
    body: body === "" ? undefined : JSON.parse(body),
    proof: proof === null ? null : await verified(proof, { method, url, body }),
  };
}

async function verified(
  proof: string,
  { method, url, body }: { method: string; url: string; body: string },
): Promise<Record<string, unknown>> {
  const { payload } = await jwtVerify(proof, EmbeddedJWK, { typ: "dpop+jwt", algorithms: ["ES256"] });
  const digest = createHash("sha256").update(body).digest("base64url");
  if (payload["htm"] !== method || payload["htu"] !== url.split("?")[0])
    throw new Error("not for this request");
  if (method !== "GET" && payload["body_sha256"] !== digest) throw new Error("not for this body");
  return payload;
}

async function untilAborted<T>(value: T | Promise<T>, signal: AbortSignal | null | undefined): Promise<T> {
  const aborted = new Promise<never>((_resolve, reject) => {
    signal?.addEventListener("abort", () => {
      reject(signal.reason as Error);
    });
  });
  return Promise.race([value, aborted]);
}
