import { html, nothing, type TemplateResult } from "lit";

import type {
  Account,
  AccountDevice,
  AccountGrant,
  AccountPasskey,
  AccountSession,
  AccountTemplate,
  Learning,
  LogKept,
} from "../../sdk";
import { notice } from "../notice";
import { logChoice } from "./log-choice";
import { signInsChart } from "./sign-ins-chart";
import { vectorFigure, type Vectors } from "./vector-figure";
import {
  BROKEN_LOG,
  deedWords,
  languageWords,
  letInWithoutFace,
  meansWords,
  outcomeWords,
  placeWords,
  qualityLines,
  reasonWords,
  templateKind,
  templateLife,
} from "../wording/account";
import { count, moment } from "../wording/format";
import { scopeWords } from "../wording/scopes";

/** The newest sign-ins are what people look for; the rest is one press away. */
const SHOWN_SIGN_INS = 8;

export interface TemplateActions {
  readonly remove: (template: AccountTemplate, name: string) => void;
  readonly forget: () => void;
  readonly setLearning: (learning: Learning) => void;
  readonly showNumbers: () => void;
  readonly hideNumbers: () => void;
}

export function templatesSection(
  account: Account,
  vectors: Vectors | null,
  { remove, forget, setLearning, showNumbers, hideNumbers }: TemplateActions,
): TemplateResult {
  const anchors = account.templates.filter(({ kind }) => kind === "anchor").length;
  const learned = account.templates.length - anchors;
  return section(
    "Face templates",
    account.policyVersion === null
      ? html`This account has no face, so none is held or compared.`
      : html`Each is 128 numbers worked out from pictures. They are stored encrypted, and the download shows
        them. From good sign-ins a few are learned, so that you are recognised as you change.`,
    account.templates.map((template, index) => {
      const name = `Template ${index + 1}`;
      const last = template.kind === "anchor" && anchors === 1;
      const life = templateLife(template);
      const vector = vectors?.get(template.id);
      return html`
        <li class="record">
          <div class="record__row">
            <div>
              <p class="record__title">${name}</p>
              <p class="muted">
                ${templateKind(template.kind)},
                ${moment(template.createdAt)}${
                  template.kind === "adaptive"
                    ? `, on ${deviceName(account, template.sourceDevice)}`
                    : nothing
                }
              </p>
              ${life === "" ? nothing : html`<p class="small">${life}</p>`}
            </div>
            ${
              last
                ? nothing
                : removeButton(name, () => {
                    remove(template, name);
                  })
            }
          </div>
          ${
            last
              ? html`<p class="small">
                  This is the last one made at registration. To remove it too, withdraw your consent or delete
                  your account.
                </p>`
              : nothing
          }
          ${vector === undefined ? nothing : vectorFigure(name, vector)}
          <details class="details">
            <summary>Quality and origin</summary>
            <dl class="facts">
              ${qualityLines(template.quality).map(({ name: term, value }) => fact(term, value))}
              ${fact("From the device", deviceName(account, template.sourceDevice))}
              ${fact("Face model", template.model)} ${fact("Way of cropping", template.pipeline)}
            </dl>
          </details>
        </li>
      `;
    }),
    {
      after:
        account.policyVersion === null
          ? nothing
          : html`${numbers(vectors, showNumbers, hideNumbers)} ${learned === 0 ? nothing : forgetting(forget)}
            ${learningChoice(account.learning, setLearning)}`,
    },
  );
}

function forgetting(forget: () => void): TemplateResult {
  return html`
    <div class="action">
      <button type="button" class="button" @click=${forget}>Forget what was learned</button>
      <p class="muted small">What was made at registration stays.</p>
    </div>
  `;
}

function numbers(vectors: Vectors | null, show: () => void, hide: () => void): TemplateResult {
  return html`
    <div class="action">
      ${
        vectors === null
          ? html`<button type="button" class="button" @click=${show}>Show the numbers</button>
              <p class="muted small">
                As a small figure of each template, on this page only. It counts as a download: you are told
                by mail.
              </p>`
          : html`<button type="button" class="button" @click=${hide}>Hide the numbers</button>`
      }
    </div>
  `;
}

function learningChoice(learning: Learning, set: (learning: Learning) => void): TemplateResult {
  const allowed = learning === "allowed";
  return html`
    <div class="action">
      <button
        type="button"
        class="button"
        @click=${(): void => {
          set(allowed ? "refused" : "allowed");
        }}
      >
        ${allowed ? "Do not learn from sign-ins" : "Learn from sign-ins again"}
      </button>
      <p class="muted small">
        ${
          allowed
            ? "Nothing new is learned then, and what was learned is destroyed. What was made at registration stays."
            : "Nothing is learned from your sign-ins. What was made at registration signs you in."
        }
      </p>
    </div>
  `;
}

