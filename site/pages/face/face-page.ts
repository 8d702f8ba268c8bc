import { html, nothing, type TemplateResult } from "lit";
import { customElement, state } from "lit/decorators.js";

import "../../components/camera/face-enrolment";
import type { Enrol } from "../../components/camera/face-enrolment";
import type { AgreedDetail } from "../../components/consent/consent-form";
import { awaited, SIGNING_OUT } from "../../components/failure";
import { stepsBar } from "../../components/steps";
import { isProblem, isSessionOver, PROBLEM_WORDS } from "../../components/wording/problems";
import { Work } from "../../components/work";
import type { Account, Session } from "../../sdk";
import { PageElement } from "../page-element";
import "../register/consent-step";
import { ROUTES } from "../router";
import { StepHistory } from "../step-history";
import { doneStep } from "./done-step";
import { missingStep } from "./missing";
import { FACE_STEP_NAMES, FACE_STEPS, reachableFaceStep, type FaceStepName } from "./progress";
import { missingFor, signInMissing, type Missing } from "./readiness";

/** A face for an account that stands: enrolled anew, or for the first time. Consent, camera, done. */
@customElement("fs-face-page")
export class FacePage extends PageElement {
  /** As it was before anything was enrolled. */
  @state() private account: Account | null = null;
  /** What stands before the camera; said before it opens. */
  @state() private missing: Missing | null = null;
  @state() private agreed: AgreedDetail | null = null;
  @state() private consentOutdated = false;
  @state() private enrolled = false;
  /** Whether the session is being ended on this device. */
  @state() private leaving = false;
  /** Whether a session ended on this page. */
  @state() private ended = false;

