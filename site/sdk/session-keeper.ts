import { Answer, unexpected } from "./api/answer";
import type { ApiClient } from "./api/client";
import { base64Url } from "./base64";
import { ApiProblem, StateError } from "./errors";
import type { DeviceStore } from "./identity/device-store";
import { type HeldSession, heldSession } from "./session";
import { sha256Hex } from "./sha256";
import type { Session } from "./types";

/** An access token with less than this left might not arrive in time; below it a new one is fetched first. */
const REFRESH_BEFORE_MS = 60_000;

/** What continues the session, in IndexedDB beside the key without which it is worth nothing. */
interface Kept {
  /** The refresh token in force. */
  token: string;
  /** The one that shall follow, while nobody knows whether the API has heard of it. */
  next: string | null;
}

/**
 * The session of this device: its access token in memory, what continues it in the store.
 *
 * Nothing here runs by a clock. A session goes on because somebody uses it, and a page that is left open ends it
 * as a closed one does.
 */
export class SessionKeeper {
  #held: HeldSession | null = null;
  #account: string | null = null;

  constructor(
    readonly api: ApiClient,
    readonly store: DeviceStore,
    /** Of the lock that tabs take in turns. */
    readonly name: string,
  ) {}

  get session(): Session | null {
    if (this.#held !== null && this.#held.session.expiresAt.getTime() <= Date.now()) this.#held = null;
    return this.#held?.session ?? null;
  }

  /** This device as the API names it, while somebody is signed in. */
  get device(): string | null {
    return this.session === null ? null : (this.#held?.device ?? null);
  }

  /** Whose session this page has, or had last: nobody else's is its to use or to end. */
  get account(): string | null {
    return this.#account;
  }

  /** Begins with an answer that carries tokens, in place of what was there. */
  async begin(value: unknown): Promise<Session> {
    const answer = new Answer(value);
    const held = heldSession(answer, Date.now());
    const kept: Kept = { token: answer.string("refresh_token"), next: null };
    await this.#inTurn(async () => {
      await this.store.set("session", kept);
      this.#hold(held);
    });
    return held.session;
  }

  /**
   * The access token, a new one where the old one is about to end. Throws `no-session`, also where another tab has
   * signed somebody else in meanwhile: what one person began is never done in another's name.
   */
  async token(): Promise<string> {
    if (this.session === null || this.#held === null) throw new StateError("no-session");
    if (this.#held.accessExpiresAtMs - REFRESH_BEFORE_MS > Date.now()) return this.#held.accessToken;
    return this.resumeOf(this.#held.session.account);
  }

  /**
   * Continues the session that this device keeps, if it is of this account, and gives its access token. One of
   * somebody else is left as it is. Throws as `resume` does.
   */
  async resumeOf(account: string): Promise<string> {
    const { accessToken } = await this.#inTurn(async () => {
      const kept = await this.#kept();
      if (kept !== null && accountOf(kept.token) === account) return this.#continued(kept);
      this.drop(account);
      throw new StateError("no-session");
    });
    return accessToken;
  }

  /**
   * Continues the session that this device keeps, whoever's it is. Tabs take turns: each reads what the last one left,
   * so no token is shown twice. An answer that is lost is asked for again with the same words, and counts once.
   *
   * Throws `no-session` where there is none, and the API's `token-invalid` where it has ended.
   */
  async resume(): Promise<Session> {
    const { session } = await this.#inTurn(async () => {
      const kept = await this.#kept();
      if (kept === null) throw new StateError("no-session");
      return this.#continued(kept);
    });
    return session;
  }

  /**
   * Drops the account's session on this device: here it is over, whatever the API thinks. One that another page began
   * for somebody else meanwhile goes on. Where the account is not known, whatever is kept goes.
   */
  async forget(account: string | null): Promise<void> {
    this.drop(account);
    // Not in turn: another tab may have it for as long as a network that is gone, and looks again before it goes on.
    const kept = await this.#kept();
    if (kept === null || account === null || accountOf(kept.token) === account) {
      await this.store.delete("session");
    }
  }

  /** Whether this device keeps a session, whoever's it is. */
  async keeps(): Promise<boolean> {
    return (await this.#kept()) !== null;
  }

  /** Drops what this page has in memory, if it is the account's; another page may still continue the session. */
  drop(account: string | null = null): void {
    if (account === null || account === this.#held?.session.account) this.#held = null;
  }

  #hold(held: HeldSession): HeldSession {
    this.#held = held;
    this.#account = held.session.account;
    return held;
  }

  async #kept(): Promise<Kept | null> {
    return keptFrom(await this.store.get("session"));
  }

  /** Only in turn. */
  async #continued(kept: Kept): Promise<HeldSession> {
    const next = kept.next ?? following(kept.token);
    await this.store.set("session", { token: kept.token, next } satisfies Kept);
    const answer = await this.#refreshed(kept.token, next);
    if ((await this.#kept())?.next !== next) {
      this.drop(accountOf(kept.token));
      throw new StateError("no-session"); // somebody signed out meanwhile, or in
    }
    await this.store.set("session", { token: next, next: null } satisfies Kept);
    return this.#hold(heldSession(answer, Date.now()));
  }

  async #refreshed(token: string, next: string): Promise<Answer> {
    const body = { refresh_token: token, next_sha256: await sha256Hex(next) };
    const call = { method: "POST", path: "/v1/sessions/refresh", body } as const;
    try {
      return new Answer(await this.api.change(call, { purpose: "account" }));
    } catch (error) {
      if (error instanceof ApiProblem && error.type === "token-invalid") {
        this.drop(accountOf(token));
        await this.store.delete("session");
      }
      throw error;
    }
  }

  async #inTurn<T>(work: () => Promise<T>): Promise<T> {
    // Missing in a few older browsers: two tabs that refresh at one instant then end the session.
    const { navigator } = globalThis as { navigator?: { locks?: LockManager | null } };
    const locks = navigator?.locks ?? null;
    return locks === null ? work() : locks.request(this.name, work);
  }
}

/** Whose session a refresh token continues: it says so itself, as `account.session.secret`. */
function accountOf(token: string): string {
  return token.split(".", 1)[0] ?? "";
}

/** The refresh token that comes after: the same account and session, and 256 new random bits. */
function following(token: string): string {
  const [account, session] = token.split(".");
  if (account === undefined || session === undefined) throw unexpected("a refresh token");
  return `${account}.${session}.${base64Url(crypto.getRandomValues(new Uint8Array(32)))}`;
}

function keptFrom(value: unknown): Kept | null {
  if (typeof value !== "object" || value === null) return null;
  const { token, next } = value as Partial<Record<keyof Kept, unknown>>;
  if (typeof token !== "string") return null;
  return { token, next: typeof next === "string" ? next : null };
}
