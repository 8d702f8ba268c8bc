import { html, nothing, type TemplateResult } from "lit";
import { customElement, state } from "lit/decorators.js";

import type { AgreedDetail } from "../../components/consent/consent-form";
import "../../components/mailbox/code-form";
import "../../components/mailbox/email-form";
import type { CodeSentDetail } from "../../components/mailbox/email-form";
import type { MailboxProvenDetail } from "../../components/mailbox/code-form";
import { stepsBar } from "../../components/steps";
import type { Declared, Policy } from "../../sdk";
import { PageElement } from "../page-element";
import { ROUTES } from "../router";
import { StepHistory } from "../step-history";
import "./consent-step";
import "./face-step";
import { alreadyRegistered, doneStep } from "./done-step";
import { REGISTER_STEPS, reachableStep, STEP_NAMES, stepNumber, type RegisterStep } from "./progress";
import "./without-face-step";

/** E-mail, code, consent, face: what registering takes, one thing at a time. */
@customElement("fs-register-page")
export class RegisterPage extends PageElement {
  @state() private email = "";
  @state() private resendIn = 0;
  @state() private proven: MailboxProvenDetail | null = null;
  @state() private policy: Policy | null = null;
  @state() private declared: Declared | null = null;
  @state() private registered = false;
  /** Whether the account that was made has no face. */
  @state() private faceless = false;
  @state() private consentOutdated = false;

  readonly #steps = new StepHistory<RegisterStep>(this, {
    first: "email",
    reach: (wanted) =>
      reachableStep(wanted, {
        codeSent: this.email !== "",
        mailboxProven: this.proven !== null,
        agreed: this.declared !== null,
        registered: this.registered,
      }),
    onChange: () => void this.focusHeading("h2"),
  });

  override connectedCallback(): void {
    super.connectedCallback();
    const { memory } = this.services;
    if (memory.provenEmail === null) return;
    // The sign-in page has proved this mailbox a moment ago: nobody should do it twice.
    this.email = memory.provenEmail;
    this.proven = { registered: false, frozen: false };
    memory.provenEmail = null;
    this.#steps.replace("consent");
  }

  protected override render(): TemplateResult {
    const { step } = this.#steps;
    const number = stepNumber(step);
    return html`
      <div class="column stack stack--loose">
        <div class="stack">
          <h1 tabindex="-1">Register</h1>
          ${stepsBar(
            REGISTER_STEPS.map((name) => STEP_NAMES[name]),
            this.registered ? REGISTER_STEPS.length : number,
          )}
        </div>
        <section class="card stack" data-step=${step}>
          ${this.#step(step)} ${step === "done" || number === 0 ? nothing : this.#backLine(step)}
        </section>
        ${step === "email" ? this.#haveAccount() : nothing}
      </div>
    `;
  }

  #step(step: RegisterStep): TemplateResult {
    switch (step) {
      case "email":
        return this.#emailStep();
      case "code":
        return this.#codeStep();
      case "consent":
        return this.proven?.registered === true ? alreadyRegistered(this.email) : this.#consentStep();
      case "without-face":
        return this.#withoutFaceStep();
      case "camera":
        return this.#cameraStep();
      case "done":
        return doneStep(this.faceless);
    }
  }

  #emailStep(): TemplateResult {
    return html`
      <h2 tabindex="-1">Your e-mail address</h2>
      <p class="muted">It is the way in when your face or this device is not at hand.</p>
      <fs-email-form
        .faceSmash=${this.services.faceSmash}
        .email=${this.email}
        @code-sent=${this.#codeSent}
      ></fs-email-form>
    `;
  }

  #codeStep(): TemplateResult {
    const local = this.services.config.environment === "local";
    return html`
      <h2 tabindex="-1">The code from your mailbox</h2>
      <fs-code-form
        .faceSmash=${this.services.faceSmash}
        .email=${this.email}
        .resendIn=${this.resendIn}
        .outboxPath=${local ? ROUTES.outbox.path : null}
        @mailbox-proven=${this.#mailboxProven}
      ></fs-code-form>
    `;
  }

  #consentStep(): TemplateResult {
    return html`
      <fs-consent-step
        .faceSmash=${this.services.faceSmash}
        .outdated=${this.consentOutdated}
        @policy-loaded=${this.#policyLoaded}
        @agreed=${this.#accepted}
        @without-face=${this.#withoutFace}
      ></fs-consent-step>
    `;
  }

  #withoutFaceStep(): TemplateResult {
    return html`
      <fs-without-face-step
        .faceSmash=${this.services.faceSmash}
        .email=${this.email}
        @registered=${(): void => {
          this.faceless = true;
          this.#done();
        }}
        @mailbox-expired=${this.#mailboxExpired}
      ></fs-without-face-step>
    `;
  }

  #cameraStep(): TemplateResult {
    return html`
      <fs-face-step
        .faceSmash=${this.services.faceSmash}
        .email=${this.email}
        .policy=${this.policy}
        .declared=${this.declared}
        @registered=${this.#done}
        @consent-outdated=${this.#outdated}
        @mailbox-expired=${this.#mailboxExpired}
        @without-face=${this.#withoutFace}
      ></fs-face-step>
    `;
  }

  #backLine(step: RegisterStep): TemplateResult {
    const otherwise: RegisterStep = step === "camera" || step === "without-face" ? "consent" : "email";
    const back = (): void => {
      this.#steps.back(otherwise);
    };
    return html`<p><button type="button" class="link-button" @click=${back}>Back</button></p>`;
  }

  #haveAccount(): TemplateResult {
    return html`<p class="muted">Registered already? <a href=${ROUTES["sign-in"].path}>Sign in</a></p>`;
  }

  readonly #codeSent = ({ detail }: CustomEvent<CodeSentDetail>): void => {
    this.email = detail.email;
    this.resendIn = detail.resendIn;
    this.proven = null;
    this.#steps.go("code");
  };

  readonly #mailboxProven = ({ detail }: CustomEvent<MailboxProvenDetail>): void => {
    this.proven = detail;
    this.services.sessionChanged();
    this.#steps.go("consent");
  };

  readonly #policyLoaded = ({ detail }: CustomEvent<Policy>): void => {
    this.policy = detail;
  };

  readonly #accepted = ({ detail }: CustomEvent<AgreedDetail>): void => {
    this.policy = detail.policy;
    this.declared = detail.declared;
    this.consentOutdated = false;
    this.#steps.go("camera");
  };

  readonly #withoutFace = (): void => {
    this.#steps.go("without-face");
  };

  readonly #outdated = (): void => {
    this.declared = null;
    this.consentOutdated = true;
    this.#steps.replace("consent");
  };

  readonly #mailboxExpired = (): void => {
    this.proven = null;
    this.#steps.replace("email");
  };

  readonly #done = (): void => {
    this.registered = true;
    this.services.sessionChanged();
    this.#steps.replace("done");
  };
}

declare global {
  interface HTMLElementTagNameMap {
    "fs-register-page": RegisterPage;
  }
}
