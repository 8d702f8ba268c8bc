/** What of a session stays on the device, and whose it is. Pure: the store does the rest, in one transaction. */
import { unexpected } from "./api/answer";
import { base64Url } from "./base64";
import type { Entries } from "./identity/device-store";

/** What continues the session, in IndexedDB beside the key without which it is worth nothing. */
export interface Kept {
  /** The refresh token in force. */
  token: string;
  /** The one that shall follow, while nobody knows whether the API has heard of it. */
  next: string | null;
}

export function keptFrom(value: unknown): Kept | null {
  if (typeof value !== "object" || value === null) return null;
  const { token, next } = value as Partial<Record<keyof Kept, unknown>>;
  if (typeof token !== "string") return null;
  return { token, next: typeof next === "string" ? next : null };
}

/** Whose session a refresh token continues: it says so itself, as `account.session.secret`. */
export function accountOf({ token }: Kept): string {
  return token.split(".", 1)[0] ?? "";
}

/** The refresh token that comes after: the same account and session, and 256 new random bits. */
export function following(token: string): string {
  const [account, session] = token.split(".");
  if (account === undefined || session === undefined) throw unexpected("a refresh token");
  return `${account}.${session}.${base64Url(crypto.getRandomValues(new Uint8Array(32)))}`;
}

/** All that is kept, with `by` in the place of the session `kept`; as it is, where that is no longer there. */
export function exchanged(found: Entries, kept: Kept, by: Kept | undefined): Entries {
  const there = keptFrom(found.session);
  return there?.token === kept.token && there.next === kept.next ? { ...found, session: by } : found;
}

/** All that is kept, without the account's session; without anybody's, where the account is not known. */
export function withoutSession(found: Entries, account: string | null): Entries {
  const kept = keptFrom(found.session);
  const isOthers = kept !== null && account !== null && accountOf(kept) !== account;
  return isOthers ? found : { ...found, session: undefined };
}

/**
 * All that is kept when the account's owner leaves this device for good: nothing, unless somebody else is signed in here
 * or known. The key is theirs as well, and without it their session and this device are worth nothing to them.
 */
export function withoutPerson(found: Entries, account: string): Entries {
  const { key, account: known, session } = withoutSession(found, account);
  const others = known === account ? undefined : known;
  return session === undefined && others === undefined ? {} : { key, session, account: others };
}

/** All that is kept when whomever this device knows is forgotten; `account` is whose session the page had last. */
export function withoutWhomItKnows(found: Entries, account: string | null): Entries {
  const { account: known } = found;
  // Somebody else may be signed in in another tab.
  if (account === null && typeof known === "string") return withoutPerson(found, known);
  if (account === null || withoutSession(found, account).session === undefined) return {};
  return withoutPerson(found, account);
}
