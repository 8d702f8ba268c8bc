import { anySignal } from "./abort";
import { AccountCalls } from "./account-calls";
import { ApiClient, type ChallengeRequest } from "./api/client";
import { Answer } from "./api/answer";
import { consentDueFrom, policyFrom, receiptFrom } from "./api/documents";
import { ApiScript } from "./api/script";
import { CameraStage } from "./camera-stage";
import { StateError } from "./errors";
import { assertUnaltered, consentTo } from "./consent";
import { deviceKey } from "./identity/device-key";
import { DeviceStore } from "./identity/device-store";
import { heldMailbox, MailboxProof } from "./mailbox-proof";
import { makePasskey, passkeySupport, usePasskey } from "./passkeys";
import { isOver, SessionCalls } from "./session-calls";
import { SessionKeeper } from "./session-keeper";
import { CODE_PROFILES } from "./types/capture";
import type {
  CallOptions,
  Capture,
  CaptureOptions,
  DeviceForgotten,
  EnrolFaceOptions,
  FaceSmash,
  FaceSmashOptions,
  LoadProgress,
  OpenCameraOptions,
  PasskeySupport,
  Policy,
  Receipt,
  RegisterOptions,
  Session,
  SignedIn,
  SignInOptions,
} from "./types";

/** Makes the product for this page. Nothing is loaded, opened or asked for until a method is called. */
export function createFaceSmash(options: FaceSmashOptions = {}): FaceSmash {
  return new FaceSmashInPage(options);
}

class FaceSmashInPage extends AccountCalls implements FaceSmash {
  readonly #lifetime: AbortController;
  readonly #store: DeviceStore;
  readonly #api: ApiClient;
  readonly #keeper: SessionKeeper;
  readonly #calls: SessionCalls;
  readonly #mailbox: MailboxProof;
  readonly #stage: CameraStage;

  constructor({ apiOrigin = "", assets = "/assets/", storageName = "facesmash" }: FaceSmashOptions) {
    const lifetime = new AbortController();
    const store = new DeviceStore(storageName);
    const origin = apiOrigin === "" ? location.origin : apiOrigin.replace(/\/+$/, "");
    const api = new ApiClient(origin, () => deviceKey(store), lifetime.signal);
    const mailbox = new MailboxProof();
    const keeper = new SessionKeeper(api, store, `${storageName} session`, () => {
      mailbox.forget();
    });
    const calls = new SessionCalls(api, keeper);
    super(calls);
    this.#lifetime = lifetime;
    this.#store = store;
    this.#api = api;
    this.#keeper = keeper;
    this.#calls = calls;
    this.#mailbox = mailbox;
    this.#stage = new CameraStage(assets, lifetime.signal);
  }

  // The camera and the networks

  async prepare(
    options: CallOptions & { onProgress?: (progress: LoadProgress) => void } = {},
  ): Promise<void> {
    return this.#stage.prepare(options);
  }

  async openCamera(video: HTMLVideoElement, options: OpenCameraOptions = {}): Promise<void> {
    return this.#stage.openCamera(video, options);
  }

  closeCamera(): void {
    this.#stage.closeCamera();
  }

  async capture(options: CaptureOptions): Promise<Capture> {
    const { purpose, policy, profile = "standard" } = options;
    const who: ChallengeRequest =
      purpose === "enrolment" ? await enrolmentOf(policy) : await this.#whoWantsToSignIn();
    if (purpose !== "enrolment" && CODE_PROFILES.includes(profile) && this.#mailbox.held?.byCode === false) {
      throw new StateError("profile-needs-mailbox"); // a passkey stands for the mailbox, and not for this
    }
    return this.#stage.capture(options, new ApiScript(this.#api, { ...who, profile }));
  }

  // Registration and sign-in

