import { IDBFactory, IDBObjectStore } from "fake-indexeddb";
import { afterEach, beforeEach, expect, test, vi } from "vitest";

import { DeviceStore } from "../../sdk/identity/device-store";

let store: DeviceStore;

beforeEach(async () => {
  vi.stubGlobal("indexedDB", new IDBFactory());
  store = new DeviceStore("facesmash");
  await store.set("account", "ada");
  await store.set("session", { token: "t" });
});

afterEach(() => {
  vi.restoreAllMocks();
  vi.unstubAllGlobals();
});

test("a change is told all that is there, and what it leaves out is deleted", async () => {
  const told: unknown[] = [];

  const there = await store.change((found) => {
    told.push(found);
    return { account: "bob" };
  });

  expect(told).toEqual([{ key: undefined, account: "ada", session: { token: "t" } }]);
  expect(there).toEqual({ account: "bob" });
  expect(await store.get("account")).toBe("bob");
  expect(await store.get("session")).toBeUndefined();
});

test("a change that gives what it was told writes nothing", async () => {
  const put = vi.spyOn(IDBObjectStore.prototype, "put");

  await store.change((found) => found);

  expect(put).not.toHaveBeenCalled();
  expect(await store.get("session")).toEqual({ token: "t" });
});

test("changes of two tabs come one after the other", async () => {
  const other = new DeviceStore("facesmash");
  await store.set("account", "");
  const letters = Array.from("facesmash");

  await Promise.all(
    letters.map(async (letter, index) =>
      (index % 2 === 0 ? store : other).change((found) => ({ account: (found.account as string) + letter })),
    ),
  );

  expect(new Set((await store.get("account")) as string)).toEqual(new Set(letters));
  expect(await store.get("account")).toHaveLength(letters.length);
});
