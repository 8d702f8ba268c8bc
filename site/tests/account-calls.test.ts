// @vitest-environment happy-dom
import { IDBFactory, IDBObjectStore } from "fake-indexeddb";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";

import { createFaceSmash, type FaceSmash } from "../sdk";
import { ACCOUNTS, SIGNED, register } from "./support/account-api";
import { fakeApi, json, problem } from "./support/fake-api";

let product: FaceSmash;

beforeEach(() => {
  vi.stubGlobal("indexedDB", new IDBFactory());
  product = createFaceSmash({ apiOrigin: "https://api.example" });
});

afterEach(async () => {
  await product.dispose();
  vi.unstubAllGlobals();
});

describe("renaming a device", () => {
  test("answers a challenge of the account, and sends nothing but the name", async () => {
    const log = fakeApi({
      ...ACCOUNTS,
      "PATCH /v1/account/devices/a%2Fb": () => json({ name: "Kitchen tablet" }),
    });
    await register(product);
    log.length = 0;

    await product.renameDevice("a/b", "Kitchen tablet");

    expect(log.map(({ method, url, body }) => [method, new URL(url).pathname, body])).toEqual([
      ["POST", "/v1/challenges", { purpose: "account" }],
      ["PATCH", "/v1/account/devices/a%2Fb", { name: "Kitchen tablet" }],
    ]);
    expect(log[1]?.proof).toMatchObject({ nonce: "challenge-2" });
    expect(log[1]?.proof).toHaveProperty("ath");
  });

  test.each([
    ["step-up-required", 401],
    ["not-found", 404],
  ])("passes %s on", async (type, status) => {
    fakeApi({ ...ACCOUNTS, "PATCH /v1/account/devices/gone": () => problem(type, status) });
    await register(product);

    await expect(product.renameDevice("gone", "Phone")).rejects.toMatchObject({ type, status });
  });
});

describe("leaving", () => {
  test("after deleting the account this device keeps neither its name nor its key", async () => {
    const log = fakeApi(ACCOUNTS);
    await register(product);
    const keyBefore = log.at(-1)?.headers.get("DPoP")?.split(".")[0];

    const receipt = await product.deleteAccount();

    expect(receipt.destroyed).toEqual({
      templates: 3,
      devices: 1,
      passkeys: 1,
      consents: 1,
      signIns: 2,
      keys: 1,
    });
    expect(await product.knownAccount()).toBe(false);
    expect(product.session()).toBeNull();
    await product.requestCode("ada@example.org");
    expect(log.at(-1)?.headers.get("DPoP")?.split(".")[0]).not.toBe(keyBefore);
  });

  test("the receipt is given although this device cannot forget its key", async () => {
    fakeApi(ACCOUNTS);
    await register(product);
    const deleting = vi.spyOn(IDBObjectStore.prototype, "delete").mockImplementation(() => {
      throw new DOMException("the disk is full", "UnknownError");
    });

    const receipt = await product.deleteAccount();

    expect(deleting).toHaveBeenCalled();
    deleting.mockRestore();
    expect(receipt.destroyed.keys).toBe(1);
    expect(product.session()).toBeNull();
  });

  test("the export answers a challenge and is the very bytes that the API gave, which are signed", async () => {
    const log = fakeApi(ACCOUNTS);
    await register(product);

    const file = await product.exportAccount();

    expect(log.at(-2)).toMatchObject({ body: { purpose: "account" } });
    expect(log.at(-1)?.proof).toMatchObject({ htm: "GET", nonce: "challenge-2" });
    expect(file.type).toBe("application/json");
    expect(await file.text()).toBe(SIGNED);
  });

  test("an archive is asked for by its type, which the gateway goes by, and its proof names no query", async () => {
    const log = fakeApi(ACCOUNTS);
    await register(product);

    const file = await product.exportAccount({ format: "zip" });

    expect(log.at(-1)?.headers.get("Accept")).toBe("application/zip");
    expect(log.at(-1)?.proof).toMatchObject({ htu: "https://api.example/v1/account/export" });
    expect(file.type).toBe("application/zip");
    expect([...new Uint8Array(await file.arrayBuffer())]).toEqual([80, 75, 3, 4, 255]);
  });

  test("an export that is refused says why, and is no file", async () => {
    fakeApi({
      ...ACCOUNTS,
      "GET /v1/account/export": () => problem("too-many-requests", 429, {}, { "Retry-After": "60" }),
    });
    await register(product);

    await expect(product.exportAccount()).rejects.toMatchObject({ type: "too-many-requests" });
  });
});
