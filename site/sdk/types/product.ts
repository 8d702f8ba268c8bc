/** What the product does. Times are `Date`s, durations are seconds unless the name says otherwise. */
import type { Account, FaceSignIn, Learning, LogKept, Receipt, SignInPage } from "./account";
import type { AuthorizationAnswered, AuthorizationJudged, SignOutAsked } from "./applications";
import type { Capture, CaptureOptions, OpenCameraOptions } from "./capture";
import type { CallOptions, ExportOptions, LoadProgress } from "./options";
import type { Declared, Policy } from "./policy";
import type { Session, SignedIn } from "./session";

export interface RegisterOptions extends CallOptions {
  email: string;
  /** The policy the person has just read and accepted. */
  policy: Policy;
  /** What it asks for beside the statement. */
  declared?: Declared | undefined;
  capture: Capture;
  deviceName: string;
}

export interface EnrolFaceOptions extends CallOptions {
  /** Whose face it is. Where somebody else is signed in by now, as in another tab, it throws `no-session`. */
  account: string;
  /** The policy the person has just read and accepted. */
  policy: Policy;
  /** What it asks for beside the statement. */
  declared?: Declared | undefined;
  /** Of `enrolment`, with the same policy. */
  capture: Capture;
}

/** The codes that came by mail, six digits each. */
export interface AddressCodes {
  /** From the mailbox that the account has. */
  fromOld: string;
  /** From the one that it is to have. */
  fromNew: string;
}

export interface SignInOptions extends CallOptions {
  capture: Capture;
  /** How a device that is new to the account shall be called. */
  deviceName?: string;
}

/** What a browser can do with passkeys. */
export interface PasskeySupport {
  /** Whether it can make and use them at all. */
  usable: boolean;
  /** Whether this device itself can hold one, behind its fingerprint, face or PIN. */
  onThisDevice: boolean;
}

/** What became of a device that was to be forgotten. */
export interface DeviceForgotten {
  /** False where the key stays, because it is somebody else's on this device as well. */
  keyDestroyed: boolean;
}

/** One product on one page. Everything it holds is freed by `dispose`. */
export interface FaceSmash {
  /** Loads the WASM runtime and the models, each checked against its pinned SHA-256. Idempotent. */
  prepare(options?: CallOptions & { onProgress?: (progress: LoadProgress) => void }): Promise<void>;

  /** Opens the front camera into `video`. Throws `CameraError`. */
  openCamera(video: HTMLVideoElement, options?: OpenCameraOptions): Promise<void>;
  closeCamera(): void;
  /**
   * Guides the person into place, then through the steps that the server asks for. Needs `prepare` and `openCamera`; to
   * sign in also a known account or a confirmed mailbox. Throws `CeremonyError` when the steps were not followed.
   */
  capture(options: CaptureOptions): Promise<Capture>;

  policy(options?: CallOptions): Promise<Policy>;
  /** Sends a code to the mailbox. Both durations in seconds. */
  requestCode(email: string, options?: CallOptions): Promise<{ expiresIn: number; resendIn: number }>;
  /**
   * Proves the mailbox. For a registered mailbox this is also a session (`amr` otp) without a face, unless its account
   * is frozen: then a look on a known device, or a recovery code, comes next and lifts that.
   */
  confirmCode(
    email: string,
    code: string,
    options?: CallOptions,
  ): Promise<{ registered: boolean; frozen: boolean }>;
  /** A session (`amr` recovery) without mailbox and face. After `confirmCode` it lifts a freeze, too. */
  useRecoveryCode(email: string, code: string, options?: CallOptions): Promise<Session>;
  /** "This was not me": ends every session and lets nobody in, with the token of a notice's link. */
  freezeAccount(token: string, options?: CallOptions): Promise<void>;
  register(options: RegisterOptions): Promise<Session>;
  /** An account without a face, after `confirmCode`: codes and passkeys sign in to it. */
  registerWithoutFace(options: CallOptions & { email: string; deviceName: string }): Promise<Session>;

  /** Whether this device's key belongs to an account, so that signing in is just a look. */
  knownAccount(): Promise<boolean>;
  /** Known device, or after `confirmCode` on a new one. */
  signIn(options: SignInOptions): Promise<SignedIn>;
  /** What this browser can do with passkeys. */
  passkeySupport(): Promise<PasskeySupport>;
  /** Adds a passkey to the account, after a sign-in of the last five minutes. Throws `PasskeyError`. */
  addPasskey(options: CallOptions & { name: string }): Promise<void>;
  /**
   * Signs in with a passkey: no address is typed, and no face is needed. On a device that the account does not know,
   * `signIn` may follow, as after `confirmCode`. Throws `PasskeyError`.
   */
  usePasskey(options?: CallOptions): Promise<Session>;
  /** Removes a passkey, and ends the sessions that it began. */
  removePasskey(id: string, options?: CallOptions): Promise<void>;
  session(): Session | null;
  /** Goes on with the session that this device had before the page was loaded; `null` where there is none any more. */
  resumeSession(): Promise<Session | null>;
  /** Headers for one request to the integrator's own backend: the DPoP-bound token and its proof. */
  authorizationHeaders(method: string, url: string): Promise<Record<string, string>>;

