/** The consent text, and what a person declares. */

export interface RetentionEntry {
  /** By which papers and settings know it. */
  name: string;
  kind: string;
  category: "biometric" | "contact" | "account" | "activity" | "security" | "operation";
  purpose: string;
  /** Why it is lawful. */
  ground: string;
  period: string;
  ends: string;
}

/** What is declared in agreeing. The text ends with the same words, so its digest covers them. */
export interface Release {
  /** What is ticked. */
  statement: string;
  /** Whether a name is typed under it, as a signature. */
  typedName: boolean;
  /** What else is ticked; `null` where no age is asked for. */
  ageStatement: string | null;
}

/** What a person declared beside the statement, where the policy's `release` asks for it. */
export interface Declared {
  signedName?: string;
  isOfAge?: boolean;
}

/** The text has another version than the one that was agreed to last. */
export interface ConsentDue {
  policyVersion: string;
  /** How long a face still signs in without that. */
  faceUntil: Date;
}

export interface Policy {
  version: string;
  text: string;
  textSha256: string;
  language: string;
  release: Release;
  retention: readonly RetentionEntry[];
  controller: { name: string; contact: string };
}
