/** The public vocabulary of the SDK. Times are `Date`s, durations are seconds unless the name says otherwise. */

export interface FaceSmashOptions {
  /** Origin of the API, "" for this page's own. From `/config.json` on our pages. */
  apiOrigin?: string;
  /** Folder the models and WASM files are served from. Default `/assets/`. */
  assets?: string;
  /** Name of the IndexedDB database that keeps the device key. Default `facesmash`. */
  storageName?: string;
}

export interface CallOptions {
  signal?: AbortSignal | undefined;
}

export interface ExportOptions extends CallOptions {
  /** Default `json`: one file, signed. `zip` adds tables for a spreadsheet and a page that explains them. */
  format?: "json" | "zip";
}

export interface LoadProgress {
  loadedBytes: number;
  totalBytes: number;
}

/** What the person should do now, worked out on the device from one frame to the next. */
export type GuidanceState =
  | "no-face"
  | "too-far"
  | "too-close"
  | "too-dark"
  | "too-bright"
  | "uneven-light"
  | "blurred"
  | "several-faces"
  | "not-frontal"
  | "off-centre"
  /** While registering, once a straight look is taken: another view is wanted. Left and right are the person's. */
  | "turn-left"
  | "turn-right"
  | "turn-less"
  | "come-closer"
  | "move-back"
  | "hold-still"
  | "captured"
  /** The page went to the background; capturing resumes by itself when it is seen again. */
  | "page-hidden"
  /** The script's steps, which say more in `step`: the nose goes to the dot, and what to change where it does not. */
  | "follow-dot"
  | "turn-more"
  | "turn-slower"
  | "other-way"
  | "close-eyes"
  | "open-eyes"
  /** The next step is on its way from the server. */
  | "wait-for-step"
  /** Too few frames a second to see a movement; said while it lasts. */
  | "camera-too-slow"
  /** A try did not work out and a new one begins, with other steps. `reason` says why. */
  | "look-again";

/** Another way to show that one is there, for whoever a step would be hard on. Remembered by the page, not here. */
export type LivenessProfile =
  "standard" | "no-head-turn" | "no-sound" | "no-eye-closing" | "screen-reader" | "reduced-motion";

export const LIVENESS_PROFILES: readonly LivenessProfile[] = [
  "standard",
  "no-head-turn",
  "no-sound",
  "no-eye-closing",
  "screen-reader",
  "reduced-motion",
];

export type StepKind = "look" | "turn" | "close_eyes" | "closer" | "view";

/** A place on the unit circle around the outline's middle, as a mirror shows it: x to the person's right, y down. */
export interface DotPlace {
  x: number;
  y: number;
}

/** The step of the script that is asked for now. */
export interface GuidanceStep {
  kind: StepKind;
  /** From 0; `count` grows when the server reveals the second act. */
  index: number;
  count: number;
  /** Where the dot is, of a turn: on the circle. Of a look: in the middle. */
  target?: DotPlace;
  /** Where the nose points now, in the same unit; beyond 1 it points farther than asked. */
  pointer?: DotPlace;
  /** How much of the step is done, 0 to 1. Falls back when it is undone. */
  share: number;
  /** Of closing the eyes: how long. */
  durationMs?: number;
}

/** Why a try of the ceremony did not work out. */
export type LookAgainReason =
  | "too-slow"
  | "face-lost"
  | "several-faces"
  | "page-hidden"
  | "camera-turned"
  | "camera-too-slow"
  | "moved-on";

/** A rectangle in fractions of the frame, origin top left, not mirrored. */
export interface Box {
  x: number;
  y: number;
  width: number;
  height: number;
}

export interface Guidance {
  state: GuidanceState;
  /** Share of the ceremony that is done, 0 to 1. Falls back only where it begins again. */
  progress: number;
  /** Captures taken, and how many it takes as things look now: 3 to 5. */
  taken: number;
  wanted: number;
  /** Where the face is, when there is one. */
  box?: Box;
  /** Once the face is well placed and the script has begun; not between its acts: what is shown stays meanwhile. */
  step?: GuidanceStep;
  /** Of `look-again`. */
  reason?: LookAgainReason;
}

