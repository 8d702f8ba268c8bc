import { html, nothing, type TemplateResult } from "lit";

import type { Account, LogKept } from "../../sdk";
import { count } from "../wording/format";
import { action } from "./action";

/** What becomes of records that are there: whoever is in for a moment must not shorten the traces they left. */
export const OLDER_STAY =
  "Records that are there stay for as long as they were to, so that nobody can shorten their own traces. Until they have gone, new ones may stay as well.";

/** For how long the log is kept, where there is a choice, and where there was one. */
export function logChoice(account: Account, keep: (kept: LogKept) => void): TemplateResult | typeof nothing {
  const { signInLogKept: kept, leastSignInLogDays: days } = account;
  if (days === null)
    return kept === "full"
      ? nothing
      : html`<p class="muted small">
          You asked for the shortest log. This service no longer offers it: new records are kept for the full
          time again.
        </p>`;
  const least = kept === "least";
  return action(
    least ? "Keep the full log again" : `Keep the log for ${count(days, "day")} only`,
    `New records ${least ? "are" : "would be"} kept for ${count(days, "day")}, without a place. ${OLDER_STAY}`,
    () => {
      keep(least ? "full" : "least");
    },
  );
}
