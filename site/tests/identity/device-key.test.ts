import { IDBFactory } from "fake-indexeddb";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";

import { DeviceKeyError } from "../../sdk/errors";
import { deviceKey } from "../../sdk/identity/device-key";
import { DeviceStore } from "../../sdk/identity/device-store";

beforeEach(() => {
  vi.stubGlobal("indexedDB", new IDBFactory());
});

afterEach(() => {
  vi.unstubAllGlobals();
});

describe("the device key", () => {
  test("is the same on the next visit", async () => {
    const first = await deviceKey(new DeviceStore("facesmash"));
    const second = await deviceKey(new DeviceStore("facesmash"));

    expect(second.publicJwk).toEqual(first.publicJwk);
  });

  test("is one, even when two tabs start at the same moment", async () => {
    const keys = await Promise.all(
      Array.from({ length: 5 }, async () => deviceKey(new DeviceStore("facesmash"))),
    );

    expect(new Set(keys.map((key) => key.publicJwk.x)).size).toBe(1);
  });

  test("cannot be taken out of the browser", async () => {
    const store = new DeviceStore("facesmash");
    await deviceKey(store);

    const { privateKey } = (await store.get("key")) as CryptoKeyPair;

    expect(privateKey.extractable).toBe(false);
    await expect(crypto.subtle.exportKey("jwk", privateKey)).rejects.toThrow();
    await expect(crypto.subtle.exportKey("pkcs8", privateKey)).rejects.toThrow();
  });

  test("is another one after the device was forgotten", async () => {
    const store = new DeviceStore("facesmash");
    const before = await deviceKey(store);

    await store.change(() => ({}));

    expect((await deviceKey(store)).publicJwk.x).not.toBe(before.publicJwk.x);
  });

  test("signs raw r || s of 64 bytes", async () => {
    const key = await deviceKey(new DeviceStore("facesmash"));

    expect(await key.sign(new TextEncoder().encode("message"))).toHaveLength(64);
  });
});

describe("a browser that keeps nothing", () => {
  test("without IndexedDB says so", async () => {
    vi.stubGlobal("indexedDB", undefined);

    await expect(deviceKey(new DeviceStore("facesmash"))).rejects.toMatchObject({
      name: "DeviceKeyError",
      kind: "storage-unavailable",
    });
  });

  test("that forbids opening it says so", async () => {
    vi.stubGlobal("indexedDB", {
      open: () => {
        throw new DOMException("denied", "SecurityError");
      },
    });

    await expect(new DeviceStore("facesmash").get("account")).rejects.toBeInstanceOf(DeviceKeyError);
  });

  test("that refuses to keep a key says so, and works once it allows it", async () => {
    const store = new DeviceStore("facesmash");
    const put = vi
      .spyOn((await import("fake-indexeddb")).IDBObjectStore.prototype, "put")
      .mockImplementationOnce(() => {
        throw new DOMException("no keys in private windows", "DataCloneError");
      });

    await expect(store.set("account", "a")).rejects.toMatchObject({ kind: "storage-unavailable" });
    expect(put).toHaveBeenCalledOnce();
    await store.set("account", "b");
    expect(await store.get("account")).toBe("b");
  });

  test("without WebCrypto says so", async () => {
    vi.stubGlobal("crypto", { subtle: undefined });

    await expect(deviceKey(new DeviceStore("facesmash"))).rejects.toMatchObject({
      kind: "crypto-unavailable",
    });
  });
});