export function devicesSection(account: Account, remove: (device: AccountDevice) => void): TemplateResult {
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
            ${removeButton(device.name, () => {
              remove(device);
            })}
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
            </div>
            ${removeButton(passkey.name, () => {
              remove(passkey);
            })}
          </div>
        </li>
      `,
    ),
    {
      after:
        add === null
          ? nothing
          : html`<div class="action">
              <button type="button" class="button" @click=${add}>Add a passkey</button>
            </div>`,
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
                ${meansWords(session.means)}, ${moment(session.createdAt)}. Last used
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
      after: html`<div class="action">
        <button type="button" class="button" @click=${endAll}>Sign out everywhere</button>
        <p class="muted small">Your devices stay known: a look signs you in again.</p>
      </div>`,
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

/** A code lets a device in that is in nobody's list. */
export function sessionName(account: Account, { device }: AccountSession): string {
  return account.devices.find(({ id }) => id === device)?.name ?? "A device that a code or a passkey let in";
}

export function consentsSection(account: Account): TemplateResult {
  return section(
    "Consents",
    html`Which text you agreed to, and when.`,
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

export interface LogActions {
  readonly showOlder: () => void;
  readonly keep: (kept: LogKept) => void;
}

export function signInsSection(account: Account, { showOlder, keep }: LogActions): TemplateResult {
  const { signIns, signInsOlder } = account;
  const rest = signIns.slice(SHOWN_SIGN_INS);
  const row = (signIn: Account["signIns"][number]): TemplateResult => html`
    <li class="record record--line">
      <span class="record__title"
        >${signIn.outcome === "done" ? deedWords(signIn.reason) : outcomeWords(signIn.outcome)}</span
      >
      <span class="muted">
        ${moment(signIn.at)},
        ${deviceName(account, signIn.device)}${
          signIn.place === null ? nothing : `, ${placeWords(signIn.place)}`
        }${
          signIn.outcome === "refused" || letInWithoutFace(signIn) !== null
            ? `, ${reasonWords(signIn.reason)}`
            : nothing
        }
      </span>
    </li>
  `;
  return section(
    "Sign-ins and changes",
    html`Kept for as long as the consent text says, then deleted. Look for one that was not you.`,
    signIns.slice(0, SHOWN_SIGN_INS).map(row),
    {
      before: html`${
        account.signInLog === "whole" ? nothing : notice({ kind: "caution", ...BROKEN_LOG })
      }${signIns.length === 0 ? nothing : signInsChart(signIns, { now: new Date(), complete: signInsOlder === null })}${logChoice(account, keep)}`,
      total: signInsOlder === null ? signIns.length : `${signIns.length}+`,
      after:
        rest.length === 0
          ? nothing
          : html`<details class="details">
              <summary>${count(rest.length, "older record")}</summary>
              <ul class="records">
                ${rest.map(row)}
              </ul>
              ${
                signInsOlder === null
                  ? nothing
                  : html`<div class="action">
                      <button type="button" class="button" @click=${showOlder}>Show older ones</button>
                    </div>`
              }
            </details>`,
    },
  );
}

function section(
  title: string,
  lead: TemplateResult,
  records: readonly TemplateResult[],
  {
    before = nothing,
    after = nothing,
    total = records.length,
  }: {
    before?: TemplateResult | typeof nothing;
    after?: TemplateResult | typeof nothing;
    total?: number | string;
  } = {},
): TemplateResult {
  return html`
    <section class="card stack" aria-label=${title}>
      <div class="stack stack--tight">
        <h2>${title} <span class="number">${total}</span></h2>
        <p class="muted">${lead}</p>
      </div>
      ${before}
      ${
        records.length === 0
          ? html`<p>None.</p>`
          : html`<ul class="records">
              ${records}
            </ul>`
      }
      ${after}
    </section>
  `;
}

function removeButton(name: string, remove: () => void): TemplateResult {
  return html`<button type="button" class="button button--small" aria-label="Remove ${name}" @click=${remove}>
    Remove
  </button>`;
}

function fact(term: string, value: string): TemplateResult {
  return html`<div>
    <dt>${term}</dt>
    <dd>${value}</dd>
  </div>`;
}

/** Records outlive the devices they name, and a refused one was perhaps never on the list. */
function deviceName(account: Account, id: string): string {
  return account.devices.find((device) => device.id === id)?.name ?? "a device that is not in your list";
}
