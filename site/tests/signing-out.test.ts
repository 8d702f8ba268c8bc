// @vitest-environment happy-dom
import { IDBObjectStore } from "fake-indexeddb";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";

import type { FaceSmash } from "../sdk";
import { DeviceStore } from "../sdk/identity/device-store";
import { fakeApi, type Received, type Reply } from "./support/fake-api";
import {
  ADA,
  bobSignsIn,
  closePages,
  keptFor,
  later,
  newBrowser,
  OWN,
  page,
  REFRESH,
  refresh,
  refreshes,
  SESSIONS,
  slowly,
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

/** What a proof says of the key that made it. */
const keyOf = (received: Received | undefined): string | undefined =>
  received?.headers.get("DPoP")?.split(".")[0];

async function begin(replies: Record<string, Reply> = {}): Promise<Received[]> {
  const log = fakeApi({ ...SESSIONS, ...replies });
  await product.confirmCode(ADA, "123456");
  log.length = 0;
  return log;
}

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

  test("holds here before the API has answered", async () => {
    const ending = slowly(() => new Response(null, { status: 204 }));
    await begin({ [OWN]: ending.reply });

    const signedOut = product.signOut();
    expect(product.session()).toBeNull();
    await ending.asked;

    expect(await keptFor()).toBeNull();
    ending.letGo();
    await signedOut;
  });

  test("waits for no other tab where the token is about to end: it is sent as it is", async () => {
    takingTurns();
    const continuing = slowly(refresh);
    const log = await begin({ [REFRESH]: continuing.reply });
    const other = page().resumeSession();
    await continuing.asked;
    later(850);

    await product.signOut();

    expect(log.at(-1)).toMatchObject({ method: "DELETE", proof: { ath: expect.any(String) as string } });
    expect(refreshes(log)).toHaveLength(1);
    continuing.letGo();
    expect(await other).toBeNull();
  });

  test("with a token that has run out asks nothing of the API, which ends the session by itself", async () => {
    const log = await begin();
    later(901);
    expect(product.session()).not.toBeNull();

    await product.signOut();

    expect(log).toEqual([]);
    expect(product.session()).toBeNull();
    expect(await keptFor()).toBeNull();
  });

  test("says so where the device cannot forget, and ends the session at the API all the same", async () => {
    const log = await begin();
    vi.spyOn(IDBObjectStore.prototype, "delete").mockImplementation(() => {
      throw new DOMException("the disk is full", "UnknownError");
    });

    await expect(product.signOut()).rejects.toMatchObject({ kind: "storage-unavailable" });

    expect(log.at(-1)?.method).toBe("DELETE");
    expect(product.session()).toBeNull();
  });

  test("and forgetting a device whose key cannot be read says so, and nobody is signed in in the page", async () => {
    await begin();
    vi.spyOn(IDBObjectStore.prototype, "get").mockImplementation(() => {
      throw new DOMException("the disk is gone", "UnknownError");
    });

    await expect(product.forgetDevice()).rejects.toMatchObject({ kind: "storage-unavailable" });

    expect(product.session()).toBeNull();
  });

  test("and forgetting the device destroys the key before the API has answered, which hears it with that key", async () => {
    const ending = slowly(() => new Response(null, { status: 204 }));
    const log = await begin({ [OWN]: ending.reply });
    await product.setFaceSignIn("paused");
    const key = keyOf(log.at(-1));
    const store = new DeviceStore("facesmash");

    const forgotten = product.forgetDevice();
    await ending.asked;

    expect(await store.get("key")).toBeUndefined();
    expect(product.session()).toBeNull();
    ending.letGo();
    await forgotten;
    expect(await store.get("key")).toBeUndefined();
    expect(keyOf(log.at(-1))).toBe(key);
    await store.close();
  });

  describe("leaves what another tab began for somebody else", () => {
    test.each<[string, () => Promise<unknown>]>([
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
