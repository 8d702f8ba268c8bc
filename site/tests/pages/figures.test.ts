// @vitest-environment happy-dom
import { render } from "lit";
import { afterEach, expect, test, vi } from "vitest";

import { byDay, signInsChart } from "../../components/account/sign-ins-chart";
import { vectorFigure, vectorsOf } from "../../components/account/vector-figure";
import type { AccountSignIn } from "../../sdk";

const NOW = new Date(2026, 10, 26, 15, 0);
const DAY_MS = 86_400_000;

afterEach(() => {
  vi.unstubAllEnvs();
});

const entry = (daysAgo: number, outcome: AccountSignIn["outcome"] = "accepted"): AccountSignIn => ({
  id: String(daysAgo),
  at: new Date(NOW.getTime() - daysAgo * DAY_MS),
  outcome,
  reason: "matched",
  device: "D",
  place: null,
});

test("each sign-in stands on its day, and what was changed is none", () => {
  const days = byDay([entry(0), entry(0, "refused"), entry(1), entry(89), entry(0, "done")], NOW);

  expect(days).toHaveLength(90);
  expect(days.at(-1)).toEqual({ accepted: 1, refused: 1 });
  expect(days.at(-2)).toEqual({ accepted: 1, refused: 0 });
  expect(days[0]).toEqual({ accepted: 1, refused: 0 });
});

test.each([
  ["Europe/Berlin", "2026-11-01T12:00:00+01:00", "2026-10-24T00:10:00+02:00", 8],
  ["Europe/Berlin", "2026-11-01T12:00:00+01:00", "2026-10-25T00:10:00+02:00", 7],
  ["Europe/Berlin", "2026-11-01T12:00:00+01:00", "2026-10-25T23:50:00+01:00", 7],
  ["Europe/Berlin", "2028-03-31T12:00:00+02:00", "2028-03-26T23:50:00+02:00", 5],
  ["America/New_York", "2028-03-13T12:00:00-04:00", "2028-02-29T00:10:00-05:00", 13],
  ["Pacific/Kiritimati", "2026-11-01T12:00:00+14:00", "2026-10-31T23:50:00+14:00", 1],
])("in %s, at %s, what was at %s was %s days ago by the calendar", (zone, now, at, daysAgo) => {
  vi.stubEnv("TZ", zone);

  const days = byDay([{ ...entry(0), at: new Date(at) }], new Date(now));

  expect(days.findIndex(({ accepted }) => accepted === 1)).toBe(89 - daysAgo);
});

test("what is older than the chart, or of a clock that is ahead, stands nowhere", () => {
  const days = byDay([entry(91), entry(-2)], NOW);

  expect(days.every(({ accepted, refused }) => accepted + refused === 0)).toBe(true);
});

test("the chart says in words what it shows", () => {
  const page = document.createElement("main");

  const drawn = [entry(0), entry(3), entry(4, "refused")];
  render(signInsChart(drawn, { now: NOW, complete: true }), page);

  expect(page.querySelector("svg")?.getAttribute("aria-label")).toBe(
    "The last 90 days: 2 sign-ins, 1 refused",
  );
});

test("a chart of a part of the log says so", () => {
  const page = document.createElement("main");

  render(signInsChart([entry(0)], { now: NOW, complete: false }), page);

  expect(page.querySelector("svg")?.getAttribute("aria-label")).toBe(
    "Of the last 90 days, the newest 1 records: 1 sign-in, 0 refused",
  );
});

test("a figure has a bar for every number, on its side of the line", () => {
  const page = document.createElement("main");

  render(vectorFigure("Template 1", [0.5, -0.25]), page);

  const bars = [...page.querySelectorAll("rect")].map((bar) => [
    Number(bar.getAttribute("y")),
    Number(bar.getAttribute("height")),
  ]);
  expect(bars).toEqual([
    [0, 24],
    [24, 12],
  ]);
});

test("numbers come from an export that has them, and from no other", () => {
  const exported = (descriptor: number[] | null): string =>
    JSON.stringify({ templates: [{ id: "one", descriptor }] });

  expect(vectorsOf(exported([0.1]))?.get("one")).toEqual([0.1]);
  expect(vectorsOf(exported(null))).toBeNull();
});
