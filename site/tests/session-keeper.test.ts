// @vitest-environment happy-dom
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";

import type { FaceSmash } from "../sdk";
import { fakeApi, json, problem, type Received, type Reply } from "./support/fake-api";
import {
  access,
  ADA,
  bobSignsIn,
  closePages,
  inApi,
  keptFor,
  later,
  newBrowser,
  page,
  REFRESH,
  refresh,
  refreshes,
  SESSIONS,
  takingTurns,
} from "./support/session-api";

let product: FaceSmash;

beforeEach(() => {
  newBrowser();
  product = page();
});

afterEach(async () => {
  await closePages();
  vi.restoreAllMocks();
  vi.unstubAllGlobals();
});

async function begin(replies: Record<string, Reply> = {}): Promise<Received[]> {
  const log = fakeApi({ ...SESSIONS, ...replies });
  await product.confirmCode(ADA, "123456");
  log.length = 0;
  return log;
}

describe("after a reload", () => {
  test("the session goes on with a new access token, and a proof of this device", async () => {
    const log = await begin();
    const reloaded = page();
    expect(reloaded.session()).toBeNull();

    const session = await reloaded.resumeSession();

    expect(session).toMatchObject({ account: "account-1", amr: ["otp", "swk"] });
    expect(reloaded.session()).toEqual(session);
    expect(refreshes(log)[0]).toMatchObject({
      body: { refresh_token: "account-1.session-1.first" },
      proof: { nonce: "challenge-2" },
    });
    expect(JSON.stringify(log)).not.toContain("first.");
  });

  test("again and again, each token is shown once", async () => {
    const log = await begin();

    for (let visit = 0; visit < 3; visit++) expect(await page().resumeSession()).not.toBeNull();

    const shown = refreshes(log).map(({ body }) => (body as { refresh_token: string }).refresh_token);
    expect(new Set(shown).size).toBe(3);
    expect(shown.every((token) => token.startsWith("account-1.session-1."))).toBe(true);
  });

  test("there is none where nobody signed in, and nothing is asked", async () => {
    const log = fakeApi(SESSIONS);

    expect(await product.resumeSession()).toBeNull();
    expect(log).toEqual([]);
  });

  test("one that was ended elsewhere is none, and the device keeps nothing of it", async () => {
    const log = await begin();
    inApi.inForce = null;

    expect(await page().resumeSession()).toBeNull();

    log.length = 0;
    expect(await page().resumeSession()).toBeNull();
    expect(log).toEqual([]);
  });

  test("without a network it says so, and goes on when there is one", async () => {
    await begin({ [REFRESH]: async () => Promise.reject(new TypeError("Failed to fetch")) });
    await expect(page().resumeSession()).rejects.toMatchObject({ kind: "unreachable" });

    fakeApi(SESSIONS);

    expect(await page().resumeSession()).not.toBeNull();
  });

  test("an answer that was lost is asked for again in the same words", async () => {
    const lost: Reply = async (received) => {
      await refresh(received);
      throw new TypeError("Failed to fetch");
    };
    const log = await begin({ [REFRESH]: lost });
    await expect(page().resumeSession()).rejects.toMatchObject({ kind: "unreachable" });
    const [first] = refreshes(log);

    const again = fakeApi(SESSIONS);
    expect(await page().resumeSession()).not.toBeNull();

    expect(refreshes(again)[0]?.body).toEqual(first?.body);
    expect(await page().resumeSession()).not.toBeNull();
  });
});

