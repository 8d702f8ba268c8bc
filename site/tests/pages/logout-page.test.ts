// @vitest-environment happy-dom
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";

import "../../pages/logout-page";
import type { LogoutPage } from "../../pages/logout-page";
import { DeviceKeyError, NetworkError, type Session, type SignOutAsked } from "../../sdk";
import { button, words } from "../support/page";
import { services, type Told } from "../support/services";

const SESSION: Session = {
  account: "A".repeat(22),
  amr: ["face", "swk"],
  authTime: new Date(),
  expiresAt: new Date(Date.now() + 900_000),
};
const QUERY = "client_id=shop&post_logout_redirect_uri=https%3A%2F%2Fshop.example%2Fbye&state=7";
const SHOP: SignOutAsked = { clientName: "Shop", redirect: "https://shop.example/bye?state=7" };
const NOBODY: SignOutAsked = { clientName: null, redirect: null };

const judgeSignOut = vi.fn<(query: string) => Promise<SignOutAsked>>();
const resumeSession = vi.fn<() => Promise<Session | null>>();
const signOut = vi.fn<() => Promise<void>>();
const leave = vi.fn<(address: string | URL) => void>();

let told: Told;

beforeEach(() => {
  vi.stubGlobal("scrollTo", () => undefined);
  for (const mock of [judgeSignOut, resumeSession, signOut, leave]) mock.mockReset();
  judgeSignOut.mockResolvedValue(SHOP);
  resumeSession.mockResolvedValue(SESSION);
  signOut.mockResolvedValue(undefined);
  vi.spyOn(location, "replace").mockImplementation(leave);
});

afterEach(() => {
  document.body.replaceChildren();
  vi.unstubAllGlobals();
  history.replaceState(null, "", "/logout");
});

function opened(query = QUERY): LogoutPage {
  history.replaceState(null, "", query === "" ? "/logout" : `/logout?${query}`);
  const page = document.createElement("fs-logout-page");
  told = services({ judgeSignOut, resumeSession, signOut });
  page.services = told;
  document.body.append(page);
  return page;
}

/** Something that is still going on. */
function pending(): { promise: Promise<void>; settle: () => void } {
  let settle = (): void => undefined;
  const promise = new Promise<void>((resolve) => {
    settle = resolve;
  });
  return { promise, settle };
}

async function shown(query = QUERY): Promise<LogoutPage> {
  const page = opened(query);
  await vi.waitFor(() => {
    expect(page.querySelector("[data-step=sign-out], .notice")).not.toBeNull();
  });
  return page;
}

describe("whoever is signed in", () => {
  test("is asked, and by whom it was wanted: opening the link ends nothing and leads nowhere", async () => {
    const page = await shown();

    expect(words(page.querySelector("h1"))).toBe("Sign out");
    expect(words(page)).toContain("Shop asks to sign you out here.");
    expect(judgeSignOut.mock.calls.map(([query]) => query)).toEqual([QUERY]); // word for word
    expect(signOut).not.toHaveBeenCalled();
    expect(leave).not.toHaveBeenCalled();
    expect(told.sessionChanged).toHaveBeenCalled(); // the header says so, too
  });

  test("is signed out by one press, and only then sent to where the API says", async () => {
    const page = await shown();
    signOut.mockImplementation(async () => {
      expect(leave).not.toHaveBeenCalled();
      return Promise.resolve();
    });

    button(page, "Sign out").click();

    await vi.waitFor(() => {
      expect(leave).toHaveBeenCalledExactlyOnceWith("https://shop.example/bye?state=7");
    });
    expect(signOut).toHaveBeenCalledOnce();
    expect(words(page)).toContain("You are signed out");
    expect(told.sessionChanged).toHaveBeenCalledTimes(2);
  });

  test("presses once: the button waits while the session ends", async () => {
    const page = await shown();
    const { promise, settle } = pending();
    signOut.mockReturnValue(promise);

    button(page, "Sign out").click();
    await page.updateComplete;
    expect(button(page, "Sign out").getAttribute("aria-disabled")).toBe("true");
    expect(words(page.querySelector("[role=status]"))).toBe("Signing out");
    button(page, "Sign out").click();
    settle();

    await vi.waitFor(() => {
      expect(words(page)).toContain("You are signed out");
    });
    expect(signOut).toHaveBeenCalledOnce();
  });

  test("goes on from the heading with the keyboard, where they are sent nowhere", async () => {
    judgeSignOut.mockResolvedValue(NOBODY);
    const page = await shown();
    button(page, "Sign out").focus();

    button(page, "Sign out").click();

    await vi.waitFor(() => {
      expect(words(page)).toContain("You are signed out");
    });
    await vi.waitFor(() => {
      expect(document.activeElement).toBe(page.querySelector("h1"));
    });
  });

  test("and leaves before the session has ended is sent nowhere by it", async () => {
    const page = await shown();
    const { promise, settle } = pending();
    signOut.mockReturnValue(promise);
    button(page, "Sign out").click();

    page.remove();
    settle();
    await promise;
    await new Promise((resolve) => setTimeout(resolve));

    expect(leave).not.toHaveBeenCalled();
    expect(told.sessionChanged).toHaveBeenCalledTimes(2); // the header knows all the same
  });

  test("can stay", async () => {
    const page = await shown();

    const stay = [...page.querySelectorAll("a")].find((link) => words(link) === "Stay signed in");

    expect(stay?.getAttribute("href")).toBe("/dashboard");
  });

  test.each([
    ["by somebody who is not registered", "client_id=stranger", NOBODY],
    ["by a link without anything", "", SHOP],
  ])("and was sent %s goes nowhere afterwards", async (_, query, judged) => {
    judgeSignOut.mockResolvedValue(judged);
    const page = await shown(query);
    expect(words(page)).toContain("You were sent here to sign out.");
    expect(judgeSignOut).toHaveBeenCalledTimes(query === "" ? 0 : 1);

    button(page, "Sign out").click();

    await vi.waitFor(() => {
      expect(words(page)).toContain("You are signed out You can close this page.");
    });
    expect(signOut).toHaveBeenCalledOnce();
    expect(leave).not.toHaveBeenCalled();
    expect(page.querySelector("a")).toBeNull();
  });
});