/**
 * Image quality of one captured frame, in the sense of ISO/IEC 29794-5. Names and units are the wire's; what has no
 * unit in its name says it here. The face's pixels are those from the brows to the mouth.
 */
export interface Quality {
  /** The detector's confidence, 0 to 1. Of two detectors: not comparable between them. */
  detection_score: number;
  /** Between the middles of the eyes, pixels of the camera frame. */
  inter_ocular_px: number;
  /** Angle of the line between the eyes in the camera frame; clockwise is positive. */
  roll_deg: number;
  /** The same angle as found again on the aligned face: how wrong the first landmarks were. */
  residual_roll_deg: number;
  /** Nose tip beside the line that halves the eyes, in inter-ocular distances; to the picture's right is positive. */
  nose_offset_iod: number;
  /** Turn of the head, estimated; towards the picture's right is positive. */
  yaw_deg: number;
  /** Nod of the head, estimated; up is positive. Off by a constant for each face: only its change says much. */
  pitch_deg: number;
  /** Mean luminance (Rec. 601) of the face, 0 to 255. */
  luminance_mean: number;
  /** Contrast: standard deviation of that luminance, same unit. */
  luminance_sd: number;
  /** Share of the face's pixels of luminance 25 and less, 0 to 1. */
  under_exposed: number;
  /** Share of the face's pixels of luminance 247 and more, 0 to 1. */
  over_exposed: number;
  /** Mean luminance of the face's darker half (left or right) over that of the lighter one, 0 to 1. */
  uniformity: number;
  /** 1000 x variance of the Laplacian over squared mean luminance. */
  sharpness: number;
  /** How much the eyes look open, 0 to 1; weak evidence, see sdk/vision/quality/eyes.ts. */
  eyes_open: number;
  /** Faces of comparable size in the frame, this one included. */
  faces_in_view: number;
}

/** What can be measured on a frame before its face is aligned. */
export type LiveQuality = Omit<Quality, "residual_roll_deg">;

/** What every frame of the ceremony measured; sdk/capture/series.ts says how. */
export interface Series {
  frame_width: number;
  frame_height: number;
  /** base64 of little-endian uint16, milliseconds from the first frame */
  times_ms: string;
  /** base64 of little-endian int16: 48 pairs x, y per frame, in 1/8192 of the frame's width */
  points: string;
  /** base64 of uint8, five per frame: texture, chroma, luminance of face and background, faces in view */
  signals: string;
  /** Index of the frame at which each step of the script was shown. */
  steps: readonly number[];
}

/** A descriptor taken while the head was turned: it says that the turned head is the same one, and is never matched. */
export interface TurnedDescriptor {
  /** base64 of 128 little-endian float32 */
  descriptor: string;
  /** Index of the series' frame it was taken at. */
  moment: number;
}

/** What a ceremony leaves behind, exactly as it is sent. It holds no picture and none can be made to fit. */
export interface CaptureEvidence {
  model: string;
  pipeline: string;
  /** base64 of 128 little-endian float32 each */
  descriptors: readonly string[];
  quality: readonly Quality[];
  /** Index of the series' frame that each descriptor was taken at. */
  moments: readonly number[];
  turned: readonly TurnedDescriptor[];
  series: Series;
  /** Lower-case hex SHA-256: the end of the chain that begins with the challenge and takes in every frame. */
  chain: string;
}

/** A ceremony that was followed to its end: good for one registration or sign-in, within two minutes. */
export interface Capture extends CaptureEvidence {
  /** What the script was bound to. Not part of the body that is sent: the proof carries it. */
  challenge: string;
}

/** `probe`: to sign in, 3 straight looks, up to 5 where light or distance are poor. `enrolment`: to register, 4 views. */
export type CapturePurpose = "probe" | "enrolment";

export interface CaptureOptions extends CallOptions {
  purpose: CapturePurpose;
  /** Default `standard`. */
  profile?: LivenessProfile;
  onGuidance: (guidance: Guidance) => void;
}

