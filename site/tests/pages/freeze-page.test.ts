// @vitest-environment happy-dom
import { afterEach, beforeEach, expect, test, vi } from "vitest";

import "../../pages/freeze/freeze-page";
import type { FreezePage } from "../../pages/freeze/freeze-page";
import type { Services } from "../../pages/services";

const TOKEN = "A".repeat(76);
const freezeAccount = vi.fn(async () => Promise.resolve());

async function opened(hash: string): Promise<FreezePage> {
  location.hash = hash;
  const page = document.createElement("fs-freeze-page");
  page.services = { faceSmash: { freezeAccount }, sessionChanged: () => undefined } as unknown as Services;
  document.body.append(page);
  await page.updateComplete;
  return page;
}

beforeEach(() => {
  freezeAccount.mockClear();
  vi.stubGlobal("scrollTo", () => undefined);
});

afterEach(() => {
  document.body.replaceChildren();
  vi.unstubAllGlobals();
});

test("opening the link freezes nothing, and takes the token out of the address", async () => {
  const page = await opened(TOKEN);

  expect(page.textContent).toContain("Was that not you?");
  expect(location.hash).toBe("");
  expect(freezeAccount).not.toHaveBeenCalled();
});

test("one press freezes, and says how to lift it", async () => {
  const page = await opened(TOKEN);

  page.querySelector("button")?.click();

  await vi.waitFor(() => {
    expect(page.textContent).toContain("Your account is frozen");
  });
  expect(freezeAccount).toHaveBeenCalledExactlyOnceWith(TOKEN, expect.anything());
});

test.each(["", "A".repeat(75), `${"A".repeat(75)}<`])(
  "a link that is not whole offers nothing: %s",
  async (hash) => {
    const page = await opened(hash);

    expect(page.querySelector("button")).toBeNull();
    expect(page.textContent).toContain("This link is not complete");
  },
);
