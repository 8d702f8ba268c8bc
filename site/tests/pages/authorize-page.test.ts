// @vitest-environment happy-dom
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";

import "../../pages/authorize/authorize-page";
import type { AuthorizePage } from "../../pages/authorize/authorize-page";
import {
  NetworkError,
  type AuthorizationAnswered,
  type AuthorizationAsked,
  type AuthorizationJudged,
  type Session,
} from "../../sdk";
import { button, words } from "../support/page";
import { services, type Told } from "../support/services";

const BACK = "https://shop.example/callback";
const QUERY = "client_id=shop&scope=openid%20email&state=7&login_hint=ada%40example.org";
const ASKED: AuthorizationAsked = {
  clientName: "Shop",
  scopes: ["openid", "email"],
  silent: false,
  anew: false,
  loginHint: "ada@example.org",
  loginRequired: `${BACK}?error=login_required`,
  denied: `${BACK}?error=access_denied`,
};
const WAITING = { query: QUERY, name: "Shop", loginHint: "ada@example.org" };
const SESSION: Session = {
  account: "A".repeat(22),
  amr: ["face", "swk"],
  authTime: new Date(),
  expiresAt: new Date(Date.now() + 900_000),
};
const CODE: AuthorizationAnswered = { outcome: "redirect", redirect: `${BACK}?code=42` };
const CONSENT: AuthorizationAnswered = { outcome: "consent", redirect: null };
/** What the API says of a session that is too old for `max_age`, or for a question. */
const TOO_OLD: AuthorizationAnswered = { outcome: "sign-in", redirect: null };

const judgeAuthorization = vi.fn<(query: string) => Promise<AuthorizationJudged>>();
const resumeSession = vi.fn<() => Promise<Session | null>>();
const answerAuthorization =
  vi.fn<(answer: { query: string; consent: boolean }) => Promise<AuthorizationAnswered>>();
const leave = vi.fn<(address: string | URL) => void>();

let told: Told;

beforeEach(() => {
  for (const mock of [judgeAuthorization, resumeSession, answerAuthorization, leave]) mock.mockReset();
  asks({});
  resumeSession.mockResolvedValue(SESSION);
  answerAuthorization.mockResolvedValue(CODE);
  vi.stubGlobal("scrollTo", () => undefined);
  vi.spyOn(location, "replace").mockImplementation(leave);
  told = services({ judgeAuthorization, resumeSession, answerAuthorization });
});

afterEach(() => {
  document.body.replaceChildren();
  history.replaceState(null, "", "/authorize");
  vi.unstubAllGlobals();
});

function asks(changes: Partial<AuthorizationAsked>): void {
  judgeAuthorization.mockResolvedValue({ refused: null, asked: { ...ASKED, ...changes } });
}

function opened(query = QUERY): AuthorizePage {
  history.replaceState(null, "", query === "" ? "/authorize" : `/authorize?${query}`);
  const page = document.createElement("fs-authorize-page");
  page.services = told;
  document.body.append(page);
  return page;
}

async function goneTo(address: string): Promise<void> {
  await vi.waitFor(() => {
    expect(leave.mock.calls).toEqual([[address]]);
  });
}

async function sentToSignIn(): Promise<void> {
  await vi.waitFor(() => {
    expect(told.go.mock.calls).toEqual([["sign-in"]]);
  });
}

async function question(page: AuthorizePage): Promise<HTMLElement> {
  return vi.waitFor(() => {
    const found = page.querySelector<HTMLElement>("[data-step=consent]");
    if (found === null) throw new Error("nothing is asked");
    return found;
  });
}

/** With which words the API was answered. */
function answers(): boolean[] {
  return answerAuthorization.mock.calls.map(([{ query, consent }]) => {
    expect(query).toBe(QUERY);
    return consent;
  });
}

