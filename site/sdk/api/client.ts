import { anySignal } from "../abort";
import { ApiProblem, NetworkError } from "../errors";
import type { DeviceKey } from "../identity/device-key";
import { dpopProof } from "../identity/dpop";
import type { LivenessProfile } from "../types";
import { Answer } from "./answer";
import { problemOf } from "./problem";

// A cold start of the slowest function is about 3 s; beyond this a person has given up.
const TIMEOUT_MS = 20_000;
// A proof may be 60 s old but only 10 s early, and `Date` is rounded to a second: correct well before that.
const CLOCK_TOLERANCE_MS = 5_000;

export type Purpose = "mailbox" | "enrolment" | "verification" | "account" | "passkey";

export interface Call {
  method: "GET" | "POST" | "PATCH" | "DELETE";
  /** From the API's root, with a leading slash. */
  path: string;
  body?: object | undefined;
  accessToken?: string | undefined;
  /** What is wanted, where that is not JSON: one type and no other, which is what API Gateway goes by. */
  accept?: string | undefined;
  signal?: AbortSignal | undefined;
}

/** What a challenge is asked for; the two optional members say who wants to be verified. */
export interface ChallengeRequest {
  purpose: Purpose;
  account?: string;
  mailbox_token?: string;
  /** Of an enrolment: digest of the text that was agreed to. */
  consent_sha256?: string;
  /** Of a ceremony: how the person can show to be there. */
  profile?: LivenessProfile;
}

/** Speaks the wire: proofs, challenges, time limits, problems. Knows nothing of what the calls mean. */
export class ApiClient {
  #clockOffsetMs = 0;

  constructor(
    readonly origin: string,
    readonly key: () => Promise<DeviceKey>,
    readonly lifetime: AbortSignal,
  ) {}

  /** One that goes on with the key that the device has now, although the device may forget it. */
  async withKeyInHand(): Promise<ApiClient> {
    const key = await this.key();
    const client = new ApiClient(this.origin, async () => Promise.resolve(key), this.lifetime);
    client.#clockOffsetMs = this.#clockOffsetMs;
    return client;
  }

  /** A call without proof: the public documents. */
  async fetchPublic(call: Call): Promise<Answer> {
    return new Answer(await this.#send(call, {}));
  }

  /** A read with the session's token. */
  async read(call: Call): Promise<unknown> {
    return this.#withClock(async () => this.#send(call, await this.#authorization(call)));
  }

  /** A state-changing call, or a read that may be made once: takes a challenge for it first, and answers that with this device's proof. */
  async change(call: Call, request: ChallengeRequest): Promise<unknown> {
    const challenge = (await this.challenge(request, call.signal)).string("challenge");
    return this.answer(call, challenge);
  }

  /** A challenge with what comes with it. */
  async challenge(request: ChallengeRequest, signal: AbortSignal | undefined): Promise<Answer> {
    const call: Call = { method: "POST", path: "/v1/challenges", body: request, signal };
    const answer = await this.#withClock(async () => this.#send(call, await this.#authorization(call)));
    return new Answer(answer);
  }

  /** A call that answers a challenge that was taken before. */
  async answer(call: Call, challenge: string): Promise<unknown> {
    return this.#send(call, await this.#authorization(call, challenge));
  }

  /** As `change`, for an answer that is a file: its bytes are kept as they came, because they are signed. */
  async file(call: Call, request: ChallengeRequest): Promise<Blob> {
    const challenge = (await this.challenge(request, call.signal)).string("challenge");
    return this.#fetch(call, await this.#authorization(call, challenge), async (answer) => answer.blob());
  }

  /** The proof (and token) headers for any URL: what an integrator's own backend wants to see. */
  async authorizationFor(call: {
    method: string;
    url: string;
    body?: string | undefined;
    challenge?: string | undefined;
    accessToken?: string | undefined;
  }): Promise<Record<string, string>> {
    const proof = await dpopProof(await this.key(), { ...call, nowMs: Date.now() + this.#clockOffsetMs });
    return {
      DPoP: proof,
      ...(call.accessToken !== undefined && { Authorization: `DPoP ${call.accessToken}` }),
    };
  }

  async #authorization(call: Call, challenge?: string): Promise<Record<string, string>> {
    return this.authorizationFor({
      method: call.method,
      url: this.#url(call),
      body: bodyOf(call) ?? "",
      challenge,
      accessToken: call.accessToken,
    });
  }

  /** Runs `attempt` again, once, when the proof was refused and this device's clock turned out to be wrong. */
  async #withClock<T>(attempt: () => Promise<T>): Promise<T> {
    const before = this.#clockOffsetMs;
    try {
      return await attempt();
    } catch (error) {
      const isProof = error instanceof ApiProblem && error.type === "proof-invalid";
      if (isProof && this.#clockOffsetMs !== before) return attempt();
      throw error;
    }
  }

  async #send(call: Call, headers: Record<string, string>): Promise<unknown> {
    return this.#fetch(call, headers, json);
  }

  async #fetch<T>(
    call: Call,
    headers: Record<string, string>,
    read: (answer: Response) => Promise<T>,
  ): Promise<T> {
    const timeout = AbortSignal.timeout(TIMEOUT_MS);
    const signal = anySignal(call.signal, this.lifetime, timeout);
    const body = bodyOf(call);
    try {
      const response = await fetch(this.#url(call), {
        method: call.method,
        headers: {
          Accept: call.accept ?? "application/json, application/problem+json",
          ...(body !== undefined && { "Content-Type": "application/json" }),
          ...headers,
        },
        ...(body !== undefined && { body }),
        signal,
        cache: "no-store",
        credentials: "omit",
        redirect: "error",
        referrerPolicy: "no-referrer",
      });
      this.#learnClock(response);
      if (!response.ok) throw problemOf(response, await json(response));
      return await read(response);
    } catch (error) {
      if (error instanceof ApiProblem || error instanceof NetworkError) throw error;
      call.signal?.throwIfAborted();
      this.lifetime.throwIfAborted();
      throw new NetworkError(timeout.aborted ? "timeout" : "unreachable", { cause: error });
    }
  }

  /** Many devices' clocks are minutes off, and their proofs would be refused; the answer's own date is not. */
  #learnClock(response: Response): void {
    const date = Date.parse(response.headers.get("Date") ?? "");
    if (Number.isNaN(date)) return;
    const offsetMs = date - Date.now();
    if (Math.abs(offsetMs - this.#clockOffsetMs) > CLOCK_TOLERANCE_MS) this.#clockOffsetMs = offsetMs;
  }

  #url({ path }: Call): string {
    return this.origin + path;
  }
}

function bodyOf(call: Call): string | undefined {
  return call.body === undefined ? undefined : JSON.stringify(call.body);
}

async function json(response: Response): Promise<unknown> {
  const text = await response.text();
  if (text === "") return {};
  try {
    return JSON.parse(text) as unknown;
  } catch (error) {
    // A page of a proxy in place of a problem is judged by its status.
    if (!response.ok) return {};
    throw new NetworkError("unexpected-answer", { cause: error });
  }
}