  async policy({ signal }: CallOptions = {}): Promise<Policy> {
    const call = { method: "GET", path: "/v1/policies/current", signal } as const;
    const policy = policyFrom(await this.#api.fetchPublic(call));
    await assertUnaltered(policy);
    return policy;
  }

  async requestCode(
    email: string,
    { signal }: CallOptions = {},
  ): Promise<{ expiresIn: number; resendIn: number }> {
    const call = { method: "POST", path: "/v1/email/codes", body: { email }, signal } as const;
    const answer = new Answer(await this.#api.change(call, { purpose: "mailbox" }));
    return { expiresIn: answer.integer("expires_in"), resendIn: answer.integer("resend_in") };
  }

  async confirmCode(
    email: string,
    code: string,
    { signal }: CallOptions = {},
  ): Promise<{ registered: boolean; frozen: boolean }> {
    const call = { method: "POST", path: "/v1/email/confirm", body: { email, code }, signal } as const;
    const value = await this.#api.change(call, { purpose: "mailbox" });
    const answer = new Answer(value);
    const registered = answer.boolean("registered");
    const mailbox = heldMailbox(answer, Date.now(), { byCode: true });
    const frozen = answer.boolean("frozen");
    if (registered && !frozen) await this.#keeper.begin(value);
    this.#mailbox.hold(mailbox);
    return { registered, frozen };
  }

  async useRecoveryCode(email: string, code: string, { signal }: CallOptions = {}): Promise<Session> {
    const mailbox = this.#provedMailbox().held;
    const body = { email, code, ...(mailbox !== null && { mailbox_token: mailbox.token }) };
    const call = { method: "POST", path: "/v1/recovery", body, signal } as const;
    const session = await this.#keeper.begin(await this.#api.change(call, { purpose: "mailbox" }));
    this.#mailbox.forget();
    return session;
  }

  async freezeAccount(token: string, { signal }: CallOptions = {}): Promise<void> {
    const call = { method: "POST", path: "/v1/freezes", body: { token }, signal } as const;
    await this.#api.change(call, { purpose: "mailbox" });
    this.#mailbox.forget(); // what was proved before a freeze does not lift it
  }

  async register({
    email,
    policy,
    declared,
    capture,
    deviceName,
    signal,
  }: RegisterOptions): Promise<Session> {
    const mailboxToken = this.#provedMailbox().token();
    const consent = await consentTo(policy, declared);
    const { challenge, ...evidence } = capture;
    const body = {
      email,
      mailbox_token: mailboxToken,
      consent,
      device_name: deviceName,
      capture: evidence,
    };
    const call = { method: "POST", path: "/v1/enrolments", body, signal } as const;
    return this.#beginSession(await this.#api.answer(call, challenge));
  }

  async registerWithoutFace({
    email,
    deviceName,
    signal,
  }: CallOptions & { email: string; deviceName: string }): Promise<Session> {
    const mailboxToken = this.#provedMailbox().token();
    const body = { email, mailbox_token: mailboxToken, device_name: deviceName };
    const call = { method: "POST", path: "/v1/registrations", body, signal } as const;
    // The device is not remembered: on the sign-in page there is nothing for it to look at.
    const session = await this.#keeper.begin(await this.#api.change(call, { purpose: "mailbox" }));
    this.#mailbox.forget();
    return session;
  }

  async knownAccount(): Promise<boolean> {
    return (await this.#accountOfDevice()) !== null;
  }

  async signIn({ capture, deviceName, signal }: SignInOptions): Promise<SignedIn> {
    const { challenge, ...evidence } = capture;
    const body = { capture: evidence, ...(deviceName !== undefined && { device_name: deviceName }) };
    const call = { method: "POST", path: "/v1/verifications", body, signal } as const;
    const value = await this.#api.answer(call, challenge);
    const consentDue = consentDueFrom(new Answer(value));
    return { ...(await this.#beginSession(value)), consentDue };
  }

  async passkeySupport(): Promise<PasskeySupport> {
    return passkeySupport();
  }

  async addPasskey({ name, signal }: CallOptions & { name: string }): Promise<void> {
    const { account, email, passkeys } = await this.account({ signal });
    const held = passkeys.map(({ credentialId }) => credentialId);
    const lasting = anySignal(signal, this.#lifetime.signal);
    await this.#calls.withToken(async (accessToken) => {
      const challenge = await this.#challengeFor("account", signal);
      const made = await makePasskey({ account, email, held, challenge, signal: lasting });
      const body = { name, ...made };
      const call = { method: "POST", path: "/v1/account/passkeys", body, accessToken, signal } as const;
      return this.#api.answer(call, challenge);
    });
  }

  async usePasskey({ signal }: CallOptions = {}): Promise<Session> {
    const challenge = await this.#challengeFor("passkey", signal);
    const body = await usePasskey({ challenge, signal: anySignal(signal, this.#lifetime.signal) });
    const call = { method: "POST", path: "/v1/passkeys/verifications", body, signal } as const;
    const value = await this.#api.answer(call, challenge);
    const mailbox = heldMailbox(new Answer(value), Date.now(), { byCode: false });
    const known = await this.#accountOfDevice();
    const session = await this.#keeper.begin(value);
    this.#mailbox.forget();
    // What stands for the mailbox when a face adds this device; one that is known needs nothing of the kind.
    if (known !== session.account) this.#mailbox.hold(mailbox);
    return session;
  }

  session(): Session | null {
    return this.#keeper.session;
  }

  async resumeSession(): Promise<Session | null> {
    this.#lifetime.signal.throwIfAborted();
    try {
      return this.session() ?? (await this.#keeper.resume());
    } catch (error) {
      if (isOver(error)) return null;
      throw error;
    }
  }

  async authorizationHeaders(method: string, url: string): Promise<Record<string, string>> {
    const absolute = new URL(url, location.href).href;
    return this.#api.authorizationFor({ method, url: absolute, accessToken: await this.#calls.token() });
  }

  // Rights

  async enrolFace({ account, policy, declared, capture, signal }: EnrolFaceOptions): Promise<void> {
    const consent = await consentTo(policy, declared);
    // Another tab may have signed somebody else in while this one looked: their account is not to get this face.
    if (this.session()?.account !== account) throw new StateError("no-session");
    const { challenge, ...evidence } = capture;
    const body = { consent, capture: evidence };
    await this.#calls.withToken(async (accessToken) => {
      const call = { method: "POST", path: "/v1/account/face", body, accessToken, signal } as const;
      return this.#api.answer(call, challenge);
    });
    const session = this.session();
    if (session !== null) await this.#remember(session);
  }

  async withdrawConsent(options: CallOptions = {}): Promise<Receipt> {
    return this.#purge("POST", "/v1/account/consent/withdraw", options);
  }

  async deleteAccount(options: CallOptions = {}): Promise<Receipt> {
    return this.#purge("DELETE", "/v1/account", options);
  }

  // Leaving

  async endSession(device: string, options: CallOptions = {}): Promise<void> {
    const { account, device: own } = this.#keeper;
    await this.#calls.change("DELETE", `/v1/account/sessions/${encodeURIComponent(device)}`, options);
    if (device === own) await this.#keeper.forget(account);
  }

  async endSessions(options: CallOptions = {}): Promise<void> {
    const { account } = this.#keeper;
    await this.#calls.change("DELETE", "/v1/account/sessions", options);
    await this.#keeper.forget(account);
  }

  async signOut(): Promise<void> {
    const { account } = this.#keeper;
    await this.#leave(this.#api, async () => this.#keeper.forget(account));
  }

  async forgetDevice(): Promise<DeviceForgotten> {
    const leaving = this.session()?.account ?? null;
    // Where the key cannot be read, forgetting it fails as well, and says so.
    const api = leaving === null ? this.#api : await this.#api.withKeyInHand().catch(() => this.#api);
    return this.#leave(api, async () => ({ keyDestroyed: await this.#keeper.forgetDevice(leaving) }));
  }

  async dispose(): Promise<void> {
    this.#lifetime.abort(new StateError("disposed"));
    this.#keeper.drop();
    this.#mailbox.forget();
    await this.#stage.dispose();
    await this.#store.close();
  }

  /**
   * Leaves here first, and tells the API then, with the token as it is: nobody is kept signed in by a network that
   * fails, by another tab that has its turn, or by a page that is closed meanwhile.
   */
  async #leave<T>(api: ApiClient, forget: () => Promise<T>): Promise<T> {
    const ending = this.#keeper.ending();
    this.#mailbox.forget();
    try {
      return await forget();
    } finally {
      if (ending !== null) await api.change(ending, { purpose: "account" }).catch(() => undefined);
    }
  }

  async #whoWantsToSignIn(): Promise<ChallengeRequest> {
    // A mailbox proved just now says more than a memory: this device may have been removed meanwhile.
    const mailbox = this.#provedMailbox().held;
    if (mailbox !== null) return { purpose: "verification", mailbox_token: mailbox.token };
    const account = await this.#accountOfDevice();
    if (account === null) throw new StateError("no-mailbox");
    return { purpose: "verification", account };
  }

  async #challengeFor(purpose: "account" | "passkey", signal: AbortSignal | undefined): Promise<string> {
    this.#lifetime.signal.throwIfAborted();
    return (await this.#api.challenge({ purpose }, signal)).string("challenge");
  }

  async #accountOfDevice(): Promise<string | null> {
    this.#lifetime.signal.throwIfAborted();
    const account = await this.#store.get("account");
    return typeof account === "string" ? account : null;
  }

  async #beginSession(value: unknown): Promise<Session> {
    const session = await this.#keeper.begin(value);
    await this.#remember(session);
    return session;
  }

  /** From now on this device knows the account, and a look is enough: no mailbox comes before it. */
  async #remember({ account }: Session): Promise<void> {
    this.#mailbox.forget();
    await this.#store.set("account", account);
  }

  async #purge(method: "POST" | "DELETE", path: string, options: CallOptions): Promise<Receipt> {
    const leaving = this.session()?.account ?? null;
    const receipt = receiptFrom(await this.#calls.change(method, path, options));
    // Nobody can ask for the receipt again: it is given, whatever becomes of a key that opens nothing of theirs now.
    await this.#keeper.forgetDevice(leaving).catch(() => undefined);
    return receipt;
  }

  #provedMailbox(): MailboxProof {
    this.session(); // one that ran out takes the mailbox with it
    return this.#mailbox;
  }
}

/** What an enrolment's challenge is asked for with: nobody looks at the camera before they agreed to the text. */
async function enrolmentOf(policy: Policy | undefined): Promise<ChallengeRequest> {
  if (policy === undefined) return { purpose: "enrolment" };
  await assertUnaltered(policy);
  return { purpose: "enrolment", consent_sha256: policy.textSha256 };
}