describe("any request", () => {
  test("of somebody who agreed before goes back at once, and nothing is asked", async () => {
    const page = opened();

    await goneTo(`${BACK}?code=42`);
    expect(answers()).toEqual([false]); // that nobody was shown anything
    expect(judgeAuthorization.mock.calls.map(([query]) => query)).toEqual([QUERY]); // word for word
    expect(page.querySelector("[data-step]")).toBeNull();
    expect(told.memory.application).toBeNull();
  });

  test("that cannot be answered goes to where the API says, whoever is signed in", async () => {
    judgeAuthorization.mockResolvedValue({ refused: `${BACK}?error=invalid_scope`, asked: null });

    opened();

    await goneTo(`${BACK}?error=invalid_scope`);
    expect(resumeSession).not.toHaveBeenCalled();
    expect(answerAuthorization).not.toHaveBeenCalled();
  });

  test("leads nowhere else than to an address", async () => {
    answerAuthorization.mockResolvedValue({ outcome: "redirect", redirect: "javascript:alert(1)" });

    const page = opened();

    await vi.waitFor(() => {
      expect(words(page.querySelector("[role=alert]"))).toContain("Something went wrong");
    });
    expect(leave).not.toHaveBeenCalled();
  });

  test("that could not be read leads nowhere, until it is tried again", async () => {
    judgeAuthorization.mockRejectedValueOnce(new NetworkError("unreachable"));
    const page = opened();
    await vi.waitFor(() => {
      expect(words(page.querySelector("[role=alert]"))).toContain("No connection");
    });
    expect(leave).not.toHaveBeenCalled();
    expect(told.go).not.toHaveBeenCalled();

    button(page, "Try again").click();

    await goneTo(`${BACK}?code=42`);
  });
});

describe("nobody is signed in", () => {
  beforeEach(() => {
    resumeSession.mockResolvedValue(null);
  });

  test("so they sign in first; what was asked, and by whom, waits for them", async () => {
    opened();

    await sentToSignIn();
    expect(told.memory.application).toEqual({ ...WAITING, signedIn: false });
    expect(answerAuthorization).not.toHaveBeenCalled();
    expect(leave).not.toHaveBeenCalled();
  });

  test("and nothing may be shown (prompt=none): the application hears that at once", async () => {
    asks({ silent: true });

    const page = opened();

    await goneTo(ASKED.loginRequired);
    expect(told.go).not.toHaveBeenCalled();
    expect(told.memory.application).toBeNull();
    expect(answerAuthorization).not.toHaveBeenCalled();
    expect(page.querySelector("[data-step]")).toBeNull();
  });
});

describe("prompt=none", () => {
  beforeEach(() => {
    asks({ silent: true });
  });

  test("is answered where the person agreed before", async () => {
    opened();

    await goneTo(`${BACK}?code=42`);
    expect(answers()).toEqual([false]);
    expect(told.go).not.toHaveBeenCalled();
  });

  test("goes back with whatever the API refuses it for", async () => {
    answerAuthorization.mockResolvedValue({
      outcome: "redirect",
      redirect: `${BACK}?error=consent_required`,
    });

    const page = opened();

    await goneTo(`${BACK}?error=consent_required`);
    expect(answers()).toEqual([false]);
    expect(page.querySelector("[data-step]")).toBeNull();
  });

  test("sends nobody to sign in whose session is too old: the application hears it instead", async () => {
    answerAuthorization.mockResolvedValue(TOO_OLD);

    opened();

    await goneTo(ASKED.loginRequired);
    expect(told.go).not.toHaveBeenCalled();
  });
});

