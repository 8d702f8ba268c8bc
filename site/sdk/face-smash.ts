import { anySignal } from "./abort";
import { ApiClient, type ChallengeRequest } from "./api/client";
import { Answer } from "./api/answer";
import {
  accountFrom,
  answeredFrom,
  consentDueFrom,
  judgedFrom,
  policyFrom,
  receiptFrom,
  signInPageFrom,
} from "./api/documents";
import { ApiScript } from "./api/script";
import { CameraStage } from "./camera-stage";
import { ApiProblem, StateError } from "./errors";
import { assertUnaltered, consentTo } from "./consent";
import { deviceKey } from "./identity/device-key";
import { DeviceStore } from "./identity/device-store";
import { heldMailbox, MailboxProof } from "./mailbox-proof";
import { makePasskey, passkeySupport, usePasskey } from "./passkeys";
import { SessionKeeper } from "./session-keeper";
import { CODE_PROFILES } from "./types/capture";
import type {
  Account,
  AddressCodes,
  AuthorizationAnswered,
  AuthorizationJudged,
  CallOptions,
  Capture,
  CaptureOptions,
  Declared,
  DeviceForgotten,
  EnrolFaceOptions,
  ExportOptions,
  FaceSignIn,
  FaceSmash,
  FaceSmashOptions,
  Learning,
  LogKept,
  LoadProgress,
  OpenCameraOptions,
  PasskeySupport,
  Policy,
  Receipt,
  RegisterOptions,
  Session,
  SignedIn,
  SignInOptions,
  SignInPage,
  SignOutAsked,
} from "./types";

/** Makes the product for this page. Nothing is loaded, opened or asked for until a method is called. */
export function createFaceSmash(options: FaceSmashOptions = {}): FaceSmash {
  return new FaceSmashInPage(options);
}

class FaceSmashInPage implements FaceSmash {
  readonly #lifetime = new AbortController();
  readonly #store: DeviceStore;
  readonly #api: ApiClient;
  readonly #stage: CameraStage;
  readonly #keeper: SessionKeeper;
  readonly #mailbox = new MailboxProof();

