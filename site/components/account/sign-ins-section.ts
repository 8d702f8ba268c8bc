import { html, nothing, type TemplateResult } from "lit";

import type { Account, LogKept } from "../../sdk";
import { notice } from "../notice";
import {
  BROKEN_LOG,
  deedWords,
  letInWithoutFace,
  outcomeWords,
  placeWords,
  reasonWords,
} from "../wording/account";
import { count, moment } from "../wording/format";
import { action } from "./action";
import { logChoice } from "./log-choice";
import { deviceName, section } from "./record-section";
import { signInsChart } from "./sign-ins-chart";

/** The newest sign-ins are what people look for; the rest is one press away. */
const SHOWN_SIGN_INS = 8;

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
      }${signIns.length === 0 ? nothing : signInsChart(signIns, { now: new Date(), complete: signInsOlder === null })}`,
      total: signInsOlder === null ? signIns.length : `${signIns.length}+`,
      after: html`${
        rest.length === 0
          ? nothing
          : html`<details class="details">
              <summary>${count(rest.length, "older record")}</summary>
              <ul class="records">
                ${rest.map(row)}
              </ul>
              ${signInsOlder === null ? nothing : action("Show older ones", nothing, showOlder)}
            </details>`
      }${logChoice(account, keep)}`,
    },
  );
}