  /** When the person signed in on the way here; `null` where they did not. */
  #signedInAt: Date | null = null;
  /** What failed last, where something did: that is tried again. */
  #again = async (): Promise<void> => this.#begin();
  readonly #work = new Work(this);
  readonly #steps = new StepHistory<FaceStepName>(this, {
    first: "consent",
    reach: (wanted) => reachableFaceStep(wanted, { agreed: this.agreed !== null, enrolled: this.enrolled }),
    onChange: () => void this.focusHeading("h2"),
  });

  override connectedCallback(): void {
    super.connectedCallback();
    const { memory } = this.services;
    this.#signedInAt = memory.steppingUp?.signedIn === true ? new Date() : null;
    memory.steppingUp = null;
    void this.#begin();
  }

  protected override render(): TemplateResult {
    return html`<div class="column stack stack--loose">${this.#content()}</div>`;
  }

  #content(): TemplateResult {
    if (this.account !== null) return this.#signedIn(this.account);
    return this.#work.busy || this.#work.error !== null ? this.#waiting() : this.#signedOut();
  }

  #waiting(): TemplateResult {
    return html`
      <h1 tabindex="-1">Your face</h1>
      ${awaited(this.#work, async () => this.#again(), this.leaving ? SIGNING_OUT : {})}
    `;
  }

  #signedOut(): TemplateResult {
    const { title, text } = this.ended ? PROBLEM_WORDS["token-invalid"] : NOT_SIGNED_IN;
    return html`
      <section class="stack" data-testid="signed-out">
        <h1 tabindex="-1">${title}</h1>
        <p class="lead">${text}</p>
        <div class="choices">
          <button type="button" class="button button--primary" @click=${this.#signIn}>Sign in</button>
          <a class="button" href=${ROUTES.register.path}>Register</a>
        </div>
      </section>
    `;
  }

  #signedIn(account: Account): TemplateResult {
    const hasFace = account.policyVersion !== null;
    const { step } = this.#steps;
    return html`
      <div class="stack">
        <h1 tabindex="-1">${hasFace ? "Enrol your face anew" : "Set up face sign-in"}</h1>
        ${this.enrolled ? nothing : this.#whose(account)}
        ${step === "consent" ? html`<p class="lead">${hasFace ? ANEW : FIRST}</p>` : nothing}
        ${
          this.missing === null
            ? stepsBar(
                FACE_STEPS.map((name) => FACE_STEP_NAMES[name]),
                this.enrolled ? FACE_STEPS.length : FACE_STEPS.indexOf(step),
              )
            : nothing
        }
      </div>
      ${
        this.missing === null
          ? html`<section class="card stack" data-step=${step}>${this.#step(step, account)}</section>`
          : missingStep(this.missing, { hasFace, byCode: this.#byCode, signIn: this.#signIn })
      }
    `;
  }

  /** Whoever sits down at somebody else's computer sees whose account their face would open. */
  #whose({ email }: Account): TemplateResult {
    return html`
      <p data-testid="whose">
        For <strong>${email}</strong>. Not you?
        <button type="button" class="link-button" aria-disabled=${this.#work.busy} @click=${this.#signOut}>
          Sign out
        </button>
      </p>
    `;
  }

  #step(step: FaceStepName, account: Account): TemplateResult {
    switch (step) {
      case "consent":
        return this.#consentStep();
      case "camera":
        return this.agreed === null ? this.#consentStep() : this.#cameraStep(this.agreed, account);
      case "done":
        return doneStep(account);
    }
  }

  #consentStep(): TemplateResult {
    return html`
      <fs-consent-step
        .faceSmash=${this.services.faceSmash}
        .outdated=${this.consentOutdated}
        .busy=${this.#work.busy}
        .otherwise=${html`<a class="button" href=${ROUTES.dashboard.path}>Not now</a>`}
        @agreed=${this.#accepted}
      ></fs-consent-step>
    `;
  }

  #cameraStep(agreed: AgreedDetail, { account }: Account): TemplateResult {
    const enrol: Enrol = async (look) => this.services.faceSmash.enrolFace({ account, ...agreed, ...look });
    const back = (): void => {
      this.#steps.back("consent");
    };
    return html`
      <fs-face-enrolment
        .faceSmash=${this.services.faceSmash}
        .policy=${agreed.policy}
        .enrol=${enrol}
        .codeless=${!this.#byCode}
        doing="Enrolling your face"
        .wayOn=${this.#wayOn}
        @starting=${this.#starting}
        @enrolled=${this.#done}
        @consent-outdated=${this.#outdated}
        @session-over=${this.#end}
        @step-up=${this.#stepUp}
      ></fs-face-enrolment>
      <p><button type="button" class="link-button" @click=${back}>Back</button></p>
    `;
  }

  /** Where trying once more would not help. */
  readonly #wayOn = (error: unknown): TemplateResult | null => {
    if (isProblem(error, "consent-required")) {
      return html`<button type="button" class="button" @click=${this.#askAgain}>Read the text</button>`;
    }
    const elsewhere = ["device-too-new", "face-sign-in-paused", "too-many-requests"] as const;
    if (!elsewhere.some((type) => isProblem(error, type))) return null;
    return html`<a class="button" href=${ROUTES.dashboard.path}>To my data</a>`;
  };

  /** After a reload the session goes on, where this device still has one. */
  readonly #begin = async (): Promise<void> => {
    const { faceSmash } = this.services;
    this.#again = this.#begin;
    await this.#work.run(async (signal) => {
      const session = await faceSmash.resumeSession();
      if (session === null) return;
      this.services.sessionChanged();
      const account = await faceSmash.account({ signal });
      this.missing = this.#missingOf(account, session);
      this.account = account;
    });
    if (isSessionOver(this.#work.error)) await this.#end();
    else if (this.account === null) await this.focusHeading("h1");
  };

  #missingOf(account: Account, session: Session): Missing | null {
    return missingFor(account, session, { now: new Date(), signedInAt: this.#signedInAt });
  }

  readonly #accepted = async ({ detail }: CustomEvent<AgreedDetail>): Promise<void> => {
    if (this.account === null || this.services.faceSmash.session() === null) {
      await this.#end();
      return;
    }
    if (this.#work.busy) return;
    this.agreed = detail;
    this.consentOutdated = false;
    // While the text was read another page may have changed the account. If it cannot be asked, the service judges.
    await this.#work.run(async (signal) => {
      this.account = await this.services.faceSmash.account({ signal });
    });
    if (!this.isConnected) return;
    if (isSessionOver(this.#work.error)) await this.#end();
    else if (await this.#mayLook()) this.#steps.go("camera");
  };

  readonly #starting = (event: Event): void => {
    if (this.services.faceSmash.session() !== null && this.#missingNow() === null) return;
    event.preventDefault();
    void this.#mayLook();
  };

  /** Whoever is slow is asked to sign in before they look at the camera, not after. */
  async #mayLook(): Promise<boolean> {
    if (this.services.faceSmash.session() === null) {
      await this.#end();
      return false;
    }
    this.missing = this.#missingNow();
    if (this.missing !== null) await this.focusHeading("h2");
    return this.missing === null;
  }

  get #byCode(): boolean {
    return this.services.faceSmash.session()?.amr.includes("otp") === true;
  }

  #missingNow(): Missing | null {
    const session = this.services.faceSmash.session();
    return this.account === null || session === null ? null : this.#missingOf(this.account, session);
  }

  readonly #done = (): void => {
    this.enrolled = true;
    this.agreed = null;
    this.#steps.replace("done");
  };

  readonly #outdated = (): void => {
    this.consentOutdated = true;
    this.#askAgain();
  };

  readonly #askAgain = (): void => {
    this.agreed = null;
    this.#steps.replace("consent");
  };

  readonly #stepUp = async (): Promise<void> => {
    if (this.account === null) return;
    this.missing = signInMissing(this.account, new Date());
    await this.focusHeading("h2");
  };

  readonly #signIn = (): void => {
    const byFace = this.missing === "face";
    this.services.memory.steppingUp = { page: "face", signedIn: false, ...(byFace && { byFace }) };
    this.services.go("sign-in");
  };

  readonly #signOut = async (): Promise<void> => {
    if (this.#work.busy) return;
    // The camera closes before anything is asked, so that no further look goes into an account that is being left. One
    // that is sent already is given up, and may have arrived all the same: then a mail tells its owner.
    this.account = null;
    this.missing = null;
    this.#askAgain();
    await this.#leave(this.#signOut);
  };

  /** Ends the session on this device; where that fails, `again` is what is tried again. */
  async #leave(again: () => Promise<void>): Promise<void> {
    this.#again = again;
    this.leaving = true;
    await this.#work.run(async () => this.services.faceSmash.signOut());
    this.services.sessionChanged();
    await this.focusHeading("h1");
  }

  readonly #end = async (): Promise<void> => {
    const { faceSmash } = this.services;
    this.#work.clear();
    this.ended = true;
    this.account = null;
    this.agreed = null;
    // What is over in this page may go on in another one of this device: that is left alone.
    if (faceSmash.session() !== null) {
      await this.#leave(this.#signOut);
      return;
    }
    this.services.sessionChanged();
    await this.focusHeading("h1");
  };
}

const NOT_SIGNED_IN = {
  title: "You are not signed in",
  text: "Sign in first: a face belongs to an account. If yours has one already, sign in with it.",
};

const ANEW =
  "New pictures replace every face template you have, what was learned as well. For this you have to have signed in with your face, in the last five minutes.";

const FIRST =
  "Your face then signs you in on devices that your account knows. For this you have to have signed in in the last five minutes.";

declare global {
  interface HTMLElementTagNameMap {
    "fs-face-page": FacePage;
  }
}
