import {
  ApiProblem,
  CameraError,
  CeremonyError,
  DeviceKeyError,
  ModelError,
  NetworkError,
  PasskeyError,
  StateError,
  type DeviceKeyErrorKind,
  type ModelErrorKind,
  type NetworkErrorKind,
  type PasskeyErrorKind,
  type ProblemType,
  type StateErrorKind,
} from "../../sdk";
import { CAMERA_WORDS } from "./camera";
import { duration } from "./format";
import { MAILBOX_TOO } from "./profiles";
import { SETBACK_WORDS } from "./setbacks";
import type { Words } from "./words";

/** What to tell the person about any error. Never passes on text that came with the error. */
export function wordsFor(error: unknown): Words {
  if (error instanceof ApiProblem) return apiWords(error);
  if (error instanceof NetworkError) return NETWORK_WORDS[error.kind];
  if (error instanceof ModelError) return MODEL_WORDS[error.kind];
  if (error instanceof DeviceKeyError) return DEVICE_KEY_WORDS[error.kind];
  if (error instanceof PasskeyError) return PASSKEY_WORDS[error.kind];
  if (error instanceof StateError) return STATE_WORDS[error.kind];
  if (error instanceof CameraError) return CAMERA_WORDS[error.kind];
  if (error instanceof CeremonyError) return SETBACK_WORDS[error.kind].given;
  return PROBLEM_WORDS.internal;
}

/** Whether the work was given up on purpose: nothing to tell anybody. */
export function isAbort(error: unknown): boolean {
  return error instanceof DOMException && error.name === "AbortError";
}

/** Whether the session is over, so that signing in again is the way on. */
export function isSessionOver(error: unknown): boolean {
  if (error instanceof StateError) return error.kind === "no-session";
  return error instanceof ApiProblem && error.type === "token-invalid";
}

export function isProblem(error: unknown, type: ProblemType): error is ApiProblem {
  return error instanceof ApiProblem && error.type === type;
}

/** Whether the mailbox has to be confirmed (again) first. */
export function isMailboxGone(error: unknown): boolean {
  if (error instanceof StateError) return error.kind === "no-mailbox";
  return isProblem(error, "mailbox-token-invalid");
}

/** Whether the text that was agreed to is no longer the one in force, or was not the one that its digest names. */
export function isConsentOutdated(error: unknown): boolean {
  if (error instanceof StateError) return error.kind === "policy-altered";
  return isProblem(error, "consent-outdated");
}

function apiWords(problem: ApiProblem): Words {
  const words = PROBLEM_WORDS[problem.type];
  return problem.retryAfter === undefined
    ? words
    : { ...words, text: `${words.text} Try again in ${duration(problem.retryAfter)}.` };
}

const ODD_ANSWER: Words = {
  title: "That did not work",
  text: "The service did not understand this page. Reload the page and try again.",
};

const STALE: Words = {
  title: "That took too long",
  text: "The permission for this step has run out. Try again.",
};

