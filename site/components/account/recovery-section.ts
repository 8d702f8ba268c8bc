import { html, nothing, type TemplateResult } from "lit";

import type { Account } from "../../sdk";
import { count, moment } from "../wording/format";
import { action } from "./action";

export interface RecoveryActions {
  readonly make: () => void;
  readonly copy: () => void;
  readonly save: () => void;
  readonly hide: () => void;
}

/** The recovery codes: how many are left, and a new set, which is shown once. */
export function recoverySection(
  { recoveryCodes }: Account,
  made: readonly string[] | null,
  actions: RecoveryActions,
): TemplateResult {
  return html`
    <section class="card stack" aria-label="Recovery codes" data-testid="recovery">
      <div class="stack stack--tight">
        <h2>Recovery codes <span class="number">${recoveryCodes?.left ?? 0}</span></h2>
        <p class="muted">
          Each lets you in once, without your mailbox and your face. Keep them on paper, or in a password
          manager.
        </p>
      </div>
      ${made === null ? nothing : theCodes(made, actions)}
      <p>
        ${
          recoveryCodes === null
            ? "You have none yet."
            : `${count(recoveryCodes.left, "code")} left of those made ${moment(recoveryCodes.madeAt)}.`
        }
      </p>
      ${action(
        recoveryCodes === null ? "Make recovery codes" : "Make new recovery codes",
        recoveryCodes === null ? nothing : "Those that you have now no longer work then.",
        actions.make,
      )}
    </section>
  `;
}

function theCodes(made: readonly string[], { copy, save, hide }: RecoveryActions): TemplateResult {
  return html`
    <div class="notice notice--caution" role="status" data-testid="new-codes">
      <p class="notice__title">Write these down now: they are shown once</p>
      <ol class="records codes">
        ${made.map((code) => html`<li class="mono">${code}</li>`)}
      </ol>
      <div class="actions">
        <button type="button" class="button" @click=${copy}>Copy</button>
        <button type="button" class="button" @click=${save}>Save as a file</button>
        <button type="button" class="button button--primary" @click=${hide}>I have kept them</button>
      </div>
    </div>
  `;
}
