// @vitest-environment happy-dom
/** What tabs do to one session at the same moment, wherever the moment falls. */
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";

import type { FaceSmash } from "../sdk";
import { fakeApi } from "./support/fake-api";
import {
  ADA,
  BOB,
  closePages,
  CONFIRM,
  confirm,
  keptFor,
  later,
  newBrowser,
  page,
  REFRESH,
  refresh,
  SESSIONS,
  slowly,
  takingTurns,
} from "./support/session-api";

const EVERYWHERE = "DELETE /v1/account/sessions";
/** How many turns of the event loop one thing is ahead of the other: the store takes fewer for a read and a write. */
const LEADS = Array.from({ length: 33 }, (_, index) => index - 16);

let ada: FaceSmash;

beforeEach(() => {
  newBrowser();
  takingTurns();
  ada = page();
});

afterEach(async () => {
  await closePages();
  vi.restoreAllMocks();
  vi.unstubAllGlobals();
});

/** Begins both, one as many turns of the event loop before the other. */
async function inOrder(lead: number, one: () => unknown, other: () => unknown): Promise<void> {
  const [first, second] = lead > 0 ? [one, other] : [other, one];
  const begun = first();
  for (let turn = 0; turn < Math.abs(lead); turn++) await new Promise((resolve) => setImmediate(resolve));
  await Promise.all([begun, second()]);
}

describe.each(LEADS)("an end that comes %i turns before the answer to a refresh", (lead) => {
  let continuing: ReturnType<typeof slowly>;
  let ending: ReturnType<typeof slowly>;
  let refreshed: Promise<unknown>;
  let ended: Promise<unknown>;

  beforeEach(async () => {
    continuing = slowly(refresh);
    ending = slowly(() => new Response(null, { status: 204 }));
    fakeApi({ ...SESSIONS, [REFRESH]: continuing.reply, [EVERYWHERE]: ending.reply });
    await ada.confirmCode(ADA, "123456");
    ended = ada.endSessions();
    await ending.asked;
    later(850);
    refreshed = ada.authorizationHeaders("GET", "https://backend.example/").catch(() => null);
    await continuing.asked;
  });

  test("leaves nothing in the page, and nothing on the device", async () => {
    await inOrder(lead, ending.letGo, continuing.letGo);
    await Promise.all([ended, refreshed]);

    expect(ada.session()).toBeNull();
    expect(await keptFor()).toBeNull();
  });

  test("leaves nothing on the device if another tab brings it about", async () => {
    const other = page();
    await other.knownAccount();

    await inOrder(lead, async () => other.signOut(), continuing.letGo);
    await refreshed;

    expect(await keptFor()).toBeNull();
    ending.letGo();
    await ended;
  });
});

test.each(LEADS)(
  "an end %i turns before somebody else begins in another tab leaves what they begin",
  async (lead) => {
    const ending = slowly(() => new Response(null, { status: 204 }));
    const confirming = slowly(confirm);
    fakeApi({ ...SESSIONS, [EVERYWHERE]: ending.reply });
    await ada.confirmCode(ADA, "123456");
    const ended = ada.endSessions();
    await ending.asked;
    fakeApi({ ...SESSIONS, [CONFIRM]: confirming.reply });
    const begun = page().confirmCode(BOB, "123456");
    await confirming.asked;

    await inOrder(lead, ending.letGo, confirming.letGo);
    await Promise.all([ended, begun]);

    expect(await keptFor()).toBe("account-2");
  },
);
