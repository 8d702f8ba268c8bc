import { appendFile, mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterEach, beforeEach, expect, test } from "vitest";

import { Progress } from "../../embed/progress";
import type { Outcome } from "../../embed/record";
import { descriptorOf } from "../support/scripted";

let folder: string;
let file: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "facesmash-progress-"));
  file = join(folder, "out.npz.progress");
});

afterEach(async () => {
  await rm(folder, { recursive: true });
});

const ada = { path: "Ada/1.jpg", stamp: "100-5" };
const bea = { path: "Bea/1.jpg", stamp: "200-6" };
const embedded = {
  kind: "embedded",
  descriptor: descriptorOf(1),
  mirror: descriptorOf(2),
  detector: "tiny",
  quality: { detection_score: 0.5 },
} as unknown as Outcome;

async function leftBehind(): Promise<void> {
  const progress = await Progress.open(file, "recipe");
  await progress.add(ada, embedded);
  await progress.add(bea, { kind: "unreadable", why: "torn" });
  await progress.close();
}

test("what a killed run had finished is there again, to the last bit", async () => {
  await leftBehind();

  const progress = await Progress.open(file, "recipe");

  expect(progress.get(ada)).toEqual(embedded);
  expect(progress.get(bea)).toEqual({ kind: "unreadable", why: "torn" });
  await progress.close();
});

test("a line that was torn off is forgotten, and what comes after it is kept", async () => {
  await leftBehind();
  await appendFile(file, '{"path":"Cleo/1.jpg","sta');

  const between = await Progress.open(file, "recipe");
  expect(between.finished.size).toBe(2);
  await between.add({ path: "Dora/1.jpg", stamp: "1-1" }, { kind: "no-face" });
  await between.close();

  const progress = await Progress.open(file, "recipe");
  expect(progress.finished.size).toBe(3);
  await progress.close();
});

test("a picture that was changed since is done again", async () => {
  await leftBehind();

  const progress = await Progress.open(file, "recipe");

  expect(progress.get({ ...ada, stamp: "100-9" })).toBeUndefined();
  await progress.close();
});

test("what other code made is thrown away: two pipelines never meet in one result", async () => {
  await leftBehind();

  const progress = await Progress.open(file, "another recipe");

  expect(progress.finished.size).toBe(0);
  await progress.close();
  expect(await readFile(file, "utf8")).not.toContain("Ada");
});
