/** What is held about the person, and what is left of it. */
import type { ConsentDue } from "./policy";
import type { SessionMeans } from "./session";

export type FaceSignIn = "active" | "paused";

/** Whether templates are learned from good sign-ins. */
export type Learning = "allowed" | "refused";

/** For how long new entries of the sign-in log are kept: in full, or for the least that the service offers. */
export type LogKept = "full" | "least";

export interface AccountTemplate {
  id: string;
  /** Made in enrolling, or learned from a sign-in since. */
  kind: "anchor" | "adaptive";
  /** Whether a face is compared with it: what was learned waits for two more sign-ins like it. */
  state: "quarantined" | "active";
  createdAt: Date;
  model: string;
  pipeline: string;
  quality: Readonly<Record<string, number>>;
  sourceDevice: string;
  /** This and the next three are null of an anchor. */
  sourceSignIn: string | null;
  corroborations: number | null;
  corroboratedAt: Date | null;
  expiresAt: Date | null;
  /** With how many of the successful looks in the log it was compared. Told from the log: nothing counts it. */
  used: number;
}

export interface AccountDevice {
  id: string;
  name: string;
  createdAt: Date;
  lastUsedAt: Date;
  current: boolean;
}

export interface AccountPasskey {
  id: string;
  name: string;
  /** What its authenticator knows it by, base64url: the one that has it makes no second one for the account. */
  credentialId: string;
  /** Whether its key may leave the device that made it, as passkeys do that a platform synchronises. */
  synced: boolean;
  createdAt: Date;
  lastUsedAt: Date;
}

export interface AccountConsent {
  id: string;
  policyVersion: string;
  textSha256: string;
  givenAt: Date;
  device: string;
  language: string;
  /** What was ticked; `null` of a record from before that was kept. */
  statement: string | null;
  signedName: string | null;
  ageStatement: string | null;
}

export interface AccountSignIn {
  id: string;
  at: Date;
  /** Whether somebody got in; `done` is what somebody changed who was in already. */
  outcome: "accepted" | "refused" | "done";
  reason: string;
  device: string;
  /** Code of the country it came from (ISO 3166-1), where the deployment learns it. */
  place: string | null;
}

/** A device that is signed in. Each has one session at most. */
export interface AccountSession {
  /** `sid` of its tokens. */
  id: string;
  /** The device's id; one that a code let in may be in no list of devices. */
  device: string;
  /** What began it: a face, a code from the mailbox, a passkey, or a recovery code. */
  means: SessionMeans;
  /** Of `passkeys`, the `id` of the one that began it; `null` where none did. */
  passkey: string | null;
  createdAt: Date;
  lastUsedAt: Date;
  /** At the latest. Unused, it ends sooner. */
  expiresAt: Date;
  current: boolean;
}

/** An application that the person lets know them. */
export interface AccountGrant {
  /** Its `client_id`. */
  client: string;
  name: string;
  /** `openid`: that it is the same person each time; `email`. */
  scopes: readonly string[];
  givenAt: Date;
}

/** Mails to the address come back: no notices go there, and one code a day for each device, until a code from it is typed. */
export interface MailTrouble {
  /** Whether the mailbox takes no mail, or its reader (or their provider) complained. */
  why: "bounced" | "complained";
  /** When notices are tried again. */
  until: Date;
}

/** Everything that is held about the person, described. Descriptors themselves come with the export only. */
export interface Account {
  account: string;
  email: string;
  /** `null` where mails arrive. */
  mailTrouble: MailTrouble | null;
  status: FaceSignIn;
  createdAt: Date;
  lastUsedAt: Date;
  /** Of the text that was agreed to last; `null` where there is no face. */
  policyVersion: string | null;
  /** When a sign-in first asked for consent to a newer one; `null` where none did. */
  consentAskedAt: Date | null;
  /** `null` where the version in force was agreed to. */
  consentDue: ConsentDue | null;
  learning: Learning;
  /** When a template was learned in the last 30 days, whatever became of it. */
  learnedAt: readonly Date[];
  templates: readonly AccountTemplate[];
  devices: readonly AccountDevice[];
  passkeys: readonly AccountPasskey[];
  consents: readonly AccountConsent[];
  /** The newest 200; what is older is read by `signIns`. */
  signIns: readonly AccountSignIn[];
  /** Where the log goes on, for `signIns`; `null` where these are all. */
  signInsOlder: number | null;
  /** Whether the log holds every entry that it must: "broken" when one is missing, altered or out of its place. */
  signInLog: "whole" | "broken";
  /** What was asked for; "least" is for entries since, and only while `leastSignInLogDays` is a number. */
  signInLogKept: LogKept;
  /** How long an entry is kept, without a place, for whoever asks for the least; `null` where nobody may. */
  leastSignInLogDays: number | null;
  sessions: readonly AccountSession[];
  grants: readonly AccountGrant[];
  /** Null when none were ever made. The codes themselves are kept nowhere. */
  recoveryCodes: { left: number; madeAt: Date } | null;
  /** How often the account was frozen, and lifted from that again. */
  freezes: number;
}

/** A part of the log of sign-ins and changes, newest first. */
export type SignInPage = Pick<Account, "signIns" | "signInsOlder" | "signInLog">;

export interface Receipt {
  /** JWS signed by the deployment's key: proof of what was destroyed and when. */
  receipt: string;
  deletedAt: Date;
  destroyed: Readonly<Record<"templates" | "devices" | "passkeys" | "consents" | "signIns" | "keys", number>>;
  reference: string;
}
