import { html, nothing, type TemplateResult } from "lit";

import { PROBLEM_WORDS } from "../../components/wording/problems";
import { NO_CODES } from "../../components/wording/profiles";
import type { Words } from "../../components/wording/words";
import { ROUTES } from "../router";
import type { Missing } from "./readiness";

const TOO_NEW = PROBLEM_WORDS["device-too-new"];

export const MISSING_WORDS: Readonly<Record<Missing, Words>> = {
  device: TOO_NEW,
  recent: {
    title: "Your face was enrolled lately",
    text: "It can be enrolled anew three days after the last time, so that nobody brings in another face step by step. If it is not yours, pause face sign-in under “My data”.",
  },
  face: {
    title: "Please sign in with your face",
    text: "Your account has a face. To enrol it anew, sign in with it: it has to be in the last five minutes, so that nobody else puts their face in its place.",
  },
  resumed: {
    title: "Face sign-in is paused",
    text: "To enrol your face anew, sign in with it first. While it is paused it is not compared: resume it under “My data”, then sign in with your face.",
  },
  agreed: {
    title: "The consent text has a new version",
    text: "To enrol your face anew, sign in with it first. It is not compared until you agree to the new text: you find that under “My data”.",
  },
  "sign-in": {
    title: "Please sign in again",
    text: "This needs a sign-in from the last five minutes, so that nobody who finds this page open puts their face here.",
  },
};

/** Only a face adds a device: without one there are those of before, mostly the one that registered. */
const WITHOUT_FACE: Words = {
  title: TOO_NEW.title,
  text: `${TOO_NEW.text} While it has no face, that is as a rule the one you registered on. If you do not have that any more, delete the account and register again.`,
};

/**
 * What is missing before the camera, and the way to it.
 *
 * @param byCode - whether a code signed in, alone or along with a look: whoever just looked is told why that is not it.
 */
export function missingStep(
  missing: Missing,
  { hasFace, byCode, signIn }: { hasFace: boolean; byCode: boolean; signIn: () => void },
): TemplateResult {
  const { title, text } = missing === "device" && !hasFace ? WITHOUT_FACE : MISSING_WORDS[missing];
  const dashboard = ROUTES.dashboard.path;
  return html`
    <section class="card stack" data-step="missing" data-missing=${missing}>
      <h2 tabindex="-1">${title}</h2>
      <p>${text}</p>
      ${missing === "face" && byCode ? html`<p>${NO_CODES}</p>` : nothing}
      <div class="choices">
        ${
          missing === "face" || missing === "sign-in"
            ? html`<button type="button" class="button button--primary" @click=${signIn}>
                  Sign in again
                </button>
                <a class="button" href=${dashboard}>Not now</a>`
            : html`<a class="button button--primary" href=${dashboard}>To my data</a>`
        }
      </div>
    </section>
  `;
}