export const PROBLEM_WORDS: Readonly<Record<ProblemType, Words>> = {
  "request-invalid": {
    title: "Something is not filled in right",
    text: "Check what you typed and try again.",
  },
  "request-too-large": ODD_ANSWER,
  "unsupported-media-type": ODD_ANSWER,
  "not-found": { title: "It is not there any more", text: "Load this page again to see what is held now." },
  "method-not-allowed": ODD_ANSWER,
  "authorization-request-invalid": {
    title: "The application that sent you here is not set up right",
    text: "It is not registered here, or asked to send you to an address that is not its own. You were not signed in to anything. Go back, and tell whoever runs it.",
  },
  "authentication-failed": {
    title: "We could not sign you in",
    text: "Try again, or use a code from your mailbox.",
  },
  "token-invalid": {
    title: "Your session has ended",
    text: "Sessions are short, to keep others out. Sign in again.",
  },
  "proof-invalid": {
    title: "This device could not prove itself",
    text: "Check that its clock is right, then try again.",
  },
  "challenge-invalid": STALE,
  "step-up-required": {
    title: "Please sign in again",
    text: "This needs a sign-in from the last five minutes.",
  },
  "code-invalid": {
    title: "That code does not fit",
    text: "Check the six digits, or ask for a new code. Codes work for ten minutes, on the device that asked for them.",
  },
  "code-exhausted": {
    title: "This code has been tried too often",
    text: "Ask for a new code.",
  },
  "link-invalid": {
    title: "This link does not work any more",
    text: "It is too old, or from before the account was last lifted from a freeze. Take the one in the newest mail, or sign in.",
  },
  "mailbox-token-invalid": {
    title: "Your mailbox has to be confirmed again",
    text: "The confirmation lasts fifteen minutes. Ask for a new code.",
  },
  "consent-required": {
    title: "Your consent is missing",
    text: "Without it nothing is stored. Read the text and decide.",
  },
  "consent-outdated": {
    title: "The text has changed",
    text: "A newer version was published while you were reading. Please read it again.",
  },
  "already-enrolled": {
    title: "This address is registered already",
    text: "Sign in instead.",
  },
  "capture-refused": {
    title: "The pictures were not good enough",
    text: "Nothing was stored. Try again.",
  },
  "passkey-refused": {
    title: "This passkey cannot be used",
    text: "It has to ask for your fingerprint, face or PIN. Try another device or security key.",
  },
  conflict: {
    title: "Something else changed at the same moment",
    text: "Load this page again to see what is held now, then try again.",
  },
  "last-template": {
    title: "This is your last face template",
    text: "Signing in with your face needs one. To remove it too, withdraw your consent or delete your account.",
  },
  "address-unchanged": {
    title: "This is your address already",
    text: "Type the one that you want to have instead.",
  },
  "face-sign-in-paused": {
    title: "Your face is paused",
    text: "While it is, it is compared with nothing. Resume it under My data, then enrol it anew.",
  },
  "device-too-new": {
    title: "This device is too new for that",
    text: "So that nobody who reads your mail can take your account away, it needs a device that your account has known for three days.",
  },
  "not-offered": {
    title: "This is not offered here",
    text: "The people who run this service do not offer this choice. Nothing was changed.",
  },
  "too-many-requests": { title: "Too many tries", text: "Wait a little." },
  unavailable: {
    title: "The service is not available",
    text: "This is not about you, and nothing was lost.",
  },
  internal: {
    title: "Something went wrong",
    text: "This is not about you. Try again in a moment.",
  },
};

const NETWORK_WORDS: Readonly<Record<NetworkErrorKind, Words>> = {
  unreachable: {
    title: "No connection",
    text: "The service could not be reached. Check your network, then try again.",
  },
  timeout: {
    title: "No answer",
    text: "The service took too long. Try again in a moment.",
  },
  "unexpected-answer": ODD_ANSWER,
};

const MODEL_WORDS: Readonly<Record<ModelErrorKind, Words>> = {
  download: {
    title: "Not everything could be loaded",
    text: "Check your network, then try again.",
  },
  digest: {
    title: "What was loaded is not what it should be",
    text: "A part that reads faces was altered on its way, so it is not used. Reload the page. If it happens again, tell the people who run this service.",
  },
  unsupported: CAMERA_WORDS.unsupported,
  "not-prepared": PROBLEM_WORDS.internal,
};

const DEVICE_KEY_WORDS: Readonly<Record<DeviceKeyErrorKind, Words>> = {
  "storage-unavailable": {
    title: "This browser keeps nothing",
    text: "A key has to stay on this device. Allow this page to store data, or leave the private window, then reload.",
  },
  "crypto-unavailable": {
    title: "This browser has no safe place for a key",
    text: "Open this page over https in a current Chrome, Edge, Firefox or Safari.",
  },
};

const PASSKEY_WORDS: Readonly<Record<PasskeyErrorKind, Words>> = {
  unsupported: {
    title: "This browser has no passkeys",
    text: "Use a code from your mailbox, or open this page in a current Chrome, Edge, Firefox or Safari.",
  },
  "given-up": {
    title: "No passkey was given",
    text: "Try again, or use a code from your mailbox.",
  },
  "already-there": {
    title: "This one holds a passkey for you already",
    text: "Use the one that is there, or another device or security key.",
  },
  "other-site": {
    title: "Passkeys work on another page",
    text: "Open the address of this service itself, and try again there.",
  },
};

const STATE_WORDS: Readonly<Record<StateErrorKind, Words>> = {
  "no-session": PROBLEM_WORDS["token-invalid"],
  "no-mailbox": PROBLEM_WORDS["mailbox-token-invalid"],
  "profile-needs-mailbox": MAILBOX_TOO,
  "no-camera": CAMERA_WORDS.interrupted,
  "capture-running": PROBLEM_WORDS.internal,
  "policy-altered": {
    title: "The consent text is not what it should be",
    text: "Its fingerprint does not fit, so nobody is asked to agree to it. Reload the page. If it happens again, tell the people who run this service.",
  },
  disposed: { title: "This page has been closed down", text: "Reload it to go on." },
};
