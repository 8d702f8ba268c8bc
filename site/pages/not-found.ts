import { html, type TemplateResult } from "lit";

import { ROUTES } from "./router";

export function notFound(): TemplateResult {
  return html`
    <div class="column stack">
      <h1>There is nothing at this address</h1>
      <p class="lead">The page may have moved, or the address has a slip in it.</p>
      <p><a class="button" href=${ROUTES.home.path}>To the start</a></p>
    </div>
  `;
}
