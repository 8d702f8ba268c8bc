import { html, type TemplateResult } from "lit";
import { customElement } from "lit/decorators.js";

import { LightElement } from "../components/light-element";
import { homePicture } from "./home-picture";
import { ROUTES } from "./router";

const STEPS: readonly { title: string; text: string }[] = [
  {
    title: "Your device looks",
    text: "The camera is on for a few seconds while your nose follows a dot. This page, on your device, turns pictures into numbers and throws the pictures away.",
  },
  {
    title: "Your device signs",
    text: "The numbers are signed with a key that was made on this device and cannot leave it. The key comes first, your face second.",
  },
  {
    title: "The service judges",
    text: "If the movement was a living face’s, and key and face fit, you are in. If not, the answer is the same for everybody and says nothing about why.",
  },
];

const KEPT: readonly string[] = [
  "Numbers worked out from your face, encrypted with a key of your account’s own",
  "Your e-mail address, encrypted",
  "How good the pictures were, as figures",
  "The public keys and names of your devices",
  "Which consent text you agreed to, and when",
  "Your latest sign-ins, for as long as the consent text says",
];

const NOT_KEPT: readonly string[] = [
  "Pictures or video: they never leave your device",
  "A password: there is none",
  "How your face moved: judged and dropped at once",
  "Anything that searches for your face among other people",
];

const RIGHTS: readonly { title: string; text: string }[] = [
  { title: "See it", text: "One page shows everything that is held about you, in plain words." },
  { title: "Take it", text: "Download all of it as one file; signed in with your face, its numbers too." },
  {
    title: "Pause or delete it",
    text: "At any time and at once. The key that opens your data is destroyed, so backups cannot be read either. You get a signed receipt.",
  },
  {
    title: "Do without",
    text: "A code from your mailbox lets you in without a face, to see, pause or delete everything.",
  },
];

/** What this is, in plain words, before anybody is asked for anything. */
@customElement("fs-home-page")
export class HomePage extends LightElement {
  protected override render(): TemplateResult {
    return html`
      <div class="home">
        <section class="hero">
          <div class="stack">
            <h1 tabindex="-1">Sign in by looking at your camera</h1>
            <p class="lead">
              No password to remember. Your pictures never leave this device: only numbers worked out from
              them do, and you can delete those at any time.
            </p>
            <div class="choices">
              <a class="button button--primary" href=${ROUTES.register.path}>Register</a>
              <a class="button" href=${ROUTES["sign-in"].path}>Sign in</a>
            </div>
          </div>
          ${homePicture()}
        </section>

        <section class="stack" aria-labelledby="how">
          <h2 id="how">How it works</h2>
          <ol class="tiles tiles--numbered">
            ${STEPS.map(tile)}
          </ol>
        </section>

        <section class="stack" aria-labelledby="kept">
          <h2 id="kept">What is kept, and what is not</h2>
          <div class="tiles tiles--two">
            <div class="card stack">
              <h3>Kept</h3>
              <ul class="plain-list">
                ${KEPT.map((line) => html`<li><span>${line}</span></li>`)}
              </ul>
            </div>
            <div class="card stack">
              <h3>Not kept</h3>
              <ul class="plain-list plain-list--not">
                ${NOT_KEPT.map((line) => html`<li><span>${line}</span></li>`)}
              </ul>
            </div>
          </div>
        </section>

        <section class="stack" aria-labelledby="yours">
          <h2 id="yours">It stays yours</h2>
          <ul class="tiles tiles--two">
            ${RIGHTS.map(tile)}
          </ul>
        </section>

        <section class="notice notice--caution" aria-labelledby="limits">
          <h2 id="limits" class="notice__title">What it cannot do</h2>
          <p>
            The steps before the camera are there to stop photos, screens and replayed films. A good mask, or
            a computer that draws your moving face and feeds it in place of a camera, may still pass them.
            That is why the key on your device comes first: without your device or your mailbox, none of it
            gets anybody in.
          </p>
        </section>
      </div>
    `;
  }
}

function tile({ title, text }: { title: string; text: string }): TemplateResult {
  return html`<li class="tile">
    <h3>${title}</h3>
    <p class="muted">${text}</p>
  </li>`;
}

declare global {
  interface HTMLElementTagNameMap {
    "fs-home-page": HomePage;
  }
}
