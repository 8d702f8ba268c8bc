// @vitest-environment happy-dom
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";

import "../../pages/freeze/freeze-page";
import type { FreezePage } from "../../pages/freeze/freeze-page";
import type { Services } from "../../pages/services";
import { NetworkError } from "../../sdk";
import { button, words } from "../support/page";

const TOKEN = "A".repeat(76);
const OTHER = "B".repeat(76);
const freezeAccount = vi.fn(async () => Promise.resolve());

async function opened(hash: string): Promise<FreezePage> {
  location.hash = hash;
  const page = document.createElement("fs-freeze-page");
  page.services = { faceSmash: { freezeAccount }, sessionChanged: () => undefined } as unknown as Services;
  document.body.append(page);
  await page.updateComplete;
  return page;
}

/** Opens a link where the page is here already: the browser loads nothing anew. */
async function openedAnew(page: FreezePage, hash: string): Promise<void> {
  location.hash = hash;
  window.dispatchEvent(new HashChangeEvent("hashchange"));
  await page.updateComplete;
}

async function frozen(page: FreezePage): Promise<void> {
  button(page, "Freeze my account").click();
  await vi.waitFor(() => {
    expect(page.textContent).toContain("Your account is frozen");
  });
}

beforeEach(() => {
  freezeAccount.mockReset().mockResolvedValue();
  history.replaceState(null, "", "/freeze");
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

  await frozen(page);

  expect(freezeAccount).toHaveBeenCalledExactlyOnceWith(TOKEN, expect.anything());
});

test.each(["A".repeat(75), `${"A".repeat(75)}<`])(
  "a link that is not whole offers nothing: %s",
  async (hash) => {
    const page = await opened(hash);

    expect(page.querySelector("button")).toBeNull();
    expect(page.textContent).toContain("This link is not complete");
  },
);

describe("the way back", () => {
  test("to a link that was used says what it did, and not that nobody has lifted it since", async () => {
    const page = await opened(TOKEN);
    await frozen(page);
    page.remove();

    const back = await opened("");

    expect(words(back.querySelector("h1"))).toBe("You froze your account here");
    expect(words(back)).toContain("nobody gets in until you lift it");
    expect(back.querySelector("a")?.getAttribute("href")).toBe("/sign-in");
    expect(JSON.stringify(history.state)).not.toContain(TOKEN);
  });

  test("to a link of which nothing is known claims nothing about it", async () => {
    (await opened(TOKEN)).remove();

    const back = await opened("");

    expect(words(back)).toContain("There is no link here any more");
    expect(words(back)).not.toContain("Nothing was done");
    expect(back.querySelector("button")).toBeNull();
  });

  test("is no other link's: one that is opened after it asks by itself", async () => {
    const page = await opened(TOKEN);
    await frozen(page);
    await openedAnew(page, OTHER);
    page.remove();

    const back = await opened("");

    expect(words(back.querySelector("h1"))).toBe("Open the link in the mail");
  });
});

describe("a link that is opened in the page", () => {
  test("is the one that counts, and leaves the address as well", async () => {
    const page = await opened("A".repeat(75));

    await openedAnew(page, TOKEN);

    expect(location.hash).toBe("");
    expect(words(page.querySelector("h1"))).toBe("Was that not you?");
    expect(freezeAccount).not.toHaveBeenCalled();
    await frozen(page);
    expect(freezeAccount).toHaveBeenCalledExactlyOnceWith(TOKEN, expect.anything());
  });

  test("takes the place of the one before, also where that one was used", async () => {
    const page = await opened(TOKEN);
    await frozen(page);

    await openedAnew(page, OTHER);

    expect(words(page.querySelector("h1"))).toBe("Was that not you?");
    await vi.waitFor(() => {
      expect(document.activeElement).toBe(page.querySelector("h1"));
    });
    await frozen(page);
    expect(freezeAccount).toHaveBeenLastCalledWith(OTHER, expect.anything());
  });

  test("begins without the failure of the one before", async () => {
    freezeAccount.mockRejectedValueOnce(new NetworkError("unreachable"));
    const page = await opened(TOKEN);
    button(page, "Freeze my account").click();
    await vi.waitFor(() => {
      expect(page.querySelector("[role=alert]")).not.toBeNull();
    });

    await openedAnew(page, OTHER);

    expect(page.querySelector("[role=alert]")).toBeNull();
  });

  test.each<[string, (settle: { resolve: () => void; reject: (error: Error) => void }) => void]>([
    [
      "does its work",
      ({ resolve }) => {
        resolve();
      },
    ],
    [
      "fails",
      ({ reject }) => {
        reject(new NetworkError("unreachable"));
      },
    ],
  ])("is asked about by itself while the one before still %s", async (_how, settle) => {
    let settled!: Parameters<typeof settle>[0];
    freezeAccount.mockReturnValueOnce(
      new Promise<void>((resolve, reject) => (settled = { resolve, reject })),
    );
    const page = await opened(TOKEN);
    button(page, "Freeze my account").click();
    await openedAnew(page, OTHER);
    expect(button(page, "Freeze my account").getAttribute("aria-disabled")).toBe("false");

    settle(settled);

    await vi.waitFor(() => button(page, "Freeze my account"));
    expect(words(page.querySelector("h1"))).toBe("Was that not you?");
    expect(page.querySelector("[role=alert]")).toBeNull();
    await frozen(page);
    expect(freezeAccount).toHaveBeenLastCalledWith(OTHER, expect.anything());
  });

  test("is used while the one before still hangs", async () => {
    freezeAccount.mockReturnValueOnce(new Promise<void>(() => undefined));
    const page = await opened(TOKEN);
    button(page, "Freeze my account").click();
    await openedAnew(page, OTHER);

    await frozen(page);

    expect(freezeAccount).toHaveBeenLastCalledWith(OTHER, expect.anything());
  });

  test("offers nothing where it is not whole", async () => {
    const page = await opened(TOKEN);

    await openedAnew(page, "A".repeat(75));

    expect(location.hash).toBe("");
    expect(page.querySelector("button")).toBeNull();
    expect(page.textContent).toContain("This link is not complete");
  });

  test.each(["", "content"])("is not what leads elsewhere in the page: #%s", async (hash) => {
    const page = await opened(TOKEN);
    page.id = "content";

    await openedAnew(page, hash);

    await frozen(page);
    expect(freezeAccount).toHaveBeenCalledExactlyOnceWith(TOKEN, expect.anything());
  });

  test("is nothing to a page that was left", async () => {
    const page = await opened(TOKEN);
    page.remove();

    await openedAnew(page, OTHER);

    expect(location.hash).toBe(`#${OTHER}`);
  });
});
