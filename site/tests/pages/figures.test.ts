// @vitest-environment happy-dom
import { render } from "lit";
import { expect, test } from "vitest";

import { byDay, signInsChart } from "../../components/account/sign-ins-chart";
import { vectorFigure, vectorsOf } from "../../components/account/vector-figure";
import type { AccountSignIn } from "../../sdk";

const NOW = new Date(2026, 10, 26, 15, 0);
const DAY_MS = 86_400_000;

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

test("what is older than the chart, or of a clock that is ahead, stands nowhere", () => {
  const days = byDay([entry(91), entry(-2)], NOW);

  expect(days.every(({ accepted, refused }) => accepted + refused === 0)).toBe(true);
});

test("the chart says in words what it shows", () => {
  const page = document.createElement("main");

  render(signInsChart([entry(0), entry(3), entry(4, "refused")], { now: NOW, hasOlder: false }), page);

  expect(page.querySelector("svg")?.getAttribute("aria-label")).toBe(
    "The last 90 days: 2 sign-ins, 1 refused",
  );
});

test("a chart of part of a log says so", () => {
  const page = document.createElement("main");

  render(signInsChart([entry(0), entry(3)], { now: NOW, hasOlder: true }), page);

  expect(page.querySelector("figcaption")?.textContent).toContain("among the newest 2 records");
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
