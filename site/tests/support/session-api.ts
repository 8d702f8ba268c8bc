/** Sessions as the API keeps them, and the pages of one browser that have them. For happy-dom. */
import { createHash } from "node:crypto";

import { IDBFactory } from "fake-indexeddb";
import { vi } from "vitest";

import { createFaceSmash, type FaceSmash } from "../../sdk";
import { accessToken, json, problem, type Received, type Reply } from "./fake-api";

const NOW_S = Math.floor(Date.now() / 1000);
export const CONFIRM = "POST /v1/email/confirm";
export const REFRESH = "POST /v1/sessions/refresh";
export const OWN = "DELETE /v1/account/sessions/this-device";
export const ADA = "ada@example.org";
export const BOB = "bob@example.org";

/** One session as the API keeps it: the digest in force, and the one before. */
export const inApi: { inForce: string | null; before: string | null } = { inForce: null, before: null };

let tokens = 0;
const pages: FaceSmash[] = [];

/** Before each test: a browser where nobody was. */
export function newBrowser(): void {
  Object.assign(inApi, { inForce: null, before: null });
  vi.stubGlobal("indexedDB", new IDBFactory());
}

export async function closePages(): Promise<void> {
  await Promise.all(pages.splice(0).map(async (one) => one.dispose()));
}

/** A page of the same browser: another tab, or this one after a reload. */
export function page(): FaceSmash {
  const one = createFaceSmash({ apiOrigin: "https://api.example" });
  pages.push(one);
  return one;
}

export const access = (account = "account-1"): object => ({
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

export const refresh: Reply = ({ body }) => {
  const { refresh_token: token, next_sha256: next } = body as Record<string, string>;
  const shown = digest(token ?? "");
  const isInForce = shown === inApi.inForce;
  if (inApi.inForce === null || (!isInForce && !(shown === inApi.before && next === inApi.inForce))) {
    inApi.inForce = null;
    return problem("token-invalid", 401);
  }
  [inApi.before, inApi.inForce] = [shown, next ?? null];
  const account = token?.split(".")[0];
  return json({ account, ...access(account) });
};

export const confirm: Reply = ({ body }) => {
  const account = (body as { email: string }).email === BOB ? "account-2" : "account-1";
  const token = `${account}.session-1.first`;
  inApi.inForce = digest(token);
  const mailbox = { mailbox_token: "mailbox", mailbox_expires_in: 600, registered: true, frozen: false };
  return json({ ...mailbox, ...access(account), refresh_token: token });
};

export const SESSIONS: Record<string, Reply> = {
  [CONFIRM]: confirm,
  "PATCH /v1/account": () => json({ face_sign_in: "paused" }),
  [REFRESH]: refresh,
  [OWN]: () => new Response(null, { status: 204 }),
  "DELETE /v1/account/sessions": () => new Response(null, { status: 204 }),
};

export const refreshes = (log: Received[]): Received[] =>
  log.filter(({ url }) => url.endsWith("/sessions/refresh"));

/** Another tab of the same browser, where somebody else signs in meanwhile. */
export async function bobSignsIn(): Promise<FaceSmash> {
  const other = page();
  await other.confirmCode(BOB, "123456");
  return other;
}

/** Whose session this device keeps, as a page finds it that has none of its own. */
export async function keptFor(): Promise<string | null> {
  return (await page().resumeSession())?.account ?? null;
}

/** Web Locks, one name: each waits until the one before is done. */
export function takingTurns(): void {
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
export function slowly(reply: Reply): { reply: Reply; asked: Promise<void>; letGo: () => void } {
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

export function later(seconds: number): void {
  const now = Date.now();
  vi.spyOn(Date, "now").mockReturnValue(now + 1000 * seconds);
}

function digest(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}
