import { Answer } from "./api/answer";
import type { ApiClient, Call } from "./api/client";
import { ApiProblem, StateError } from "./errors";
import type { DeviceStore, Entries } from "./identity/device-store";
import {
  accountOf,
  exchanged,
  following,
  type Kept,
  keptFrom,
  withoutPerson,
  withoutSession,
  withoutWhomItKnows,
} from "./kept-session";
import { type HeldSession, heldSession } from "./session";
import { sha256Hex } from "./sha256";
import type { Session } from "./types";

/** An access token with less than this left might not arrive in time; below it a new one is fetched first. */
const REFRESH_BEFORE_MS = 60_000;

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
    /** Told when somebody comes or goes in this page: what was theirs alone goes with them. */
    readonly onChange: () => void,
  ) {}

  get session(): Session | null {
    if (this.#held !== null && this.#held.session.expiresAt.getTime() <= Date.now()) this.#hold(null);
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

  /** What tells the API that this session is over; `null` where there is none, or its token has run out. */
  ending(): Call | null {
    const { device } = this;
    if (device === null || this.#held === null || this.#held.accessExpiresAtMs <= Date.now()) return null;
    const path = `/v1/account/sessions/${encodeURIComponent(device)}`;
    return { method: "DELETE", path, accessToken: this.#held.accessToken };
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
      if (kept !== null && accountOf(kept) === account) return this.#continued(kept);
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
    await this.#forgetBy(account, (found) => withoutSession(found, account));
  }

  /**
   * Drops the session of whoever leaves, as `forget` does, and with it the account that this device knows, and its key,
   * unless somebody else is signed in here or known. `null` where nobody is signed in: then whomever it knows is meant.
   * Says whether the key is destroyed.
   */
  async forgetDevice(leaving: string | null): Promise<boolean> {
    const account = leaving ?? this.#account;
    const left = await this.#forgetBy(account, (found) =>
      leaving === null ? withoutWhomItKnows(found, account) : withoutPerson(found, leaving),
    );
    return left.key === undefined;
  }

  /** Drops what this page has in memory, if it is the account's; another page may still continue the session. */
  drop(account: string | null = null): void {
    if (account === null || account === this.#held?.session.account) this.#hold(null);
  }

  #hold(held: HeldSession | null): void {
    const before = this.#held?.session.account;
    this.#held = held;
    if (held !== null) this.#account = held.session.account;
    if (before !== held?.session.account) this.onChange();
  }

  async #kept(): Promise<Kept | null> {
    return keptFrom(await this.store.get("session"));
  }

  async #forgetBy(account: string | null, decide: (found: Entries) => Entries): Promise<Entries> {
    this.drop(account);
    try {
      // Not in turn: another tab may have it for as long as a network that is gone, and looks again before it goes on.
      return await this.store.change(decide);
    } finally {
      // A refresh of this page whose last write came just before this one has held its answer since.
      this.drop(account);
    }
  }

  /** Only in turn. */
  async #continued(kept: Kept): Promise<HeldSession> {
    const next = kept.next ?? following(kept.token);
    const underWay: Kept = { token: kept.token, next };
    await this.#replace(kept, underWay);
    const answer = await this.#refreshed(kept.token, next);
    await this.#replace(underWay, { token: next, next: null });
    const held = heldSession(answer, Date.now());
    this.#hold(held);
    return held;
  }

  async #refreshed(token: string, next: string): Promise<Answer> {
    const body = { refresh_token: token, next_sha256: await sha256Hex(next) };
    const call = { method: "POST", path: "/v1/sessions/refresh", body } as const;
    try {
      return new Answer(await this.api.change(call, { purpose: "account" }));
    } catch (error) {
      if (error instanceof ApiProblem && error.type === "token-invalid") {
        const kept: Kept = { token, next };
        this.drop(accountOf(kept));
        await this.store.change((found) => exchanged(found, kept, undefined));
      }
      throw error;
    }
  }

  /** Throws `no-session` where somebody has signed out meanwhile, or in: what they left stays as it is. */
  async #replace(kept: Kept, by: Kept): Promise<void> {
    const { session } = await this.store.change((found) => exchanged(found, kept, by));
    if (session === by) return;
    this.drop(accountOf(kept));
    throw new StateError("no-session");
  }

  async #inTurn<T>(work: () => Promise<T>): Promise<T> {
    // Missing in a few older browsers: of two tabs that refresh at one instant one then finds nobody signed in.
    const { navigator } = globalThis as { navigator?: { locks?: LockManager | null } };
    const locks = navigator?.locks ?? null;
    return locks === null ? work() : locks.request(this.name, work);
  }
}