  account(options?: CallOptions): Promise<Account>;
  /** The part of the log that comes before an entry: `before` is `signInsOlder` of the part before it. */
  signIns(options?: CallOptions & { before?: number }): Promise<SignInPage>;
  /**
   * All of it as a file, signed by the deployment: save its bytes as they are. Descriptors are in it only after a
   * sign-in by face (`amr` face); else it says so. The owner is told by mail.
   */
  exportAccount(options?: ExportOptions): Promise<Blob>;
  /**
   * Enrols the face of an account that has none, or enrols the same face anew, three days after the last time at the
   * soonest: every template that is there is replaced, what was learned as well. Needs a sign-in of the last five
   * minutes, by face where the account has one, on a device that the account has known for three days. From then on
   * this device knows the account.
   */
  enrolFace(options: EnrolFaceOptions): Promise<void>;
  removeTemplate(id: string, options?: CallOptions): Promise<void>;
  /** Removes every template that was learned from sign-ins. */
  forgetLearned(options?: CallOptions): Promise<void>;
  /** Refuses that anything is learned from sign-ins, which forgets what was; or allows it again. */
  setLearning(learning: Learning, options?: CallOptions): Promise<void>;
  /** Has new entries of the sign-in log kept for the least time, or for the full one again. */
  setSignInLog(kept: LogKept, options?: CallOptions): Promise<void>;
  /** Calls a device something else: 1 to 64 characters, none of them a control character, no space at either end. */
  renameDevice(id: string, name: string, options?: CallOptions): Promise<void>;
  /** Removes the device, and what was learned from it. */
  removeDevice(id: string, options?: CallOptions): Promise<void>;
  /** Makes a set in place of the last one. They are told once: show them, and keep them nowhere. */
  makeRecoveryCodes(options?: CallOptions): Promise<readonly string[]>;
  setFaceSignIn(state: FaceSignIn, options?: CallOptions): Promise<void>;
  /**
   * Sends a code to the account's mailbox and one to the new one. Needs a sign-in of the last five minutes, by face
   * where the account has one, on a device that the account has known for three days. Both durations in seconds.
   */
  requestAddressCodes(email: string, options?: CallOptions): Promise<{ expiresIn: number; resendIn: number }>;
  /** Changes the account's address, with the codes from both mailboxes. Every other session ends. */
  changeAddress(email: string, codes: AddressCodes, options?: CallOptions): Promise<void>;
  /** Agrees to a new version of the text. The record of the old one stays. */
  agree(options: CallOptions & { policy: Policy; declared?: Declared | undefined }): Promise<void>;
  withdrawConsent(options?: CallOptions): Promise<Receipt>;
  deleteAccount(options?: CallOptions): Promise<Receipt>;
  /** Reads what an application asks for: the query that it sent the person here with. Needs no session. */
  judgeAuthorization(query: string, options?: CallOptions): Promise<AuthorizationJudged>;
  /** Answers it for the person who is signed in. `consent` says that they were shown what it asks for, and agreed. */
  answerAuthorization(
    answer: { query: string; consent: boolean },
    options?: CallOptions,
  ): Promise<AuthorizationAnswered>;
  /** Reads who asks to sign the person out, and where they go afterwards. Ask the person first; then `signOut`. */
  judgeSignOut(query: string, options?: CallOptions): Promise<SignOutAsked>;
  /** Withdraws what an application may learn; what it holds is worth nothing at once. */
  withdrawGrant(client: string, options?: CallOptions): Promise<void>;
  /** Ends the session of one device, this one or another. */
  endSession(device: string, options?: CallOptions): Promise<void>;
  /** Ends every session, this one too. */
  endSessions(options?: CallOptions): Promise<void>;
  /**
   * Ends this device's session: `session()` is `null` at once, then the device forgets it, then the API is told. Whether
   * that was reached, or refused, changes nothing here and is not said: what would continue the session is gone, and
   * the API ends one that nobody continues. One that another page began for somebody else meanwhile goes on.
   *
   * Rejects with `DeviceKeyError` where the device could not forget it, after the API was told.
   */
  signOut(): Promise<void>;
  /**
   * Signs out as `signOut` does, destroys this device's key and forgets the account, which itself stays. On a device
   * that somebody else shares, who is signed in in another tab or whom it knows, only what is one's own goes, and the
   * key stays theirs. Where nobody is signed in, whomever the device knows is forgotten.
   */
  forgetDevice(): Promise<DeviceForgotten>;

  /** Stops the camera, aborts what runs, frees every tensor and the backend. The instance is done. */
  dispose(): Promise<void>;
}
