import { html, nothing, type TemplateResult } from "lit";

import type { Account, AccountTemplate, Learning } from "../../sdk";
import {
  confirmations,
  learnedFrom,
  learnedWords,
  qualityLines,
  templateKind,
  templateLife,
} from "../wording/account";
import { count, moment } from "../wording/format";
import { action } from "./action";
import { deviceName, fact, removeButton, section } from "./record-section";
import { vectorFigure, type Vectors } from "./vector-figure";

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
  const lately = learnedWords(account.learnedAt);
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
      const origin = learnedFrom(template, account.signIns);
      const confirmed = confirmations(template);
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
                  This is the last one made when you enrolled. To remove it too, withdraw your consent or
                  delete your account.
                </p>`
              : nothing
          }
          ${vector === undefined ? nothing : vectorFigure(name, vector)}
          <details class="details">
            <summary>Quality and origin</summary>
            <dl class="facts">
              ${qualityLines(template.quality).map(({ name: term, value }) => fact(term, value))}
              ${origin === "" ? nothing : fact("Learned from", origin)}
              ${confirmed === "" ? nothing : fact("Confirmed by later sign-ins", confirmed)}
              ${fact("Compared with", `${count(template.used, "successful look")} in the log below`)}
              ${fact("From the device", deviceName(account, template.sourceDevice))}
              ${fact("Face model", template.model)} ${fact("Way of cropping", template.pipeline)}
            </dl>
          </details>
        </li>
      `;
    }),
    {
      before: lately === "" ? nothing : html`<p class="small">${lately}</p>`,
      after:
        account.policyVersion === null
          ? nothing
          : html`${numbers(vectors, showNumbers, hideNumbers)} ${learned === 0 ? nothing : forgetting(forget)}
            ${learningChoice(account.learning, setLearning)}`,
    },
  );
}

function forgetting(forget: () => void): TemplateResult {
  return action("Forget what was learned", "What was made when you enrolled stays.", forget);
}

function numbers(vectors: Vectors | null, show: () => void, hide: () => void): TemplateResult {
  return vectors === null
    ? action(
        "Show the numbers",
        "As a small figure of each template, on this page only. It counts as a download: you are told by mail.",
        show,
      )
    : action("Hide the numbers", nothing, hide);
}

function learningChoice(learning: Learning, set: (learning: Learning) => void): TemplateResult {
  const allowed = learning === "allowed";
  return action(
    allowed ? "Do not learn from sign-ins" : "Learn from sign-ins again",
    allowed
      ? "Nothing new is learned then, and what was learned is destroyed. What was made when you enrolled stays."
      : "Nothing is learned from your sign-ins. What was made when you enrolled signs you in.",
    () => {
      set(allowed ? "refused" : "allowed");
    },
  );
}
