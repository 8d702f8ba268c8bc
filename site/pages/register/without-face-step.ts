import { html, type TemplateResult } from "lit";

import { contactLink } from "../../components/contact";
import type { Policy } from "../../sdk";
import { ROUTES } from "../router";

/** Saying no to face recognition must cost nothing: this step says so and shows the other ways. */
export function withoutFaceStep(controller: Policy["controller"] | null): TemplateResult {
  return html`
    <h2 tabindex="-1">Without a face</h2>
    <p>
      You do not have to use your face, and saying no has no drawback. Nothing was recorded: the camera has
      not sent anything, and no account was made.
    </p>
    ${
      controller === null
        ? html`<p>
            The people who run this service offer you another way to sign in. Please ask them for it.
          </p>`
        : html`<p>
            ${controller.name} offers you another way to sign in. Ask for it here:
            ${contactLink(controller.contact)}
          </p>`
    }
    <p>
      Have you registered before? A code from your mailbox lets you in without a face, to see, download or
      delete everything.
    </p>
    <div class="choices">
      <a class="button" href=${ROUTES["sign-in"].path}>Sign in with a mailbox code</a>
    </div>
  `;
}
