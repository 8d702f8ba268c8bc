// @vitest-environment happy-dom
import { createHash } from "node:crypto";

import { IDBFactory } from "fake-indexeddb";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";

import { createFaceSmash, type FaceSmash } from "../sdk";
import { accessToken, fakeApi, json, problem, type Received, type Reply } from "./support/fake-api";

const NOW_S = Math.floor(Date.now() / 1000);
const REFRESH = "POST /v1/sessions/refresh";
const OWN = "DELETE /v1/account/sessions/this-device";
const digest = (text: string): string => createHash("sha256").update(text).digest("hex");

/** One session as the API keeps it: the digest in force, and the one before. */
let inForce: string | null;
let before: string | null;
let tokens: number;
let product: FaceSmash;
const pages: FaceSmash[] = [];

const access = (account = "account-1"): object => ({
  access_token: accessToken({
    sub: account,
    amr: ["otp", "swk"],
    auth_time: NOW_S,
    cnf: { jkt: "this-device" },
    jti: ++tokens,
  }),
  token_type: "DPoP",
  expires_in: 900,
  refresh_expires_in: 3600,
});

const refresh: Reply = ({ body }) => {
  const { refresh_token: token, next_sha256: next } = body as Record<string, string>;
  const shown = digest(token ?? "");
  const isInForce = shown === inForce;
  if (inForce === null || (!isInForce && !(shown === before && next === inForce))) {
    inForce = null;
    return problem("token-invalid", 401);
  }
  [before, inForce] = [shown, next ?? null];
  return json({ account: "account-1", ...access() });
};

const REPLIES: Record<string, Reply> = {
  "POST /v1/email/confirm": () => {
    const token = "account-1.session-1.first";
    inForce = digest(token);
    const mailbox = { mailbox_token: "mailbox", mailbox_expires_in: 600, registered: true, frozen: false };
    return json({ ...mailbox, ...access(), refresh_token: token });
  },
  "PATCH /v1/account": () => json({ face_sign_in: "paused" }),
  [REFRESH]: refresh,
  [OWN]: () => new Response(null, { status: 204 }),
  "DELETE /v1/account/sessions": () => new Response(null, { status: 204 }),
};

beforeEach(() => {
  [inForce, before, tokens] = [null, null, 0];
  vi.stubGlobal("indexedDB", new IDBFactory());
  product = page();
});

afterEach(async () => {
  await Promise.all(pages.splice(0).map(async (one) => one.dispose()));
  vi.restoreAllMocks();
  vi.unstubAllGlobals();
});

/** A page of the same browser: another tab, or this one after a reload. */
function page(): FaceSmash {
  const one = createFaceSmash({ apiOrigin: "https://api.example" });
  pages.push(one);
  return one;
}

async function begin(replies: Record<string, Reply> = {}): Promise<Received[]> {
  const log = fakeApi({ ...REPLIES, ...replies });
  await product.confirmCode("ada@example.org", "123456");
  log.length = 0;
  return log;
}

const refreshes = (log: Received[]): Received[] => log.filter(({ url }) => url.endsWith("/sessions/refresh"));

function later(seconds: number): void {
  const now = Date.now();
  vi.spyOn(Date, "now").mockReturnValue(now + 1000 * seconds);
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
    const log = fakeApi(REPLIES);

    expect(await product.resumeSession()).toBeNull();
    expect(log).toEqual([]);
  });

  test("one that was ended elsewhere is none, and the device keeps nothing of it", async () => {
    const log = await begin();
    inForce = null;

    expect(await page().resumeSession()).toBeNull();

    log.length = 0;
    expect(await page().resumeSession()).toBeNull();
    expect(log).toEqual([]);
  });

  test("without a network it says so, and goes on when there is one", async () => {
    await begin({ [REFRESH]: async () => Promise.reject(new TypeError("Failed to fetch")) });
    await expect(page().resumeSession()).rejects.toMatchObject({ kind: "unreachable" });

    fakeApi(REPLIES);

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

    const again = fakeApi(REPLIES);
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
    const log = fakeApi(REPLIES);
    try {
      const confirmed = product.confirmCode("ada@example.org", "123456");
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
    fakeApi({ ...REPLIES, "PATCH /v1/account": other });

    await product.setFaceSignIn("paused");

    expect(product.session()).not.toBeNull();
    expect(log).toEqual([]);
  });

  describe("a session that another tab began for somebody else", () => {
    const OTHERS: Reply = () => json({ account: "account-2", ...access("account-2") });

    test("is not used where one's own was refused", async () => {
      await begin();
      const log = fakeApi({
        ...REPLIES,
        [REFRESH]: OTHERS,
        "PATCH /v1/account": () => problem("token-invalid", 401),
      });

      await expect(product.setFaceSignIn("paused")).rejects.toMatchObject({ kind: "no-session" });

      expect(log.filter(({ method }) => method === "PATCH")).toHaveLength(1);
      expect(product.session()).toBeNull();
    });

    test("is not used where one's own token is about to end", async () => {
      await begin();
      later(890);
      const log = fakeApi({ ...REPLIES, [REFRESH]: OTHERS });

      await expect(product.setFaceSignIn("paused")).rejects.toMatchObject({ kind: "no-session" });

      expect(log.filter(({ method }) => method === "PATCH")).toEqual([]);
    });
  });

  test("a session that was ended elsewhere says so once, and is over", async () => {
    await begin({ "PATCH /v1/account": () => problem("token-invalid", 401) });
    inForce = null;

    await expect(product.setFaceSignIn("paused")).rejects.toMatchObject({ type: "token-invalid" });

    expect(product.session()).toBeNull();
  });

  test("two tabs that refresh at once take turns", async () => {
    let turn = Promise.resolve();
    const request = async (_name: string, work: () => Promise<unknown>): Promise<unknown> => {
      const mine = turn.then(work);
      turn = mine.then(
        () => undefined,
        () => undefined,
      );
      return mine;
    };
    vi.stubGlobal("navigator", { locks: { request } });
    const log = await begin();

    const both = await Promise.all([page().resumeSession(), page().resumeSession()]);

    expect(both).not.toContain(null);
    expect(refreshes(log)).toHaveLength(2);
    expect(inForce).not.toBeNull();
  });
});

describe("signing out", () => {
  test("ends the session at the API and on the device", async () => {
    const log = await begin();

    await product.signOut();

    expect(log.at(-1)).toMatchObject({
      method: "DELETE",
      url: "https://api.example/v1/account/sessions/this-device",
    });
    expect(product.session()).toBeNull();
    expect(await page().resumeSession()).toBeNull();
  });

  test("without a network still ends it on the device", async () => {
    await begin({ [OWN]: async () => Promise.reject(new TypeError("Failed to fetch")) });

    await product.signOut();

    expect(product.session()).toBeNull();
    expect(await page().resumeSession()).toBeNull();
  });

  test("everywhere ends this one too, another device's does not", async () => {
    await begin({ "DELETE /v1/account/sessions/phone": () => new Response(null, { status: 204 }) });

    await product.endSession("phone");
    expect(product.session()).not.toBeNull();

    await product.endSessions();
    expect(product.session()).toBeNull();
  });

  test("closing a page ends nothing", async () => {
    const log = await begin();

    await product.dispose();

    expect(log).toEqual([]);
    expect(await page().resumeSession()).not.toBeNull();
  });
});
