import { html, nothing, type TemplateResult } from "lit";
import { customElement, query, state } from "lit/decorators.js";

import "../../components/confirm-dialog";
import type { ConfirmDialog } from "../../components/confirm-dialog";
import "../../components/mailbox/code-form";
import type { MailboxProvenDetail } from "../../components/mailbox/code-form";
import "../../components/mailbox/email-form";
import type { CodeSentDetail } from "../../components/mailbox/email-form";
import "../../components/mailbox/recovery-form";
import { awaited } from "../../components/failure";
import { notice } from "../../components/notice";
import { wordsFor } from "../../components/wording/problems";
import { Work } from "../../components/work";
import { PageElement } from "../page-element";
import { ROUTES } from "../router";
import { StepHistory } from "../step-history";
import { forgetQuestion, keyStays } from "./forget-question";
import "./look";
import { reachableSignInStep, type SignInStep } from "./progress";
import { unregisteredStep } from "./unregistered-step";

/** On a known device: look. On another one: a code from the mailbox first, then look. */
@customElement("fs-sign-in-page")
export class SignInPage extends PageElement {
  @state() private known: boolean | null = null;
  @state() private email = "";
  @state() private resendIn = 0;
  @state() private registered: boolean | null = null;
  /** Whether the person asked for the way in that needs no face. */
  @state() private withoutFace = false;
  /** Whether the proved mailbox's account is frozen: then it takes one thing more. */
  @state() private frozen = false;
  /** Whether the chosen way of the ceremony asks for the mailbox as well. */
  @state() private mailboxToo = false;

  /** Whether this device was to be forgotten, and its key is somebody else's as well. */
  @state() private keyStays = false;

  @state() private passkeysUsable = false;

  @query("fs-confirm") private readonly confirm!: ConfirmDialog;

  /** Whether a code is on its way: an address that an application expects is in its field before that. */
  #mailed = false;

