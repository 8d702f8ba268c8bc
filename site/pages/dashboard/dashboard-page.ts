import { html, nothing, type TemplateResult } from "lit";
import { customElement, query, state } from "lit/decorators.js";

import { accountActions } from "../../components/account/account-actions";
import {
  consentsSection,
  devicesSection,
  passkeysSection,
  grantsSection,
  sessionsSection,
} from "../../components/account/account-records";
import { consentAgain } from "../../components/account/consent-again";
import { accountSummary, notHeld } from "../../components/account/account-summary";
import { recoverySection } from "../../components/account/recovery-section";
import { questions } from "../../components/account/questions";
import { vectorsOf, type Vectors } from "../../components/account/vector-figure";
import "../../components/account/address-dialog";
import type { AddressDialog } from "../../components/account/address-dialog";
import "../../components/account/rename-dialog";
import type { RenameDialog } from "../../components/account/rename-dialog";
import "../../components/confirm-dialog";
import type { ConfirmDialog, Question } from "../../components/confirm-dialog";
import { signInsSection } from "../../components/account/sign-ins-section";
import { templatesSection } from "../../components/account/templates-section";
import { sinceLastTime } from "../../components/account/since-last-time";
import { awaited, failure, SIGNING_OUT } from "../../components/failure";
import { notice } from "../../components/notice";
import { saveFile } from "../../components/save-file";
import { mailTroubleWords } from "../../components/wording/account";
import { isProblem, isSessionOver } from "../../components/wording/problems";
import { Work } from "../../components/work";
import type { Account, AccountDevice, AccountSession, Receipt, Session } from "../../sdk";
import { PageElement } from "../page-element";
import { ROUTES } from "../router";
import { Changes } from "./changes";
import { receiptView } from "./receipt";
import { signedOut, type SignedOutReason } from "./signed-out";

/** Everything that is held about the person, and every right they have over it. */
@customElement("fs-dashboard-page")
export class DashboardPage extends PageElement {
  @state() private account: Account | null = null;
  @state() private receipt: Receipt | null = null;
  @state() private ended: SignedOutReason | null = null;
  /** Why the session could not be ended on this device, where it could not. */
  @state() private notLeft: unknown = null;
  @state() private passkeysUsable = false;
  /** What has just been done, said once. */
  @state() private done = "";

  /** New recovery codes, for as long as they are shown. Nowhere else. */
  @state() private codes: readonly string[] | null = null;

  /** The templates' numbers, for as long as they are shown. Nowhere else. */
  @state() private vectors: Vectors | null = null;

  @query("fs-address-dialog") private readonly addressDialog!: AddressDialog;
  @query("fs-rename-dialog") private readonly renameDialog!: RenameDialog;
  @query("fs-confirm") private readonly confirm!: ConfirmDialog;

  readonly #work = new Work(this);
  #changing: Changes | undefined;
  #expiry: ReturnType<typeof setTimeout> | undefined;

  override connectedCallback(): void {
    super.connectedCallback();
    const { memory } = this.services;
    const signedInAgain = memory.steppingUp?.signedIn === true;
    // Whoever comes here without signing in has given up what they were to sign in for.
    memory.steppingUp = null;
    const session = this.#session;
    if (session === null) {
      void this.#resume();
      return;
    }
    if (signedInAgain) this.done = session.amr.includes("face") ? AGAIN_BY_FACE : AGAIN;
    this.#endWithSession();
    void this.#load();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.vectors = null;
    clearTimeout(this.#expiry);
  }

  get #session(): Session | null {
    return this.services.faceSmash.session();
  }

