import { html, type TemplateResult } from "lit";

import { ROUTES } from "../router";

export function doneStep(faceless: boolean): TemplateResult {
  return faceless ? doneWithoutFace() : doneWithFace();
}

function doneWithoutFace(): TemplateResult {
  return html`
    <h2 tabindex="-1">You are registered</h2>
    <p>
      A code from your mailbox signs you in from now on, on any device. With a passkey you need no code: add
      one on the next page.
    </p>
    <p>
      What was kept: your address and this device’s name and public key. Nothing of your face, and the camera
      was never on.
    </p>
    <div class="choices">
      <a class="button button--primary" href=${ROUTES.dashboard.path}>See my data</a>
    </div>
  `;
}

function doneWithFace(): TemplateResult {
  return html`
    <h2 tabindex="-1">You are registered</h2>
    <p>
      On this device you can now sign in by looking at the camera. On another device you need a code from your
      mailbox once.
    </p>
    <p>
      What was kept: numbers worked out from your face, your address, this device’s public key and your
      consent. No picture was sent or stored.
    </p>
    <div class="choices">
      <a class="button button--primary" href=${ROUTES.dashboard.path}>See my data</a>
      <a class="button" href=${ROUTES["sign-in"].path}>Try signing in</a>
    </div>
  `;
}

export function alreadyRegistered(email: string): TemplateResult {
  return html`
    <h2 tabindex="-1">This address is registered already</h2>
    <p>
      <strong>${email}</strong> has an account, and your code has just signed you in to it without a face. You
      can make this device one that knows you by looking at the camera once.
    </p>
    <div class="choices">
      <a class="button button--primary" href=${ROUTES["sign-in"].path}>Sign in with my face</a>
      <a class="button" href=${ROUTES.dashboard.path}>See my data</a>
    </div>
  `;
}