describe("prompt=login", () => {
  beforeEach(() => {
    asks({ anew: true });
  });

  test("has whoever is signed in sign in again, before anything is answered", async () => {
    opened();

    await sentToSignIn();
    expect(told.memory.application).toEqual({ ...WAITING, signedIn: false });
    expect(answerAuthorization).not.toHaveBeenCalled();
    expect(leave).not.toHaveBeenCalled();
  });

  test("is answered once they did, also where the address bar has the request no more", async () => {
    told.memory.application = { ...WAITING, signedIn: true };

    opened("");

    await goneTo(`${BACK}?code=42`);
    expect(judgeAuthorization.mock.calls.map(([query]) => query)).toEqual([QUERY]);
    expect(answers()).toEqual([false]);
    expect(told.go).not.toHaveBeenCalled();
    expect(told.memory.application).toBeNull(); // the next request asks anew
  });

  test.each([
    ["for another request", { ...WAITING, query: "client_id=another", signedIn: true }],
    ["not yet", { ...WAITING, signedIn: false }],
  ])("is not answered for a sign-in that was %s", async (_, application) => {
    told.memory.application = application;

    opened();

    await sentToSignIn();
    expect(told.memory.application).toEqual({ ...WAITING, signedIn: false });
    expect(answerAuthorization).not.toHaveBeenCalled();
  });
});

describe("a session that is too old (max_age)", () => {
  test("is the API's to tell: then they sign in again, and are not sent back before", async () => {
    asks({ loginHint: null });
    answerAuthorization.mockResolvedValue(TOO_OLD);

    const page = opened();

    await sentToSignIn();
    expect(answers()).toEqual([false]);
    expect(told.memory.application).toEqual({ ...WAITING, loginHint: null, signedIn: false });
    expect(leave).not.toHaveBeenCalled();
    expect(page.querySelector("[data-step]")).toBeNull();
  });

  test("may get too old over the question: then agreeing leads to the sign-in, not back", async () => {
    answerAuthorization.mockResolvedValueOnce(CONSENT).mockResolvedValueOnce(TOO_OLD);
    const page = opened();
    await question(page);

    button(page, "Go on to Shop").click();

    await sentToSignIn();
    expect(answers()).toEqual([false, true]);
    expect(leave).not.toHaveBeenCalled();
  });
});

describe("prompt=consent, and whoever was never asked", () => {
  beforeEach(() => {
    answerAuthorization.mockResolvedValueOnce(CONSENT);
  });

  test("the question says who asks and all that they learn, and waits", async () => {
    const page = opened();

    const asked = await question(page);
    expect(words(page.querySelector("h1"))).toBe("Sign in to Shop");
    expect(words(asked.querySelector("h2"))).toBe("Shop asks who you are");
    expect([...asked.querySelectorAll("li")].map(words)).toEqual([
      "that it is the same person each time, and how and when you signed in",
      "your e-mail address",
    ]);
    expect(answers()).toEqual([false]);
    expect(leave).not.toHaveBeenCalled();
    await vi.waitFor(() => {
      expect(document.activeElement).toBe(asked.querySelector("h2"));
    });
  });

  test("going on says that they agreed, and goes back with the answer", async () => {
    const page = opened();
    await question(page);

    button(page, "Go on to Shop").click();

    await goneTo(`${BACK}?code=42`);
    expect(answers()).toEqual([false, true]);
    expect(page.querySelector("[data-step]")).toBeNull();
  });

  test("cancelling says nothing to the API, and goes back with the refusal", async () => {
    const page = opened();
    await question(page);

    button(page, "Cancel").click();

    await goneTo(ASKED.denied);
    expect(answers()).toEqual([false]);
    expect(told.memory.application).toBeNull();
  });

  test("an answer that did not get through leaves the question as it was", async () => {
    answerAuthorization.mockRejectedValueOnce(new NetworkError("timeout"));
    const page = opened();
    await question(page);

    button(page, "Go on to Shop").click();

    await vi.waitFor(() => {
      expect(words(page.querySelector("[role=alert]"))).toContain("No answer");
    });
    expect(leave).not.toHaveBeenCalled();
    button(page, "Go on to Shop").click();
    await goneTo(`${BACK}?code=42`);
    expect(answers()).toEqual([false, true, true]);
  });
});
