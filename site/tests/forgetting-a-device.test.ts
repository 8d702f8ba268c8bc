// @vitest-environment happy-dom
/** A computer that two people share has one key: who leaves takes it along only where nobody else needs it. */
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";

import type { FaceSmash } from "../sdk";
import { DeviceStore } from "../sdk/identity/device-store";
import { purged } from "./support/account-api";
import { fakeApi } from "./support/fake-api";
import {
  ADA,
  bobSignsIn,
  closePages,
  keptFor,
  later,
  newBrowser,
  page,
  SESSIONS,
} from "./support/session-api";

const [ADAS, BOBS] = ["account-1", "account-2"];

let product: FaceSmash;
let store: DeviceStore;

beforeEach(() => {
  newBrowser();
  fakeApi({ ...SESSIONS, "DELETE /v1/account": purged, "POST /v1/account/consent/withdraw": purged });
  product = page();
  store = new DeviceStore("facesmash");
});

afterEach(async () => {
  await store.close();
  await closePages();
  vi.restoreAllMocks();
  vi.unstubAllGlobals();
});

async function adaIsInOnADeviceThatKnows(account: string | undefined): Promise<void> {
  await product.confirmCode(ADA, "123456");
  if (account !== undefined) await store.set("account", account);
}

async function there(): Promise<object> {
  return { key: (await store.get("key")) !== undefined, account: await store.get("account") };
}

const NOTHING = { key: false, account: undefined };

describe("forgetting a device", () => {
  test.each([
    ["nobody", undefined],
    ["whoever forgets it", ADAS],
  ])("that knows %s destroys its key, and says so", async (_who, known) => {
    await adaIsInOnADeviceThatKnows(known);

    expect(await product.forgetDevice()).toEqual({ keyDestroyed: true });

    expect(await there()).toEqual(NOTHING);
    expect(product.session()).toBeNull();
  });

  test("that knows somebody else who is signed out leaves them the key, and says so", async () => {
    await adaIsInOnADeviceThatKnows(BOBS);

    expect(await product.forgetDevice()).toEqual({ keyDestroyed: false });

    expect(await there()).toEqual({ key: true, account: BOBS });
    expect(product.session()).toBeNull();
    expect(await keptFor()).toBeNull();
  });

  test.each([
    ["knows them", BOBS, BOBS],
    ["knows whoever forgets it", ADAS, undefined],
  ])("where somebody else is signed in leaves them the key: it %s", async (_who, known, left) => {
    await adaIsInOnADeviceThatKnows(known);
    await bobSignsIn();

    expect(await product.forgetDevice()).toEqual({ keyDestroyed: false });

    expect(await there()).toEqual({ key: true, account: left });
    expect(await keptFor()).toBe(BOBS);
  });

  describe("where nobody is signed in means whomever it knows", () => {
    test("on a page that is just opened", async () => {
      await adaIsInOnADeviceThatKnows(BOBS);

      expect(await page().forgetDevice()).toEqual({ keyDestroyed: false });

      expect(await there()).toEqual({ key: true, account: undefined });
      expect(await keptFor()).not.toBe(BOBS);
    });

    test("on a page where somebody has signed out", async () => {
      await adaIsInOnADeviceThatKnows(BOBS);
      await product.signOut();

      expect(await product.forgetDevice()).toEqual({ keyDestroyed: true });

      expect(await there()).toEqual(NOTHING);
    });

    test("and leaves them the key if they are signed in in another tab", async () => {
      await adaIsInOnADeviceThatKnows(BOBS);
      later(3_601);
      await bobSignsIn();

      expect(await product.forgetDevice()).toEqual({ keyDestroyed: false });

      expect(await there()).toEqual({ key: true, account: BOBS });
      expect(await keptFor()).toBe(BOBS);
    });
  });
});

describe.each<[string, () => Promise<unknown>]>([
  ["deleting an account", async () => product.deleteAccount()],
  ["withdrawing consent", async () => product.withdrawConsent()],
])("%s", (_way, purge) => {
  test("destroys the key of a device that knows nobody else", async () => {
    await adaIsInOnADeviceThatKnows(ADAS);

    await purge();

    expect(await there()).toEqual(NOTHING);
  });

  test("leaves the key to somebody else whom the device knows", async () => {
    await adaIsInOnADeviceThatKnows(BOBS);

    await purge();

    expect(await there()).toEqual({ key: true, account: BOBS });
    expect(product.session()).toBeNull();
    expect(await keptFor()).toBeNull();
  });

  test("tells the API nothing more: there is no session that could end", async () => {
    await adaIsInOnADeviceThatKnows(ADAS);
    const log = fakeApi({ "DELETE /v1/account": purged, "POST /v1/account/consent/withdraw": purged });

    await purge();

    expect(log).toHaveLength(2);
  });
});