describe("while a page is open", () => {
  test("a token that is about to end is replaced before it is used", async () => {
    const log = await begin();
    later(850);

    await product.setFaceSignIn("paused");

    expect(log.map(({ url }) => new URL(url).pathname)).toEqual([
      "/v1/challenges",
      "/v1/sessions/refresh",
      "/v1/challenges",
      "/v1/account",
    ]);
    expect(log.at(-1)?.headers.get("Authorization")).toContain(
      (access() as { access_token: string }).access_token.split(".")[0] ?? "",
    );
  });

  test("nothing is asked by a clock: a page that nobody uses keeps nobody signed in", async () => {
    vi.useFakeTimers({ toFake: ["setTimeout", "setInterval", "Date"] });
    const log = fakeApi(SESSIONS);
    try {
      const confirmed = product.confirmCode(ADA, "123456");
      await vi.advanceTimersByTimeAsync(1000);
      await confirmed;
      log.length = 0;

      await vi.advanceTimersByTimeAsync(3_700_000);

      expect(log).toEqual([]);
      expect(product.session()).toBeNull();
    } finally {
      vi.useRealTimers();
    }
  });

  test("a session that another tab replaced by a new sign-in is found again", async () => {
    const log = await begin();
    let refusals = 1;
    const other: Reply = () =>
      refusals-- > 0 ? problem("token-invalid", 401) : json({ face_sign_in: "paused" });
    fakeApi({ ...SESSIONS, "PATCH /v1/account": other });

    await product.setFaceSignIn("paused");

    expect(product.session()).not.toBeNull();
    expect(log).toEqual([]);
  });

  describe("a session that another tab began for somebody else", () => {
    test("is neither used nor continued where one's own was refused", async () => {
      const log = await begin({ "PATCH /v1/account": () => problem("token-invalid", 401) });
      await bobSignsIn();

      await expect(product.setFaceSignIn("paused")).rejects.toMatchObject({ kind: "no-session" });

      expect(log.filter(({ method }) => method === "PATCH")).toHaveLength(1);
      expect(refreshes(log)).toEqual([]);
      expect(product.session()).toBeNull();
    });

    test("is neither used nor continued where one's own token is about to end", async () => {
      const log = await begin();
      await bobSignsIn();
      later(890);

      await expect(product.setFaceSignIn("paused")).rejects.toMatchObject({ kind: "no-session" });

      expect(log.filter(({ method }) => method === "PATCH")).toEqual([]);
      expect(refreshes(log)).toEqual([]);
      expect(product.session()).toBeNull();
    });

    test("is not handed out to anybody's backend", async () => {
      const log = await begin();
      await bobSignsIn();
      later(890);

      const both = await Promise.allSettled([
        product.authorizationHeaders("GET", "https://backend.example/"),
        product.authorizationHeaders("GET", "https://backend.example/"),
      ]);

      expect(both.map(({ status }) => status)).toEqual(["rejected", "rejected"]);
      expect(refreshes(log)).toEqual([]);
    });

    test("goes on in that tab, and in a page that has none of its own", async () => {
      await begin();
      const other = await bobSignsIn();
      later(890);
      await expect(product.setFaceSignIn("paused")).rejects.toMatchObject({ kind: "no-session" });

      await other.setFaceSignIn("paused");

      expect(other.session()?.account).toBe("account-2");
      expect(await keptFor()).toBe("account-2");
    });
  });

  test("a session that was ended elsewhere says so once, and is over", async () => {
    await begin({ "PATCH /v1/account": () => problem("token-invalid", 401) });
    inApi.inForce = null;

    await expect(product.setFaceSignIn("paused")).rejects.toMatchObject({ type: "token-invalid" });

    expect(product.session()).toBeNull();
  });

  test("two tabs that refresh at once take turns", async () => {
    takingTurns();
    const log = await begin();

    const both = await Promise.all([page().resumeSession(), page().resumeSession()]);

    expect(both).not.toContain(null);
    expect(refreshes(log)).toHaveLength(2);
    expect(inApi.inForce).not.toBeNull();
  });

  test("two tabs that cannot take turns leave the session to one of them", async () => {
    await begin();

    const both = await Promise.all([page().resumeSession(), page().resumeSession()]);

    expect(both).toContain(null);
    expect(both).toContainEqual(expect.objectContaining({ account: "account-1" }));
    expect(await keptFor()).toBe("account-1");
  });
});
