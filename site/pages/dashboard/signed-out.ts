import { html, type TemplateResult } from "lit";

import { ROUTES } from "../router";

/** The way in, for somebody without a session. */
export function signedOut(ended: boolean): TemplateResult {
  return html`
    <div class="column stack" data-testid="signed-out">
      <h1 tabindex="-1">${ended ? "Your session has ended" : "You are not signed in"}</h1>
      <p class="lead">
        ${
          ended
            ? "Sessions are short, and they end when a page is reloaded, to keep others out."
            : "Sign in to see everything that is held about you, to take it with you, or to delete it."
        }
      </p>
      <div class="choices">
        <a class="button button--primary" href=${ROUTES["sign-in"].path}>Sign in</a>
        <a class="button" href=${ROUTES.register.path}>Register</a>
      </div>
      <p class="muted">A code from your mailbox is enough: you need no face and no known device for this.</p>
    </div>
  `;
}
