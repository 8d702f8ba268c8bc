/** Applications that people sign in to with their account (OpenID Connect). */

/** What an application asks for that sent the person here (OpenID Connect). */
export interface AuthorizationAsked {
  clientName: string;
  scopes: readonly string[];
  /** Nothing may be shown: who would have to be asked is sent to `loginRequired`. */
  silent: boolean;
  /** The person has to sign in again, whoever is signed in. */
  anew: boolean;
  loginHint: string | null;
  /** Where to go if nobody is signed in and nothing may be shown. */
  loginRequired: string;
  /** Where to go if the person says no. */
  denied: string;
}

/** Where a request that cannot be answered goes, or what it asks for. */
export type AuthorizationJudged =
  { refused: string; asked: null } | { refused: null; asked: AuthorizationAsked };

/** Where to go, or what is missing first. */
export type AuthorizationAnswered =
  { outcome: "redirect"; redirect: string } | { outcome: "consent" | "sign-in"; redirect: null };

/** An application that asks to sign the person out. */
export interface SignOutAsked {
  /** `null` when it is nobody who is registered. */
  clientName: string | null;
  /** Where to go afterwards; `null` when that is nowhere. */
  redirect: string | null;
}
