import type { ApiClient } from "./api/client";
import { ApiProblem, StateError } from "./errors";
import type { SessionKeeper } from "./session-keeper";
import type { CallOptions } from "./types";

/** Calls with the token of the session in this page. All throw `no-session` where there is none. */
export class SessionCalls {
  constructor(
    readonly api: ApiClient,
    readonly keeper: SessionKeeper,
  ) {}

  async read(path: string, { signal }: CallOptions): Promise<unknown> {
    return this.withToken(async (accessToken) => this.api.read({ method: "GET", path, accessToken, signal }));
  }

  /** A call that answers a challenge, so that nobody who overhears it can make it again. */
  async change(
    method: "POST" | "PATCH" | "DELETE",
    path: string,
    { signal }: CallOptions,
    body?: object,
  ): Promise<unknown> {
    return this.withToken(async (accessToken) =>
      this.api.change({ method, path, body, accessToken, signal }, { purpose: "account" }),
    );
  }

  /**
   * A token that is refused may be of a session that another tab replaced by a new sign-in: if that one is of the same
   * account it is tried, once.
   */
  async withToken<T>(call: (accessToken: string) => Promise<T>): Promise<T> {
    const account = this.keeper.session?.account;
    const accessToken = await this.token();
    try {
      return await call(accessToken);
    } catch (error) {
      if (account === undefined || !isOver(error)) throw error;
      this.keeper.drop(account);
      return call(await this.keeper.resumeOf(account));
    }
  }

  async token(): Promise<string> {
    this.api.lifetime.throwIfAborted();
    return this.keeper.token();
  }
}

/** Whether an error says that nobody is signed in any more. */
export function isOver(error: unknown): boolean {
  if (error instanceof StateError) return error.kind === "no-session";
  return error instanceof ApiProblem && error.type === "token-invalid";
}
