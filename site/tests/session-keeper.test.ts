// @vitest-environment happy-dom
import { createHash } from "node:crypto";

import { IDBFactory } from "fake-indexeddb";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";

import { createFaceSmash, type FaceSmash } from "../sdk";
import { accessToken, fakeApi, json, problem, type Received, type Reply } from "./support/fake-api";

const NOW_S = Math.floor(Date.now() / 1000);
const REFRESH = "POST /v1/sessions/refresh";
const OWN = "DELETE /v1/account/sessions/this-device";
const ADA = "ada@example.org";
const BOB = "bob@example.org";
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
  const account = token?.split(".")[0];
  return json({ account, ...access(account) });
};

const REPLIES: Record<string, Reply> = {
  "POST /v1/email/confirm": ({ body }) => {
    const account = (body as { email: string }).email === BOB ? "account-2" : "account-1";
    const token = `${account}.session-1.first`;
    inForce = digest(token);
    const mailbox = { mailbox_token: "mailbox", mailbox_expires_in: 600, registered: true, frozen: false };
    return json({ ...mailbox, ...access(account), refresh_token: token });
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
  await product.confirmCode(ADA, "123456");
  log.length = 0;
  return log;
}

const refreshes = (log: Received[]): Received[] => log.filter(({ url }) => url.endsWith("/sessions/refresh"));

/** Another tab of the same browser, where somebody else signs in meanwhile. */
async function bobSignsIn(): Promise<FaceSmash> {
  const other = page();
  await other.confirmCode(BOB, "123456");
  return other;
}

/** Whose session this device keeps, as a page finds it that has none of its own. */
async function keptFor(): Promise<string | null> {
  return (await page().resumeSession())?.account ?? null;
}

/** Web Locks, one name: each waits until the one before is done. */
function takingTurns(): void {
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
}

/** An answer that waits until it is let go. */
function slowly(reply: Reply): { reply: Reply; asked: Promise<void>; letGo: () => void } {
  let ask!: () => void;
  let letGo!: () => void;
  const asked = new Promise<void>((resolve) => (ask = resolve));
  const gone = new Promise<void>((resolve) => (letGo = resolve));
  const waiting: Reply = async (received) => {
    ask();
    await gone;
    return reply(received);
  };
  return { reply: waiting, asked, letGo };
}

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
    fakeApi({ ...REPLIES, "PATCH /v1/account": other });

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
    inForce = null;

    await expect(product.setFaceSignIn("paused")).rejects.toMatchObject({ type: "token-invalid" });

    expect(product.session()).toBeNull();
  });

  test("two tabs that refresh at once take turns", async () => {
    takingTurns();
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

  describe("leaves what another tab began for somebody else", () => {
    test.each<[string, () => Promise<void>]>([
      ["here", async () => product.signOut()],
      ["everywhere", async () => product.endSessions()],
      ["this device", async () => product.endSession("this-device")],
      ["and forgetting the device", async () => product.forgetDevice()],
    ])("%s", async (_where, signOut) => {
      await begin();
      const other = await bobSignsIn();

      await signOut();

      expect(product.session()).toBeNull();
      expect(other.session()?.account).toBe("account-2");
      expect(await keptFor()).toBe("account-2");
    });

    test("also where one's own has run out before", async () => {
      const log = await begin();
      later(3_700);
      expect(product.session()).toBeNull();
      await bobSignsIn();
      log.length = 0;

      await product.signOut();

      expect(log).toEqual([]);
      expect(await keptFor()).toBe("account-2");
    });
  });

  test("on a page that began none drops whatever the device keeps", async () => {
    await begin();

    await page().signOut();

    expect(await keptFor()).toBeNull();
  });

  test("waits for no other tab that is just continuing the session, and nothing of it is left", async () => {
    takingTurns();
    const continuing = slowly(refresh);
    await begin({ [REFRESH]: continuing.reply });
    const other = page().resumeSession();
    await continuing.asked;

    await product.signOut();
    continuing.letGo();

    expect(await other).toBeNull();
    expect(await keptFor()).toBeNull();
  });

  test("holds in this page too where its token is just being replaced", async () => {
    takingTurns();
    const continuing = slowly(refresh);
    const ending = slowly(() => new Response(null, { status: 204 }));
    await begin({ [REFRESH]: continuing.reply, "DELETE /v1/account/sessions": ending.reply });
    const signedOut = product.endSessions();
    await ending.asked;
    later(850);
    const headers = product.authorizationHeaders("GET", "https://backend.example/");
    await continuing.asked;

    ending.letGo();
    await signedOut;
    continuing.letGo();
    await expect(headers).rejects.toMatchObject({ kind: "no-session" });

    expect(product.session()).toBeNull();
    expect(await keptFor()).toBeNull();
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