  get #changes(): Changes {
    return (this.#changing ??= new Changes({
      faceSmash: this.services.faceSmash,
      agreed: async (question) => this.#agreed(question),
      named: async ({ name }) => (this.#work.busy ? null : this.renameDialog.ask(name)),
      change: async (make, done) => this.#change(make, done),
    }));
  }

  protected override render(): TemplateResult {
    const session = this.#session;
    return html`
      ${
        this.receipt !== null
          ? receiptView(this.receipt, this.#keysUrl)
          : session !== null && this.ended === null
            ? this.#signedIn(session)
            : this.ended === null && (this.#work.busy || this.#work.error !== null)
              ? this.#resuming()
              : signedOut(
                  this.ended ?? "no-session",
                  this.notLeft === null ? nothing : failure(this.notLeft, this.#leave, SIGNING_OUT),
                )
      }
      <fs-confirm></fs-confirm>
      <fs-rename-dialog></fs-rename-dialog>
      <fs-address-dialog
        .faceSmash=${this.services.faceSmash}
        .outboxPath=${this.services.config.environment === "local" ? ROUTES.outbox.path : null}
      ></fs-address-dialog>
    `;
  }

  #signedIn(session: Session): TemplateResult {
    return html`
      <div class="stack stack--loose">
        <div class="stack stack--tight">
          <h1 tabindex="-1">My data</h1>
          <p class="lead">Everything that is held about you, and what you can do with it.</p>
          ${
            this.account === null
              ? nothing
              : html`<p class="to-actions"><a href="#actions">Download, pause or delete</a></p>`
          }
        </div>
        <div class="status" role="status">${this.#status()}</div>
        ${this.#work.error === null ? nothing : failure(this.#work.error, this.#load, { button: "Load again" })}
        ${this.account === null ? nothing : this.#everything(this.account, session)}
      </div>
    `;
  }

  #resuming(): TemplateResult {
    return html`
      <div class="column stack">
        <h1 tabindex="-1">My data</h1>
        ${awaited(this.#work, this.#resume)}
      </div>
    `;
  }

  #status(): TemplateResult | typeof nothing {
    if (this.#work.busy)
      return html`<p class="busy">${this.account === null ? "Fetching your data" : "Working"}</p>`;
    return this.done === "" ? nothing : html`<p class="notice">${this.done}</p>`;
  }

  #everything(account: Account, session: Session): TemplateResult {
    const since = sinceLastTime(account, session);
    return html`
      <div class="dashboard">
        <div class="dashboard__records stack">
          ${since === null ? nothing : notice({ kind: "caution", ...since })}
          ${
            account.mailTrouble === null
              ? nothing
              : notice({ kind: "caution", ...mailTroubleWords(account.mailTrouble) })
          }
          ${
            account.consentDue === null
              ? nothing
              : consentAgain(
                  account.consentDue,
                  { faceSmash: this.services.faceSmash, busy: this.#work.busy, now: new Date() },
                  {
                    agree: (agreed) => void this.#changes.agree(agreed),
                    withdraw: () => void this.#erase("withdrawal"),
                  },
                )
          }
          ${accountSummary(account, session)}
          ${templatesSection(account, this.vectors, {
            remove: (template, name) => void this.#changes.removeTemplate(template, name),
            forget: () => void this.#changes.forgetLearned(account),
            setLearning: (learning) => void this.#changes.setLearning(account, learning),
            showNumbers: () => void this.#showNumbers(session),
            hideNumbers: () => {
              this.vectors = null;
            },
          })}
          ${devicesSection(account, {
            rename: (device) => void this.#changes.renameDevice(device),
            remove: (device) => void this.#removeDevice(device),
          })}
          ${passkeysSection(
            account,
            (passkey) => void this.#changes.removePasskey(passkey),
            this.passkeysUsable ? (): void => void this.#changes.addPasskey(account) : null,
          )}
          ${sessionsSection(
            account,
            (session, name) => void this.#endSession(session, name),
            () => void this.#endSessions(),
          )}
          ${grantsSection(account, (grant) => void this.#changes.withdrawGrant(grant))}
          ${recoverySection(account, this.codes, {
            make: () => void this.#makeCodes(account),
            copy: () => void this.#copyCodes(),
            save: () => {
              this.#saveCodes();
            },
            hide: () => {
              this.codes = null;
            },
          })}
          ${signInsSection(account, {
            showOlder: () => void this.#showOlder(account),
            keep: (kept) => void this.#changes.keepLog(account, kept),
          })}
          ${consentsSection(account, ROUTES.policy.path)} ${notHeld(account)}
        </div>
        <div class="dashboard__actions" id="actions">
          ${accountActions(
            {
              status: account.status,
              hasFace: account.policyVersion !== null,
              byFace: session.amr.includes("face"),
              busy: this.#work.busy,
            },
            {
              download: (format) => void this.#download(format),
              setFaceSignIn: (wanted) => void this.#changes.setFaceSignIn(wanted),
              enrolFace: () => {
                this.services.go("face");
              },
              changeAddress: () => void this.#changeAddress(),
              withdraw: () => void this.#erase("withdrawal"),
              erase: () => void this.#erase("deletion"),
            },
          )}
        </div>
      </div>
    `;
  }

  /** After a reload the session goes on, where this device still has one. */
  readonly #resume = async (): Promise<void> => {
    await this.#work.run(async () => {
      await this.services.faceSmash.resumeSession();
    });
    this.services.sessionChanged();
    // Whoever has left meanwhile is shown nothing, and nothing here watches over their session.
    if (!this.isConnected) return;
    if (this.#session === null) {
      await this.focusHeading("h1");
      return;
    }
    this.#endWithSession();
    await this.#load();
  };

  readonly #load = async (): Promise<void> => {
    await this.#act(async (signal) => {
      this.passkeysUsable = (await this.services.faceSmash.passkeySupport()).usable;
      this.account = await this.services.faceSmash.account({ signal });
    });
  };

  async #showOlder(account: Account): Promise<void> {
    const { signIns, signInsOlder } = account;
    if (signInsOlder === null) return;
    await this.#act(async (signal) => {
      const older = await this.services.faceSmash.signIns({ before: signInsOlder, signal });
      this.account = { ...account, ...older, signIns: [...signIns, ...older.signIns] };
    });
  }

  async #download(format: "json" | "zip"): Promise<void> {
    await this.#act(async (signal) => {
      const file = await this.services.faceSmash.exportAccount({ format, signal });
      saveFile(file, `facesmash-my-data.${format}`);
      this.done = "Your data is in your downloads. Keep the file safe.";
    });
  }

  async #changeAddress(): Promise<void> {
    const { account } = this;
    const session = this.#session;
    if (account === null || session === null || this.#work.busy) return;
    if (account.policyVersion !== null && !session.amr.includes("face")) {
      await this.#stepUp(questions.faceNeeded(session), { byFace: true });
      return;
    }
    const outcome = await this.addressDialog.open(account.email);
    const byFace = account.policyVersion !== null;
    if (outcome.kind === "step-up") await this.#stepUp(questions.stepUp(), { byFace });
    else if (outcome.kind === "session-over") await this.#end();
    else if (outcome.kind === "moved")
      await this.#act(async (signal) => {
        await this.#show(`Your address is ${outcome.email} now. Everywhere else you are signed out.`, signal);
      });
  }

  async #showNumbers(session: Session): Promise<void> {
    if (!session.amr.includes("face")) {
      await this.#stepUp(questions.faceForNumbers(session), { byFace: true });
      return;
    }
    await this.#act(async (signal) => {
      const file = await this.services.faceSmash.exportAccount({ signal });
      this.vectors = vectorsOf(await file.text());
      this.done = "The numbers are shown at each template, until you leave this page.";
    });
  }

  async #removeDevice(device: AccountDevice): Promise<void> {
    if (!(await this.#agreed(questions.device(device)))) return;
    await this.#act(async (signal) => {
      const { faceSmash } = this.services;
      await faceSmash.removeDevice(device.id, { signal });
      if (device.current) {
        const { keyDestroyed } = await faceSmash.forgetDevice();
        await this.#end(keyDestroyed ? "device-removed" : "device-removed-key-stays");
        return;
      }
      await this.#show(`${device.name} is removed.`, signal);
    });
  }

  async #makeCodes({ recoveryCodes }: Account): Promise<void> {
    if (recoveryCodes !== null && !(await this.#agreed(questions.recoveryCodes(recoveryCodes.left)))) return;
    await this.#act(async (signal) => {
      this.codes = await this.services.faceSmash.makeRecoveryCodes({ signal });
      await this.#show("Your recovery codes are made. Keep them before you leave this page.", signal);
    });
  }

  async #copyCodes(): Promise<void> {
    try {
      await navigator.clipboard.writeText((this.codes ?? []).join("\n"));
      this.done = "Your recovery codes are copied.";
    } catch {
      this.done = "Copying is not allowed here: save them as a file, or write them down.";
    }
  }

  #saveCodes(): void {
    const text = `FaceSmash recovery codes, each works once:\n\n${(this.codes ?? []).join("\n")}\n`;
    saveFile(new Blob([text], { type: "text/plain" }), "facesmash-recovery-codes.txt");
    this.done = "Your recovery codes are in your downloads. Keep the file safe.";
  }

  async #endSession(session: AccountSession, name: string): Promise<void> {
    await this.#act(async (signal) => {
      const { faceSmash } = this.services;
      await faceSmash.endSession(session.device, { signal });
      if (session.current) {
        await this.#end("signed-out");
        return;
      }
      await this.#show(`${name} is signed out.`, signal);
    });
  }

  async #endSessions(): Promise<void> {
    if (!(await this.#agreed(questions.everywhere()))) return;
    await this.#act(async (signal) => {
      await this.services.faceSmash.endSessions({ signal });
      await this.#end("signed-out-everywhere");
    });
  }

  async #erase(way: "withdrawal" | "deletion"): Promise<void> {
    const { account } = this;
    if (account === null || !(await this.#agreed(questions[way](account)))) return;
    const { faceSmash } = this.services;
    await this.#act(async (signal) => {
      this.receipt = await (way === "withdrawal"
        ? faceSmash.withdrawConsent({ signal })
        : faceSmash.deleteAccount({ signal }));
      this.account = null;
      clearTimeout(this.#expiry);
      this.services.sessionChanged();
      await this.focusHeading("h1");
    });
  }

  /** Asks, unless other work is going on: a yes that is then ignored would be worse than no question. */
  async #agreed(question: Question): Promise<boolean> {
    return !this.#work.busy && (await this.confirm.ask(question));
  }

  /** Makes a change, and tells that it is made before it shows what is held then: that may fail by itself. */
  async #change(make: (signal: AbortSignal) => Promise<void>, done: string): Promise<void> {
    await this.#act(async (signal) => {
      await make(signal);
      await this.#show(done, signal);
    });
  }

  async #show(done: string, signal: AbortSignal): Promise<void> {
    this.done = done;
    this.account = await this.services.faceSmash.account({ signal });
  }

  /** Runs one piece of work; a session that is over or too old has its own way on. */
  async #act(work: (signal: AbortSignal) => Promise<void>): Promise<void> {
    if (this.#work.busy) return;
    // The app notes how long the session lasts by now: what ends before that is told to other tabs.
    this.services.sessionChanged();
    await this.#work.run(async (signal) => {
      if (this.account !== null) this.done = "";
      await work(signal);
    });
    const { error } = this.#work;
    if (isSessionOver(error)) await this.#end();
    else if (isProblem(error, "step-up-required")) await this.#stepUp();
  }

  async #stepUp(question = questions.stepUp(), { byFace = false } = {}): Promise<void> {
    this.#work.clear();
    if (!(await this.confirm.ask(question))) return;
    this.services.memory.steppingUp = { page: "dashboard", signedIn: false, ...(byFace && { byFace }) };
    this.services.go("sign-in");
  }

  async #end(reason: SignedOutReason = "session-over"): Promise<void> {
    this.#work.clear();
    this.ended = reason;
    this.account = null;
    this.codes = null;
    this.vectors = null;
    for (const dialog of [this.confirm, this.renameDialog, this.addressDialog]) dialog.dismiss();
    // What is over in this page may go on in another one of this device: that is left alone.
    if (this.#session === null) this.services.sessionChanged();
    else await this.#leave();
    await this.focusHeading("h1");
  }

  /** Once more where it failed, although by then nothing of the session is left in the page itself. */
  readonly #leave = async (): Promise<void> => {
    this.notLeft = null;
    try {
      await this.services.faceSmash.signOut();
    } catch (error) {
      this.notLeft = error;
    }
    this.services.sessionChanged();
  };

  #endWithSession(): void {
    const left = (this.#session?.expiresAt.getTime() ?? 0) - Date.now();
    this.#expiry = setTimeout(
      () => {
        // Whatever was done meanwhile has moved the end.
        if (this.#session === null) void this.#end();
        else this.#endWithSession();
      },
      Math.max(0, left),
    );
  }

  get #keysUrl(): string {
    // The API's own address ends in the name of its stage.
    const api = (this.services.config.apiOrigin || location.origin).replace(/\/+$/, "");
    return `${api}/.well-known/receipt-keys.json`;
  }
}

const AGAIN = "You have signed in again. For five minutes you can download, change or delete everything.";
const AGAIN_BY_FACE =
  "You have signed in again. For five minutes you can download, change or delete everything, your address as well.";

declare global {
  interface HTMLElementTagNameMap {
    "fs-dashboard-page": DashboardPage;
  }
}
