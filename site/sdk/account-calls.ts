import { Answer } from "./api/answer";
import { accountFrom, answeredFrom, judgedFrom, signInPageFrom } from "./api/documents";
import { consentTo } from "./consent";
import type { SessionCalls } from "./session-calls";
import type {
  Account,
  AddressCodes,
  AuthorizationAnswered,
  AuthorizationJudged,
  CallOptions,
  Declared,
  ExportOptions,
  FaceSignIn,
  Learning,
  LogKept,
  Policy,
  SignInPage,
  SignOutAsked,
} from "./types";

/** What is held about a person, and what applications may learn: each method is one call, and changes nothing here. */
export class AccountCalls {
  readonly #calls: SessionCalls;

  constructor(calls: SessionCalls) {
    this.#calls = calls;
  }

  async account({ signal }: CallOptions = {}): Promise<Account> {
    return accountFrom(await this.#calls.read("/v1/account", { signal }));
  }

  async signIns({ before, signal }: CallOptions & { before?: number } = {}): Promise<SignInPage> {
    const query = before === undefined ? "" : `?before=${before}`;
    return signInPageFrom(await this.#calls.read(`/v1/account/sign-ins${query}`, { signal }));
  }

  async exportAccount({ format = "json", signal }: ExportOptions = {}): Promise<Blob> {
    const form =
      format === "zip"
        ? { path: "/v1/account/export?format=zip", accept: "application/zip" }
        : { path: "/v1/account/export" };
    return this.#calls.withToken(async (accessToken) =>
      this.#calls.api.file({ method: "GET", ...form, accessToken, signal }, { purpose: "account" }),
    );
  }

  async removeTemplate(id: string, options: CallOptions = {}): Promise<void> {
    await this.#calls.change("DELETE", `/v1/account/templates/${encodeURIComponent(id)}`, options);
  }

  async forgetLearned(options: CallOptions = {}): Promise<void> {
    await this.#calls.change("POST", "/v1/account/templates/rollback", options);
  }

  async setLearning(learning: Learning, options: CallOptions = {}): Promise<void> {
    await this.#calls.change("POST", "/v1/account/learning", options, { learning });
  }

  async setSignInLog(kept: LogKept, options: CallOptions = {}): Promise<void> {
    await this.#calls.change("POST", "/v1/account/sign-in-log", options, { keep: kept });
  }

  async renameDevice(id: string, name: string, options: CallOptions = {}): Promise<void> {
    await this.#calls.change("PATCH", `/v1/account/devices/${encodeURIComponent(id)}`, options, { name });
  }

  async removeDevice(id: string, options: CallOptions = {}): Promise<void> {
    await this.#calls.change("DELETE", `/v1/account/devices/${encodeURIComponent(id)}`, options);
  }

  async makeRecoveryCodes(options: CallOptions = {}): Promise<readonly string[]> {
    return new Answer(await this.#calls.change("POST", "/v1/account/recovery-codes", options)).strings(
      "codes",
    );
  }

  async setFaceSignIn(state: FaceSignIn, options: CallOptions = {}): Promise<void> {
    await this.#calls.change("PATCH", "/v1/account", options, { face_sign_in: state });
  }

  async requestAddressCodes(
    email: string,
    options: CallOptions = {},
  ): Promise<{ expiresIn: number; resendIn: number }> {
    const answer = new Answer(
      await this.#calls.change("POST", "/v1/account/address/codes", options, { email }),
    );
    return { expiresIn: answer.integer("expires_in"), resendIn: answer.integer("resend_in") };
  }

  async changeAddress(
    email: string,
    { fromOld, fromNew }: AddressCodes,
    options: CallOptions = {},
  ): Promise<void> {
    const body = { email, code_from_old: fromOld, code_from_new: fromNew };
    await this.#calls.change("POST", "/v1/account/address", options, body);
  }

  async agree({
    policy,
    declared,
    ...options
  }: CallOptions & { policy: Policy; declared?: Declared | undefined }): Promise<void> {
    await this.#calls.change("POST", "/v1/account/consent", options, await consentTo(policy, declared));
  }

  async removePasskey(id: string, options: CallOptions = {}): Promise<void> {
    await this.#calls.change("DELETE", `/v1/account/passkeys/${encodeURIComponent(id)}`, options);
  }

  // Applications

  async judgeAuthorization(query: string, { signal }: CallOptions = {}): Promise<AuthorizationJudged> {
    const call = { method: "POST", path: "/v1/openid/requests", body: { query }, signal } as const;
    return judgedFrom(await this.#calls.api.fetchPublic(call));
  }

  async answerAuthorization(
    answer: { query: string; consent: boolean },
    options: CallOptions = {},
  ): Promise<AuthorizationAnswered> {
    return answeredFrom(await this.#calls.change("POST", "/v1/account/authorizations", options, answer));
  }

  async judgeSignOut(query: string, { signal }: CallOptions = {}): Promise<SignOutAsked> {
    const call = { method: "POST", path: "/v1/openid/sign-outs", body: { query }, signal } as const;
    const answer = await this.#calls.api.fetchPublic(call);
    return {
      clientName: answer.orNull("client_name", (name) => answer.string(name)),
      redirect: answer.orNull("redirect", (name) => answer.string(name)),
    };
  }

  async withdrawGrant(client: string, options: CallOptions = {}): Promise<void> {
    await this.#calls.change("DELETE", `/v1/account/grants/${encodeURIComponent(client)}`, options);
  }
}
