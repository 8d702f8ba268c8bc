/** Who is signed in. */
import type { ConsentDue } from "./policy";

/**
 * RFC 8176. `hwk`: a passkey that cannot leave its device; `user` and `mfa`: a passkey, whose holder was verified;
 * `swk`: this device's own key, always. `recovery` is ours.
 */
export type AuthenticationMethod = "face" | "hwk" | "mfa" | "otp" | "recovery" | "swk" | "user";

/** What began a session. */
export type SessionMeans = "face" | "otp" | "passkey" | "synced-passkey" | "recovery";

/** Who is signed in, and until when if nothing more is done. The tokens themselves stay inside the SDK. */
export interface Session {
  account: string;
  amr: readonly AuthenticationMethod[];
  expiresAt: Date;
  authTime: Date;
}

/** A session that a face began. */
export interface SignedIn extends Session {
  /** The text that is to be agreed to anew; `null` where the one in force was. `account()` says it at any time. */
  consentDue: ConsentDue | null;
}
