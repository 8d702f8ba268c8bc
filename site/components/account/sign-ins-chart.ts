import { html, nothing, svg, type SVGTemplateResult, type TemplateResult } from "lit";

import type { AccountSignIn } from "../../sdk";
import { count, day } from "../wording/format";

const DAYS = 90;
const DAY_MS = 86_400_000;
const HEIGHT = 40;
/** A day with as many is as high as the chart: one more would not be seen, and is said in words. */
const FULL = 8;

export interface DayOfSignIns {
  readonly accepted: number;
  readonly refused: number;
}

/** The last ninety days, the oldest first. What was done by somebody who was in already is no sign-in. */
export function byDay(signIns: readonly AccountSignIn[], now: Date): readonly DayOfSignIns[] {
  const days = Array.from({ length: DAYS }, () => ({ accepted: 0, refused: 0 }));
  const today = dayNumber(now);
  for (const { at, outcome } of signIns) {
    const found = days[DAYS - 1 - (today - dayNumber(at))];
    if (found !== undefined && outcome !== "done") found[outcome] += 1;
  }
  return days;
}

/** Days of the calendar, counted: one of them has 23 hours a year, and one 25. */
function dayNumber(at: Date): number {
  return Date.UTC(at.getFullYear(), at.getMonth(), at.getDate()) / DAY_MS;
}

/** Sign-ins of ninety days as bars: who got in above the line, who was refused below it. The list has each. */
export function signInsChart(
  signIns: readonly AccountSignIn[],
  { now, complete }: { now: Date; complete: boolean },
): TemplateResult {
  const days = byDay(signIns, now);
  const [accepted, refused] = [total(days, "accepted"), total(days, "refused")];
  // A long log comes in parts: what is not there yet is not drawn as days without anything.
  const what = complete
    ? `The last ${DAYS} days`
    : `Of the last ${DAYS} days, the newest ${signIns.length} records`;
  const from = new Date(now.getFullYear(), now.getMonth(), now.getDate() - (DAYS - 1));
  return html`
    <figure class="chart">
      <svg
        viewBox="0 0 ${DAYS * 4} ${HEIGHT * 2}"
        preserveAspectRatio="none"
        role="img"
        aria-label="${what}: ${count(accepted, "sign-in")}, ${refused} refused"
      >
        ${days.map((found, index) => [bar(found.accepted, index, true), bar(found.refused, index, false)])}
        <line class="chart__line" x1="0" x2=${DAYS * 4} y1=${HEIGHT} y2=${HEIGHT}></line>
      </svg>
      <figcaption class="chart__caption muted small">
        <span>${day(from)}</span
        ><span
          >${complete ? nothing : `The newest ${signIns.length} records: `}${count(accepted, "sign-in")}
          above, ${refused} refused below</span
        ><span>Today</span>
      </figcaption>
    </figure>
  `;
}

function bar(number: number, index: number, up: boolean): SVGTemplateResult {
  const height = (HEIGHT * Math.min(number, FULL)) / FULL;
  return svg`<rect class=${up ? "chart__in" : "chart__refused"} x=${index * 4 + 0.5} width="3"
    y=${up ? HEIGHT - height : HEIGHT} height=${height}></rect>`;
}

function total(days: readonly DayOfSignIns[], kind: keyof DayOfSignIns): number {
  return days.reduce((sum, found) => sum + found[kind], 0);
}
