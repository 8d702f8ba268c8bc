import { describe, expect, test } from "vitest";

import { FIRST_WAIT_S, FREE_TRIES, LONGEST_WAIT_S, waitHint } from "../../components/wording/patience";
import { pythonConstant } from "../support/python-constants";

describe("after refusals in a row", () => {
  test.each([
    ["FREE_TRIES", FREE_TRIES],
    ["FIRST_WAIT_S", FIRST_WAIT_S],
    ["LONGEST_WAIT_S", LONGEST_WAIT_S],
  ])("the page has the service's own %s", (name, value) => {
    expect(value).toBe(pythonConstant("patience", name, "service"));
  });

  test.each([0, 1, 4])("%d say nothing of waiting", (refusals) => {
    expect(waitHint(refusals)).toBeNull();
  });

  test.each([
    [5, "30 seconds"],
    [6, "60 seconds"],
    [7, "2 minutes"],
    [11, "32 minutes"],
    [13, "60 minutes"],
    [100, "60 minutes"],
  ])("%d ask for %s at least, and offer the other way in", (refusals, wait) => {
    const hint = waitHint(refusals);

    expect(hint).toContain(`wait ${wait} or longer`);
    expect(hint).toContain("mailbox code");
  });

  test("never read like an answer of the service", () => {
    expect(waitHint(5)).not.toMatch(/match|score|account|template|recogni|locked/i);
  });
});