  constructor({ apiOrigin = "", assets = "/assets/", storageName = "facesmash" }: FaceSmashOptions) {
    this.#store = new DeviceStore(storageName);
    const origin = apiOrigin === "" ? location.origin : apiOrigin.replace(/\/+$/, "");
    this.#api = new ApiClient(origin, () => deviceKey(this.#store), this.#lifetime.signal);
    this.#keeper = new SessionKeeper(this.#api, this.#store, `${storageName} session`, () => {
      this.#mailbox.forget();
    });
    this.#stage = new CameraStage(assets, this.#lifetime.signal);
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
    await this.#withSession(async (accessToken) => {
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

  async removePasskey(id: string, options: CallOptions = {}): Promise<void> {
    await this.#change("DELETE", `/v1/account/passkeys/${encodeURIComponent(id)}`, options);
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
    return this.#api.authorizationFor({ method, url: absolute, accessToken: await this.#token() });
  }

  // Rights

  async account({ signal }: CallOptions = {}): Promise<Account> {
    return accountFrom(await this.#read("/v1/account", signal));
  }

  async signIns({ before, signal }: CallOptions & { before?: number } = {}): Promise<SignInPage> {
    const query = before === undefined ? "" : `?before=${before}`;
    return signInPageFrom(await this.#read(`/v1/account/sign-ins${query}`, signal));
  }

  async exportAccount({ format = "json", signal }: ExportOptions = {}): Promise<Blob> {
    const form =
      format === "zip"
        ? { path: "/v1/account/export?format=zip", accept: "application/zip" }
        : { path: "/v1/account/export" };
    return this.#withSession(async (accessToken) =>
      this.#api.file({ method: "GET", ...form, accessToken, signal }, { purpose: "account" }),
    );
  }

  async enrolFace({ account, policy, declared, capture, signal }: EnrolFaceOptions): Promise<void> {
    const consent = await consentTo(policy, declared);
    // Another tab may have signed somebody else in while this one looked: their account is not to get this face.
    if (this.session()?.account !== account) throw new StateError("no-session");
    const { challenge, ...evidence } = capture;
    const body = { consent, capture: evidence };
    await this.#withSession(async (accessToken) => {
      const call = { method: "POST", path: "/v1/account/face", body, accessToken, signal } as const;
      return this.#api.answer(call, challenge);
    });
    const session = this.session();
    if (session !== null) await this.#remember(session);
  }

  async removeTemplate(id: string, options: CallOptions = {}): Promise<void> {
    await this.#change("DELETE", `/v1/account/templates/${encodeURIComponent(id)}`, options);
  }

  async forgetLearned(options: CallOptions = {}): Promise<void> {
    await this.#change("POST", "/v1/account/templates/rollback", options);
  }

  async setLearning(learning: Learning, options: CallOptions = {}): Promise<void> {
    await this.#change("POST", "/v1/account/learning", options, { learning });
  }

  async setSignInLog(kept: LogKept, options: CallOptions = {}): Promise<void> {
    await this.#change("POST", "/v1/account/sign-in-log", options, { keep: kept });
  }

  async renameDevice(id: string, name: string, options: CallOptions = {}): Promise<void> {
    await this.#change("PATCH", `/v1/account/devices/${encodeURIComponent(id)}`, options, { name });
  }

  async removeDevice(id: string, options: CallOptions = {}): Promise<void> {
    await this.#change("DELETE", `/v1/account/devices/${encodeURIComponent(id)}`, options);
  }

  async makeRecoveryCodes(options: CallOptions = {}): Promise<readonly string[]> {
    return new Answer(await this.#change("POST", "/v1/account/recovery-codes", options)).strings("codes");
  }

  async setFaceSignIn(state: FaceSignIn, options: CallOptions = {}): Promise<void> {
    await this.#change("PATCH", "/v1/account", options, { face_sign_in: state });
  }

  async requestAddressCodes(
    email: string,
    options: CallOptions = {},
  ): Promise<{ expiresIn: number; resendIn: number }> {
    const answer = new Answer(await this.#change("POST", "/v1/account/address/codes", options, { email }));
    return { expiresIn: answer.integer("expires_in"), resendIn: answer.integer("resend_in") };
  }

  async changeAddress(
    email: string,
    { fromOld, fromNew }: AddressCodes,
    options: CallOptions = {},
  ): Promise<void> {
    const body = { email, code_from_old: fromOld, code_from_new: fromNew };
    await this.#change("POST", "/v1/account/address", options, body);
  }

  async agree({
    policy,
    declared,
    ...options
  }: CallOptions & { policy: Policy; declared?: Declared | undefined }): Promise<void> {
    await this.#change("POST", "/v1/account/consent", options, await consentTo(policy, declared));
  }

  async withdrawConsent(options: CallOptions = {}): Promise<Receipt> {
    return this.#purge("POST", "/v1/account/consent/withdraw", options);
  }

  async deleteAccount(options: CallOptions = {}): Promise<Receipt> {
    return this.#purge("DELETE", "/v1/account", options);
  }

  // Applications

  async judgeAuthorization(query: string, { signal }: CallOptions = {}): Promise<AuthorizationJudged> {
    const call = { method: "POST", path: "/v1/openid/requests", body: { query }, signal } as const;
    return judgedFrom(await this.#api.fetchPublic(call));
  }

  async answerAuthorization(
    answer: { query: string; consent: boolean },
    options: CallOptions = {},
  ): Promise<AuthorizationAnswered> {
    return answeredFrom(await this.#change("POST", "/v1/account/authorizations", options, answer));
  }

  async judgeSignOut(query: string, { signal }: CallOptions = {}): Promise<SignOutAsked> {
    const call = { method: "POST", path: "/v1/openid/sign-outs", body: { query }, signal } as const;
    const answer = await this.#api.fetchPublic(call);
    return {
      clientName: answer.orNull("client_name", (name) => answer.string(name)),
      redirect: answer.orNull("redirect", (name) => answer.string(name)),
    };
  }

  async withdrawGrant(client: string, options: CallOptions = {}): Promise<void> {
    await this.#change("DELETE", `/v1/account/grants/${encodeURIComponent(client)}`, options);
  }

  // Leaving

  async endSession(device: string, options: CallOptions = {}): Promise<void> {
    const { account } = this.#keeper;
    await this.#change("DELETE", `/v1/account/sessions/${encodeURIComponent(device)}`, options);
    if (device === this.#keeper.device) await this.#keeper.forget(account);
  }

  async endSessions(options: CallOptions = {}): Promise<void> {
    const { account } = this.#keeper;
    await this.#change("DELETE", "/v1/account/sessions", options);
    await this.#keeper.forget(account);
  }

  async signOut(): Promise<void> {
    const { account } = this.#keeper;
    await this.#leave(this.#api, async () => this.#keeper.forget(account));
  }

  async forgetDevice(): Promise<DeviceForgotten> {
    const leaving = this.session()?.account ?? null;
    const api = leaving === null ? this.#api : await this.#api.withKeyInHand();
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
    const receipt = receiptFrom(await this.#change(method, path, options));
    // Nobody can ask for the receipt again: it is given, whatever becomes of a key that opens nothing of theirs now.
    await this.#keeper.forgetDevice(leaving).catch(() => undefined);
    return receipt;
  }

  async #read(path: string, signal: AbortSignal | undefined): Promise<unknown> {
    return this.#withSession(async (accessToken) =>
      this.#api.read({ method: "GET", path, accessToken, signal }),
    );
  }

  /** A call that answers a challenge, so that nobody who overhears it can make it again. */
  async #change(
    method: "POST" | "PATCH" | "DELETE",
    path: string,
    { signal }: CallOptions,
    body?: object,
  ): Promise<unknown> {
    return this.#withSession(async (accessToken) =>
      this.#api.change({ method, path, body, accessToken, signal }, { purpose: "account" }),
    );
  }

  #provedMailbox(): MailboxProof {
    this.session(); // one that ran out takes the mailbox with it
    return this.#mailbox;
  }

  /**
   * A token that is refused may be of a session that another tab replaced by a new sign-in: if that one is of the same
   * account it is tried, once.
   */
  async #withSession<T>(call: (accessToken: string) => Promise<T>): Promise<T> {
    const account = this.session()?.account;
    const accessToken = await this.#token();
    try {
      return await call(accessToken);
    } catch (error) {
      if (account === undefined || !isOver(error)) throw error;
      this.#keeper.drop(account);
      return call(await this.#keeper.resumeOf(account));
    }
  }

  async #token(): Promise<string> {
    this.#lifetime.signal.throwIfAborted();
    return this.#keeper.token();
  }
}

/** What an enrolment's challenge is asked for with: nobody looks at the camera before they agreed to the text. */
async function enrolmentOf(policy: Policy | undefined): Promise<ChallengeRequest> {
  if (policy === undefined) return { purpose: "enrolment" };
  await assertUnaltered(policy);
  return { purpose: "enrolment", consent_sha256: policy.textSha256 };
}

function isOver(error: unknown): boolean {
  if (error instanceof StateError) return error.kind === "no-session";
  return error instanceof ApiProblem && error.type === "token-invalid";
}
