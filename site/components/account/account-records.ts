import { html, nothing, type TemplateResult } from "lit";

import type { Account, AccountDevice, AccountGrant, AccountPasskey, AccountSession } from "../../sdk";
import { languageWords, meansWords } from "../wording/account";
import { moment } from "../wording/format";
import { scopeWords } from "../wording/scopes";
import { action } from "./action";
import { deviceName, fact, removeButton, section } from "./record-section";

export interface DeviceActions {
  readonly rename: (device: AccountDevice) => void;
  readonly remove: (device: AccountDevice) => void;
}

export function devicesSection(account: Account, { rename, remove }: DeviceActions): TemplateResult {
  return section(
    "Devices",
    html`The service holds a public key of each. The private half stays on the device.`,
    account.devices.map(
      (device) => html`
        <li class="record">
          <div class="record__row">
            <div>
              <p class="record__title">
                ${device.name} ${device.current ? html`<span class="tag">This device</span>` : nothing}
              </p>
              <p class="muted">Added ${moment(device.createdAt)}. Last used ${moment(device.lastUsedAt)}.</p>
            </div>
            <div class="record__buttons">
              <button
                type="button"
                class="button button--small"
                aria-label="Rename ${device.name}"
                @click=${(): void => {
                  rename(device);
                }}
              >
                Rename
              </button>
              ${removeButton(device.name, () => {
                remove(device);
              })}
            </div>
          </div>
        </li>
      `,
    ),
  );
}

export function passkeysSection(
  account: Account,
  remove: (passkey: AccountPasskey) => void,
  add: (() => void) | null,
): TemplateResult {
  return section(
    "Passkeys",
    html`A passkey lets you in without your face, behind your device's own fingerprint, face or PIN, and
    stands for the code when you use a new device. The service holds a public key of each.`,
    account.passkeys.map(
      (passkey) => html`
        <li class="record">
          <div class="record__row">
            <div>
              <p class="record__title">${passkey.name}</p>
              <p class="muted">
                Added ${moment(passkey.createdAt)}. Last used ${moment(passkey.lastUsedAt)}.
                ${passkey.synced ? "It may be copied to your other devices." : "It stays on one device."}
              </p>
              <p class="muted small">
                Your device or security key knows it as <span class="mono">${passkey.credentialId}</span>
              </p>
            </div>
            ${removeButton(passkey.name, () => {
              remove(passkey);
            })}
          </div>
        </li>
      `,
    ),
    {
      after: add === null ? nothing : action("Add a passkey", nothing, add),
    },
  );
}

export function sessionsSection(
  account: Account,
  end: (session: AccountSession, name: string) => void,
  endAll: () => void,
): TemplateResult {
  return section(
    "Sessions",
    html`Where you are signed in now. A session that is not used ends by itself.`,
    account.sessions.map((session) => {
      const name = sessionName(account, session);
      return html`
        <li class="record">
          <div class="record__row">
            <div>
              <p class="record__title">
                ${name} ${session.current ? html`<span class="tag">This session</span>` : nothing}
              </p>
              <p class="muted">
                ${begun(account, session)}, ${moment(session.createdAt)}. Last used
                ${moment(session.lastUsedAt)}. Ends ${moment(session.expiresAt)} at the latest.
              </p>
            </div>
            <button
              type="button"
              class="button button--small"
              aria-label="Sign out ${name}"
              @click=${(): void => {
                end(session, name);
              }}
            >
              Sign out
            </button>
          </div>
        </li>
      `;
    }),
    {
      after: action(
        "Sign out everywhere",
        account.policyVersion === null
          ? "A code from your mailbox, or a passkey, signs you in again."
          : "Your devices stay known: a look signs you in again.",
        endAll,
      ),
    },
  );
}

export function grantsSection(
  account: Account,
  withdraw: (grant: AccountGrant) => void,
): TemplateResult | typeof nothing {
  if (account.grants.length === 0) return nothing;
  return section(
    "Applications",
    html`Who you let know you. Withdrawing ends at once what an application may learn from here.`,
    account.grants.map(
      (grant) => html`
        <li class="record">
          <div class="record__row">
            <div>
              <p class="record__title">${grant.name}</p>
              <p class="muted">${scopeWords(grant.scopes)} Since ${moment(grant.givenAt)}.</p>
              <p class="muted small">It is registered here as <span class="mono">${grant.client}</span></p>
            </div>
            <button
              type="button"
              class="button button--small"
              aria-label="Withdraw what ${grant.name} may learn"
              @click=${(): void => {
                withdraw(grant);
              }}
            >
              Withdraw
            </button>
          </div>
        </li>
      `,
    ),
  );
}

/** What began a session; a passkey by its name, while the account has it. */
function begun({ passkeys }: Account, { means, passkey }: AccountSession): string {
  const name = passkeys.find(({ id }) => id === passkey)?.name;
  return name === undefined ? meansWords(means) : `${meansWords(means)}, “${name}”`;
}

/** A code lets a device in that is in nobody's list. */
function sessionName(account: Account, { device }: AccountSession): string {
  return account.devices.find(({ id }) => id === device)?.name ?? "A device that a code or a passkey let in";
}

export function consentsSection(account: Account, policyPath: string): TemplateResult {
  return section(
    "Consents",
    html`Which text you agreed to, and when. <a href=${policyPath}>Read the text in force</a>`,
    account.consents.map(
      (consent) => html`
        <li class="record">
          <p class="record__title">Version ${consent.policyVersion}</p>
          <p class="muted">Given ${moment(consent.givenAt)} on ${deviceName(account, consent.device)}.</p>
          <details class="details">
            <summary>What you declared</summary>
            <dl class="facts">
              ${consent.statement === null ? nothing : fact("You ticked", consent.statement)}
              ${consent.ageStatement === null ? nothing : fact("And", consent.ageStatement)}
              ${consent.signedName === null ? nothing : fact("Signed", consent.signedName)}
              ${fact("Language of the text", languageWords(consent.language))}
              <div>
                <dt>Fingerprint of the text</dt>
                <dd class="mono">${consent.textSha256}</dd>
              </div>
            </dl>
          </details>
        </li>
      `,
    ),
  );
}
