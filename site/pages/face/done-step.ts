import { html, nothing, type TemplateResult } from "lit";

import type { Account } from "../../sdk";
import { ROUTES } from "../router";

/** @param account - as it was before. */
export function doneStep({ policyVersion, status }: Account): TemplateResult {
  const paused = status === "paused";
  return html`
    <h2 tabindex="-1">Your face is enrolled</h2>
    <p>
      ${
        policyVersion === null
          ? "On this device you can now sign in by looking at the camera. On another device you need a code from your mailbox once."
          : "The new pictures have replaced every face template you had, what was learned as well."
      }
    </p>
    ${
      paused
        ? html`<p>
            Face sign-in stays paused: your face is not compared until you resume it under “My data”.
          </p>`
        : nothing
    }
    <p>What was kept: numbers worked out from your face, and your consent. No picture was sent or stored.</p>
    <div class="choices">
      <a class="button button--primary" href=${ROUTES.dashboard.path}>See my data</a>
      ${paused ? nothing : html`<a class="button" href=${ROUTES["sign-in"].path}>Try signing in</a>`}
    </div>
  `;
}
