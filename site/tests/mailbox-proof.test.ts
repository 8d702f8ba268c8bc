// @vitest-environment happy-dom
/** The proof of a mailbox is somebody's: it goes when they go, and the next person in the page has none of it. */
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";

import type { FaceSmash } from "../sdk";
import { DeviceStore } from "../sdk/identity/device-store";
import { purged } from "./support/account-api";
import { fakeApi, json, problem, type Received, type Reply } from "./support/fake-api";
import { passkeyPlatform } from "./support/platform-passkeys";
import {
  access,
  ADA,
  BOB,
  bobSignsIn,
  closePages,
  CONFIRM,
  confirm,
  inApi,
  later,
  newBrowser,
  OWN,
  page,
  SESSIONS,
} from "./support/session-api";

const RECOVERY = "POST /v1/recovery";
/** Of another life than the session's: what ends the session shall end it, and not its own time. */
const mailbox = (token: string): object => ({
  mailbox_token: token,
  mailbox_expires_in: 50_000,
  frozen: false,
});
const REPLIES: Record<string, Reply> = {
  ...SESSIONS,
  [CONFIRM]: async (received) => {
    const session = (await (await confirm(received)).json()) as object;
    return json({ ...session, ...mailbox("proved by a code") });
  },
  [RECOVERY]: () => problem("authentication-failed", 401),
  "POST /v1/passkeys/verifications": () =>
    json({ ...access("account-2"), refresh_token: "account-2.session-1.first", ...mailbox("by a passkey") }),
  "DELETE /v1/account": purged,
};

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

async function adaIsIn(replies: Record<string, Reply> = {}): Promise<Received[]> {
  const log = fakeApi({ ...REPLIES, ...replies });
  await product.confirmCode(ADA, "123456");
  return log;
}

/** Ada's mailbox is proved, and nobody is signed in: it belongs to no account, or to a frozen one. */
async function adaHasOnlyAMailbox(): Promise<Received[]> {
  const log = fakeApi({
    ...REPLIES,
    [CONFIRM]: () => json({ registered: false, ...mailbox("proved by a code") }),
  });
  await product.confirmCode(ADA, "123456");
  fakeApi(REPLIES);
  return log;
}

/** The mailbox that goes along when the next person in this page uses a recovery code. */
async function mailboxOfTheNext(): Promise<unknown> {
  const log = fakeApi(REPLIES);
  await expect(product.useRecoveryCode(BOB, "A".repeat(24))).rejects.toMatchObject({ status: 401 });
  return (log.at(-1)?.body as Record<string, unknown>)["mailbox_token"];
}

describe("the proof of a mailbox goes with the session", () => {
  test.each<[string, () => Promise<unknown>]>([
    ["signing out", async () => product.signOut()],
    ["signing this device out", async () => product.endSession("this-device")],
    ["signing out everywhere", async () => product.endSessions()],
    ["forgetting the device", async () => product.forgetDevice()],
    ["deleting the account", async () => product.deleteAccount()],
  ])("that ends by %s", async (_how, end) => {
    await adaIsIn();

    await end();

    expect(await mailboxOfTheNext()).toBeUndefined();
  });

  test("that ran out", async () => {
    await adaIsIn();
    later(3_601);

    expect(await mailboxOfTheNext()).toBeUndefined();
  });

  test("that was ended elsewhere", async () => {
    await adaIsIn({ "PATCH /v1/account": () => problem("token-invalid", 401) });
    inApi.inForce = null;

    await expect(product.setFaceSignIn("paused")).rejects.toMatchObject({ type: "token-invalid" });

    expect(await mailboxOfTheNext()).toBeUndefined();
  });

  test("that another tab has put somebody else's in the place of", async () => {
    await adaIsIn();
    await bobSignsIn();
    later(890);

    await expect(product.setFaceSignIn("paused")).rejects.toMatchObject({ kind: "no-session" });

    expect(await mailboxOfTheNext()).toBeUndefined();
  });
});

describe("the proof of a mailbox goes when somebody else comes", () => {
  test("with a session that another tab began", async () => {
    await adaHasOnlyAMailbox();
    await bobSignsIn();

    expect(await product.resumeSession()).toMatchObject({ account: "account-2" });

    expect(await mailboxOfTheNext()).toBeUndefined();
  });

  test("with a passkey, on a device that knows them", async () => {
    await adaHasOnlyAMailbox();
    await new DeviceStore("facesmash").set("account", "account-2");
    passkeyPlatform();

    await product.usePasskey();

    expect(await mailboxOfTheNext()).toBeUndefined();
  });

  test("with a passkey, which stands for their own on a device that does not", async () => {
    await adaHasOnlyAMailbox();
    passkeyPlatform();

    await product.usePasskey();

    expect(await mailboxOfTheNext()).toBe("by a passkey");
  });
});

describe("the proof of a mailbox stays", () => {
  test("for whoever registers, or lifts a freeze, with nobody signed in", async () => {
    await adaHasOnlyAMailbox();

    expect(await mailboxOfTheNext()).toBe("proved by a code");
  });

  test("while its session goes on", async () => {
    await adaIsIn();
    later(850);

    await product.setFaceSignIn("paused");

    expect(await mailboxOfTheNext()).toBe("proved by a code");
  });

  test("when another device is signed out", async () => {
    await adaIsIn({ [OWN.replace("this-device", "phone")]: () => new Response(null, { status: 204 }) });

    await product.endSession("phone");

    expect(await mailboxOfTheNext()).toBe("proved by a code");
  });
});