  readonly #work = new Work(this);
  readonly #steps = new StepHistory<SignInStep>(this, {
    first: "camera",
    reach: (wanted) =>
      reachableSignInStep(wanted, {
        known: this.known === true,
        codeSent: this.#mailed,
        registered: this.registered,
      }),
    onChange: () => {
      // What failed in one step says nothing about the next.
      this.#work.clear();
      void this.focusHeading("h2");
    },
  });

  override connectedCallback(): void {
    super.connectedCallback();
    this.email = this.services.memory.application?.loginHint ?? "";
    void this.#findOut();
  }

  protected override render(): TemplateResult {
    return html`
      <div class="column stack stack--loose">
        <h1 tabindex="-1">Sign in</h1>
        ${this.#why()} ${this.frozen ? this.#lifting() : nothing} ${this.keyStays ? keyStays() : nothing}
        ${this.known === null ? awaited(this.#work, this.#findOut) : this.#step(this.#steps.step)}
        <fs-confirm></fs-confirm>
      </div>
    `;
  }

  /** Why somebody who is signed in stands here. */
  #why(): TemplateResult | typeof nothing {
    const { memory, faceSmash } = this.services;
    if (memory.application !== null) {
      return notice({
        title: `Sign in to go on to ${memory.application.name}`,
        text: "You are asked before it learns anything.",
      });
    }
    if (memory.steppingUp !== null) {
      return notice({
        title: faceSmash.session() === null ? "Sign in to go on" : "Sign in again to go on",
        text: "It keeps your data safe from somebody who finds this page open.",
      });
    }
    if (faceSmash.session() === null || this.registered !== null) return nothing;
    return html`<p>You are signed in. <a href=${ROUTES.dashboard.path}>See my data</a></p>`;
  }

  #step(step: SignInStep): TemplateResult {
    switch (step) {
      case "camera":
        return this.#camera();
      case "email":
        return this.#emailStep();
      case "code":
        return this.#codeStep();
      case "recovery":
        return this.#recoveryStep();
      case "unregistered":
        return unregisteredStep(this.email, {
          register: this.#register,
          back: this.#back("email", "Use another address"),
        });
    }
  }

  #camera(): TemplateResult {
    const recognised = this.registered === null;
    const proved = this.mailboxToo
      ? "Your mailbox is confirmed. Look at the camera for a few seconds."
      : "Once your face fits, this device knows you, and a look is enough from then on.";
    return html`
      <section class="card stack" data-step="camera">
        <fs-look
          .faceSmash=${this.services.faceSmash}
          .heading=${recognised ? "This device knows you" : "Now look at the camera"}
          .codeless=${this.services.memory.steppingUp?.byFace === true}
          .lead=${recognised ? "Nothing to type: look at the camera for a few seconds." : proved}
          @signed-in=${this.#signedIn}
          @mailbox-expired=${this.#mailboxExpired}
          @mailbox-needed=${this.#mailboxNeeded}
          @without-face=${this.#useMailbox}
        ></fs-look>
        ${this.#problem()} ${recognised ? this.#passkey() : nothing}
        ${
          recognised
            ? html`<p class="small muted">
                Somebody else?
                <button type="button" class="link-button" @click=${this.#forget}>Forget this device</button>
              </p>`
            : nothing
        }
      </section>
    `;
  }

  #emailStep(): TemplateResult {
    return html`
      <section class="card stack" data-step="email">
        <h2 tabindex="-1">${this.withoutFace ? "With a code from your mailbox" : "Your e-mail address"}</h2>
        <p class="muted">${this.#whyMailbox()}</p>
        <fs-email-form
          .faceSmash=${this.services.faceSmash}
          .email=${this.email}
          @code-sent=${this.#codeSent}
        ></fs-email-form>
        ${this.#problem()} ${this.mailboxToo ? nothing : this.#passkey()}
        ${this.known === true ? this.#back("camera") : nothing}
        <p>
          <button type="button" class="link-button" @click=${this.#useRecoveryCode}>
            No mailbox either? Use a recovery code
          </button>
        </p>
      </section>
      <p class="muted">Not registered yet? <a href=${ROUTES.register.path}>Register</a></p>
    `;
  }

  #passkey(): TemplateResult | typeof nothing {
    if (!this.passkeysUsable) return nothing;
    return html`
      <p>
        <button type="button" class="button" aria-disabled=${this.#work.busy} @click=${this.#usePasskey}>
          Use a passkey
        </button>
      </p>
    `;
  }

  /** What the step itself could not do; its forms and its camera say theirs. */
  #problem(): TemplateResult | typeof nothing {
    const { error } = this.#work;
    return error === null ? nothing : notice({ kind: "problem", ...wordsFor(error) });
  }

  #whyMailbox(): string {
    if (this.withoutFace) {
      return "This needs no face. It lets you see, download and delete everything, and pause face sign-in.";
    }
    return this.mailboxToo
      ? "The way you chose needs a code from your mailbox as well, each time. Then the camera goes on."
      : "This device does not know you yet. A code from your mailbox comes first, then your face.";
  }

  #codeStep(): TemplateResult {
    const local = this.services.config.environment === "local";
    return html`
      <section class="card stack" data-step="code">
        <h2 tabindex="-1">The code from your mailbox</h2>
        <fs-code-form
          .faceSmash=${this.services.faceSmash}
          .email=${this.email}
          .resendIn=${this.resendIn}
          .outboxPath=${local ? ROUTES.outbox.path : null}
          @mailbox-proven=${this.#mailboxProven}
        ></fs-code-form>
        ${this.#back("email")}
      </section>
    `;
  }

  #recoveryStep(): TemplateResult {
    return html`
      <section class="card stack" data-step="recovery">
        <h2 tabindex="-1">With a recovery code</h2>
        <p class="muted">It lets you see, download and delete everything, and make new codes.</p>
        <fs-recovery-form
          .faceSmash=${this.services.faceSmash}
          .email=${this.email}
          @recovered=${this.#signedIn}
        ></fs-recovery-form>
        ${this.#back("email")}
      </section>
    `;
  }

  /** The account is frozen, and the mailbox is proved: what is missing. */
  #lifting(): TemplateResult {
    return notice({
      kind: "caution",
      testId: "frozen",
      title: "Your account is frozen",
      text: "Your mailbox is confirmed. Look at the camera on a device that your account knows, or use a recovery code: then it is yours again.",
      actions: html`<button type="button" class="button" @click=${this.#useRecoveryCode}>
        Use a recovery code
      </button>`,
    });
  }

  #back(otherwise: SignInStep, name = "Back"): TemplateResult {
    const back = (): void => {
      if (otherwise === "camera") this.withoutFace = false;
      this.#steps.back(otherwise);
    };
    return html`<p><button type="button" class="link-button" @click=${back}>${name}</button></p>`;
  }

  readonly #findOut = async (): Promise<void> => {
    await this.#work.run(async () => {
      this.passkeysUsable = (await this.services.faceSmash.passkeySupport()).usable;
      this.known = await this.services.faceSmash.knownAccount();
      this.#steps.replace("camera");
    });
  };

  readonly #codeSent = ({ detail }: CustomEvent<CodeSentDetail>): void => {
    this.email = detail.email;
    this.#mailed = true;
    this.keyStays = false;
    this.resendIn = detail.resendIn;
    this.registered = null;
    this.#steps.go("code");
  };

  readonly #mailboxProven = ({ detail }: CustomEvent<MailboxProvenDetail>): void => {
    this.registered = detail.registered;
    this.frozen = detail.frozen;
    if (!detail.registered) this.#steps.go("unregistered");
    else if (detail.frozen) this.#steps.go(this.known === true ? "camera" : "recovery");
    else if (this.withoutFace) this.#signedIn();
    else void this.#lookIfThereIsAFace();
  };

  /** Who registered without a face is in with the code alone. */
  readonly #lookIfThereIsAFace = async (): Promise<void> => {
    const found = { face: true };
    await this.#work.run(async (signal) => {
      found.face = (await this.services.faceSmash.account({ signal })).policyVersion !== null;
    });
    if (!this.isConnected) return;
    // Where it cannot be asked, the camera can be: it says what it takes.
    this.#work.clear();
    if (!found.face) {
      this.#signedIn();
      return;
    }
    this.services.sessionChanged();
    this.#steps.go("camera");
  };

  /** A mailbox that was proved a moment ago is a session already; otherwise it has to be proved first. */
  readonly #useMailbox = (): void => {
    if (this.frozen) {
      this.#useRecoveryCode();
      return;
    }
    if (this.registered === true) {
      this.#signedIn();
      return;
    }
    this.withoutFace = true;
    this.#steps.go("email");
  };

  readonly #useRecoveryCode = (): void => {
    this.#steps.go("recovery");
  };

  /** The code adds to the face here: what it opens is the camera again. */
  readonly #mailboxNeeded = (): void => {
    this.withoutFace = false;
    this.mailboxToo = true;
    this.#steps.go("email");
  };

  readonly #mailboxExpired = (): void => {
    this.registered = null;
    this.#steps.replace("email");
  };

  /** It lets in as a code does: to what needs no face, or to the camera, where this device is new. */
  readonly #usePasskey = async (): Promise<void> => {
    const signedIn = await this.#work.run(async (signal) => {
      await this.services.faceSmash.usePasskey({ signal });
      this.services.sessionChanged();
    });
    // Whoever was signed in before and gave this up has not signed in anew.
    if (!signedIn) return;
    if (this.withoutFace || this.known === true) {
      this.#signedIn();
      return;
    }
    this.registered = true;
    await this.#lookIfThereIsAFace();
  };

  readonly #signedIn = (): void => {
    const { application, steppingUp } = this.services.memory;
    this.services.sessionChanged();
    if (application !== null) application.signedIn = true;
    if (steppingUp !== null) steppingUp.signedIn = true;
    this.services.go(application === null ? (steppingUp?.page ?? "dashboard") : "authorize");
  };

  readonly #register = (): void => {
    this.services.memory.provenEmail = this.email;
    this.services.go("register");
  };

  readonly #forget = async (): Promise<void> => {
    if (!(await this.confirm.ask(forgetQuestion))) return;
    await this.#work.run(async () => {
      const { faceSmash } = this.services;
      this.keyStays = !(await faceSmash.forgetDevice()).keyDestroyed;
      this.services.sessionChanged();
      this.known = await faceSmash.knownAccount();
      this.#steps.replace("camera");
    });
  };
}

declare global {
  interface HTMLElementTagNameMap {
    "fs-sign-in-page": SignInPage;
  }
}