describe("whoever is not signed in", () => {
  beforeEach(() => {
    resumeSession.mockResolvedValue(null);
  });

  test("is told so, and goes back by a link of their own choice", async () => {
    const page = await shown();

    expect(words(page)).toContain("You are signed out");
    const back = page.querySelector("a");
    expect(words(back)).toBe("Back to Shop");
    expect(back?.getAttribute("href")).toBe("https://shop.example/bye?state=7");
    expect(page.querySelector("button")).toBeNull();
    expect(leave).not.toHaveBeenCalled();
    expect(signOut).not.toHaveBeenCalled();
  });

  test("and has nowhere to go back to can close the page", async () => {
    judgeSignOut.mockResolvedValue(NOBODY);

    const page = await shown();

    expect(words(page)).toContain("You can close this page.");
    expect(page.querySelector("a")).toBeNull();
  });
});

describe("what is no address", () => {
  const ASTRAY: SignOutAsked = { clientName: "Shop", redirect: "javascript:alert(document.domain)" };

  test("is not followed, though the API names it", async () => {
    judgeSignOut.mockResolvedValue(ASTRAY);
    const page = await shown();

    button(page, "Sign out").click();

    await vi.waitFor(() => {
      expect(words(page)).toContain("You are signed out");
    });
    expect(words(page)).not.toContain("Something went wrong");
    expect(leave).not.toHaveBeenCalled();
    expect(page.querySelector("a[href^=javascript]")).toBeNull();
  });

  test("is not offered as a link", async () => {
    judgeSignOut.mockResolvedValue(ASTRAY);
    resumeSession.mockResolvedValue(null);

    const page = await shown();

    expect(words(page)).toContain("You are signed out You can close this page.");
    expect(page.querySelector("a")).toBeNull();
  });
});

describe("when something fails", () => {
  test.each([
    ["reading who asks", judgeSignOut],
    ["finding out whether anybody is signed in", resumeSession],
  ])("%s: nothing is claimed, and it can be tried again", async (_, fails) => {
    fails.mockRejectedValueOnce(new NetworkError("unreachable"));
    const page = await shown();
    expect(words(page.querySelector("[role=alert]"))).toContain("No connection");
    expect(words(page)).not.toContain("You are signed out");
    expect(page.querySelector("[data-step]")).toBeNull();

    button(page, "Try again").click();

    await vi.waitFor(() => {
      expect(words(page)).toContain("Shop asks to sign you out here.");
    });
    expect(page.querySelector("[role=alert]")).toBeNull();
    expect(signOut).not.toHaveBeenCalled();
  });

  test("ending the session: the question stays, and nobody is sent away as if it had ended", async () => {
    signOut.mockRejectedValueOnce(new DeviceKeyError("storage-unavailable"));
    const page = await shown();

    button(page, "Sign out").click();

    await vi.waitFor(() => {
      expect(words(page.querySelector("[role=alert]"))).toContain("This browser keeps nothing");
    });
    expect(words(page.querySelector("[role=alert]"))).toContain("You may still be signed in here");
    expect(words(page)).not.toContain("You are signed out");
    expect(leave).not.toHaveBeenCalled();

    button(page, "Try again").click();
    await vi.waitFor(() => {
      expect(leave).toHaveBeenCalledOnce();
    });
    expect(signOut).toHaveBeenCalledTimes(2);
    expect(judgeSignOut).toHaveBeenCalledOnce(); // what failed is tried again, and nothing else
  });
});

test("until it is known whether anybody is signed in, nothing is claimed or offered", async () => {
  const { promise, settle } = pending();
  resumeSession.mockReturnValue(promise.then(() => SESSION));
  const page = opened();
  await page.updateComplete;

  expect(words(page)).toBe("Sign out One moment");
  expect(words(page.querySelector("[role=status]"))).toBe("One moment");

  settle();
  await vi.waitFor(() => {
    expect(words(page)).toContain("Shop asks to sign you out here.");
  });
});
