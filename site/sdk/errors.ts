import type { LookAgainReason } from "./types";

/** Every error the SDK throws, apart from the `AbortError` of an `AbortSignal`, which passes through. */

/** What went wrong with the camera; each kind has its own way on for the person. */
export type CameraErrorKind = "refused" | "absent" | "busy" | "interrupted" | "unsupported" | "insecure";

export class CameraError extends Error {
  override readonly name = "CameraError";

  constructor(
    readonly kind: CameraErrorKind,
    options?: ErrorOptions,
  ) {
    super(`camera: ${kind}`, options);
  }
}

/** Why the face models are not usable: not loaded, not what was pinned, or not runnable in this browser. */
export type ModelErrorKind = "download" | "digest" | "unsupported" | "not-prepared";

export class ModelError extends Error {
  override readonly name = "ModelError";

  constructor(
    readonly kind: ModelErrorKind,
    /** The asset concerned, never anything about a person. */
    readonly asset?: string,
    options?: ErrorOptions,
  ) {
    super(asset === undefined ? `model: ${kind}` : `model: ${kind}: ${asset}`, options);
  }
}

/** The device key cannot be kept: no IndexedDB (some private modes) or it is blocked, or no WebCrypto. */
export type DeviceKeyErrorKind = "storage-unavailable" | "crypto-unavailable";

export class DeviceKeyError extends Error {
  override readonly name = "DeviceKeyError";

  constructor(
    readonly kind: DeviceKeyErrorKind,
    options?: ErrorOptions,
  ) {
    super(`device key: ${kind}`, options);
  }
}

/**
 * No passkey: `given-up` is cancelled, timed out, or none there (browsers do not tell which); `other-site` is a page
 * that is not on the deployment's own domain.
 */
export type PasskeyErrorKind = "unsupported" | "given-up" | "already-there" | "other-site";

export class PasskeyError extends Error {
  override readonly name = "PasskeyError";

  constructor(
    readonly kind: PasskeyErrorKind,
    options?: ErrorOptions,
  ) {
    super(`passkey: ${kind}`, options);
  }
}

/** No answer came: not reachable, too slow, or an answer that is not what the API promises. */
export type NetworkErrorKind = "unreachable" | "timeout" | "unexpected-answer";

export class NetworkError extends Error {
  override readonly name = "NetworkError";

  constructor(
    readonly kind: NetworkErrorKind,
    options?: ErrorOptions,
  ) {
    super(`network: ${kind}`, options);
  }
}

/**
 * A call that needs something first: a session, a confirmed mailbox (or one for the profile that was chosen), an open
 * camera, a live instance.
 */
export type StateErrorKind =
  | "no-session"
  | "no-mailbox"
  | "profile-needs-mailbox"
  | "no-camera"
  | "capture-running"
  | "policy-altered"
  | "disposed";

export class StateError extends Error {
  override readonly name = "StateError";

  constructor(readonly kind: StateErrorKind) {
    super(`state: ${kind}`);
  }
}

/** Why the ceremony was given up, after the last try that did not work out. */
export class CeremonyError extends Error {
  override readonly name = "CeremonyError";

  constructor(readonly kind: LookAgainReason) {
    super(`ceremony: ${kind}`);
  }
}

/** The slugs of `urn:facesmash:problem:<slug>`. */
export const PROBLEM_TYPES = [
  "request-invalid",
  "request-too-large",
  "unsupported-media-type",
  "not-found",
  "method-not-allowed",
  "authentication-failed",
  "token-invalid",
  "proof-invalid",
  "challenge-invalid",
  "step-up-required",
  "code-invalid",
  "code-exhausted",
  "link-invalid",
  "mailbox-token-invalid",
  "consent-required",
  "consent-outdated",
  "already-enrolled",
  "capture-refused",
  "passkey-refused",
  "conflict",
  "last-template",
  "address-unchanged",
  "device-too-new",
  "face-sign-in-paused",
  "not-offered",
  "authorization-request-invalid",
  "too-many-requests",
  "unavailable",
  "internal",
] as const;

export type ProblemType = (typeof PROBLEM_TYPES)[number];

/** Why an enrolment's captures were refused. The list may grow, so treat unknown ones as "try again". */
export type CaptureRefusalReason =
  | "captures-disagree"
  | "captures-identical"
  | "face-too-small"
  | "too-dark"
  | "too-bright"
  | "blurred"
  | "uneven-light"
  | "not-frontal"
  | "several-faces"
  | "descriptor-implausible"
  | "wrong-pipeline"
  | "not-live"
  | "challenge-not-followed"
  | "evidence-malformed"
  | "not-recognised"
  | (string & {});

/** An RFC 9457 answer of the API. */
export class ApiProblem extends Error {
  override readonly name = "ApiProblem";
  readonly type: ProblemType;
  readonly status: number;
  readonly detail: string;
  readonly reasons?: readonly CaptureRefusalReason[];
  /** Seconds to wait before trying again, where the API says so. */
  readonly retryAfter?: number;

  constructor(problem: {
    type: ProblemType;
    status: number;
    detail: string;
    reasons?: readonly CaptureRefusalReason[] | undefined;
    retryAfter?: number | undefined;
  }) {
    super(`${problem.type}: ${problem.detail}`);
    this.type = problem.type;
    this.status = problem.status;
    this.detail = problem.detail;
    if (problem.reasons !== undefined) this.reasons = problem.reasons;
    if (problem.retryAfter !== undefined) this.retryAfter = problem.retryAfter;
  }
}
