import type { Account, Session } from "../../sdk";

/** How long a sign-in counts as fresh, and how long a device has to be known. The server's own, and it has the last word. */
export const FRESH_MS = 300_000;
export const KNOWN_FOR_MS = 3 * 24 * 3_600_000;

/** What stands between a person who is signed in and the camera. */
export type Missing =
  /** The account does not know this device, or not for long enough. */
  | "device"
  /** The account's face was enrolled less than three days ago. */
  | "recent"
  /** There is a face, and it did not begin this session, or not just now. */
  | "face"
  /** The same, while it is compared with nothing: it is paused, */
  | "resumed"
  /** or a new consent text waits. */
  | "agreed"
  /** There is no face, and the sign-in is too long ago. */
  | "sign-in";

/**
 * Says what is missing, if anything is.
 *
 * @param signedInAt - when the person signed in on the way here, by this device's clock; `null` where they did not. The
 *   session's own time is the server's, which a clock that is ahead would always find too long ago.
 */
export function missingFor(
  account: Account,
  session: Session,
  { now, signedInAt }: { now: Date; signedInAt: Date | null },
): Missing | null {
  if (!isKnownLong(account, session, now)) return "device";
  if (isFaceRecent(account, session, now)) return "recent";
  const fresh = [session.authTime, signedInAt].some(
    (at) => at !== null && now.getTime() - at.getTime() <= FRESH_MS,
  );
  if (account.policyVersion === null) return fresh ? null : "sign-in";
  if (account.status === "paused") return "resumed";
  return fresh && session.amr.includes("face") ? null : signInMissing(account, now);
}

/** What a fresh sign-in of this account takes. */
export function signInMissing({ policyVersion, status, consentDue }: Account, now: Date): Missing {
  if (policyVersion === null) return "sign-in";
  if (status === "paused") return "resumed";
  return consentDue !== null && consentDue.faceUntil <= now ? "agreed" : "face";
}

/** The device that registered is as old as the account, and no newcomer. */
function isKnownLong({ devices, createdAt }: Account, { authTime }: Session, now: Date): boolean {
  const device = devices.find(({ current }) => current);
  const longAgo = latest(authTime, now) - KNOWN_FOR_MS;
  return device !== undefined && device.createdAt.getTime() <= Math.max(longAgo, createdAt.getTime());
}

/** Each new face stands for the one before: step by step somebody else's could come in, so steps wait. */
function isFaceRecent({ templates }: Account, { authTime }: Session, now: Date): boolean {
  const longAgo = latest(authTime, now) - KNOWN_FOR_MS;
  return templates.some(({ kind, createdAt }) => kind === "anchor" && createdAt.getTime() > longAgo);
}

/** Where this device's clock is behind, the sign-in was later than it says. */
function latest(authTime: Date, now: Date): number {
  return Math.max(now.getTime(), authTime.getTime());
}