export interface OpenCameraOptions extends CallOptions {
  /** Called once when the camera is taken away while it is open (unplugged, claimed, permission withdrawn). */
  onInterrupted?: () => void;
}

export interface RetentionEntry {
  kind: string;
  purpose: string;
  period: string;
  ends: string;
}

export interface Policy {
  version: string;
  text: string;
  textSha256: string;
  language: string;
  retention: readonly RetentionEntry[];
  controller: { name: string; contact: string };
}

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

export type FaceSignIn = "active" | "paused";

export interface AccountTemplate {
  id: string;
  /** Made at registration, or learned from a sign-in since. */
  kind: "anchor" | "adaptive";
  /** Whether a face is compared with it: what was learned waits for two more sign-ins like it. */
  state: "quarantined" | "active";
  createdAt: Date;
  model: string;
  pipeline: string;
  quality: Readonly<Record<string, number>>;
  sourceDevice: string;
  /** The rest is null of an anchor. */
  sourceSignIn: string | null;
  corroborations: number | null;
  corroboratedAt: Date | null;
  expiresAt: Date | null;
}

export interface AccountDevice {
  id: string;
  name: string;
  createdAt: Date;
  lastUsedAt: Date;
  current: boolean;
}

/** What a browser can do with passkeys. */
export interface PasskeySupport {
  /** Whether it can make and use them at all. */
  usable: boolean;
  /** Whether this device itself can hold one, behind its fingerprint, face or PIN. */
  onThisDevice: boolean;
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

/** Everything that is held about the person, described. Descriptors themselves come with the export only. */
/** Mails to the address come back: no notices go there, and one code a day, until a code from it is typed. */
export interface MailTrouble {
  /** Whether the mailbox takes no mail, or its reader (or their provider) complained. */
  why: "bounced" | "complained";
  /** When notices are tried again. */
  until: Date;
}

export interface Account {
  account: string;
  email: string;
  /** `null` where mails arrive. */
  mailTrouble: MailTrouble | null;
  status: FaceSignIn;
  createdAt: Date;
  lastUsedAt: Date;
  policyVersion: string;
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

export interface RegisterOptions extends CallOptions {
  email: string;
  /** The policy the person has just read and accepted. */
  policy: Policy;
  capture: Capture;
  deviceName: string;
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

  /** Whether this device's key belongs to an account, so that signing in is just a look. */
  knownAccount(): Promise<boolean>;
  /** Known device, or after `confirmCode` on a new one. */
  signIn(options: SignInOptions): Promise<Session>;
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
  removeTemplate(id: string, options?: CallOptions): Promise<void>;
  /** Removes every template that was learned since registration. */
  forgetLearned(options?: CallOptions): Promise<void>;
  /** Removes the device, and what was learned from it. */
  removeDevice(id: string, options?: CallOptions): Promise<void>;
  /** Makes a set in place of the last one. They are told once: show them, and keep them nowhere. */
  makeRecoveryCodes(options?: CallOptions): Promise<readonly string[]>;
  setFaceSignIn(state: FaceSignIn, options?: CallOptions): Promise<void>;
  /**
   * Sends a code to the account's mailbox and one to the new one. Needs a sign-in by face of the last five minutes, on a
   * device that the account has known for three days. Both durations in seconds.
   */
  requestAddressCodes(email: string, options?: CallOptions): Promise<{ expiresIn: number; resendIn: number }>;
  /** Changes the account's address, with the codes from both mailboxes. Every other session ends. */
  changeAddress(email: string, codes: AddressCodes, options?: CallOptions): Promise<void>;
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
  /** Ends this device's session. Where the API cannot be reached, the device forgets it all the same. */
  signOut(): Promise<void>;
  /** Destroys this device's key and forgets the account. The account itself stays. */
  forgetDevice(): Promise<void>;

  /** Stops the camera, aborts what runs, frees every tensor and the backend. The instance is done. */
  dispose(): Promise<void>;
}
