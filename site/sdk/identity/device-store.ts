import { DeviceKeyError } from "../errors";

const STORE = "identity";
const VERSION = 1;

type Entry = "key" | "account" | "session";

/**
 * The little that stays on the device between visits, in IndexedDB: a key that cannot be exported, the id of the
 * account it belongs to, and what continues its session, which is worth nothing without that key. No access token, no
 * descriptor, nothing about a face.
 */
export class DeviceStore {
  #database: Promise<IDBDatabase> | undefined;

  constructor(readonly name: string) {}

  async get(entry: Entry): Promise<unknown> {
    return this.#run("readonly", (store) => store.get(entry));
  }

  async set(entry: Entry, value: unknown): Promise<void> {
    await this.#run("readwrite", (store) => store.put(value, entry));
  }

  /**
   * Stores `value` unless something is there already, and returns what is there then. One transaction: two
   * tabs that start together agree on one key.
   */
  async setOnce(entry: Entry, value: unknown): Promise<unknown> {
    return this.#run("readwrite", (store) => {
      const found = store.get(entry);
      found.onsuccess = (): void => {
        if (found.result === undefined) store.put(value, entry);
      };
      return found;
    }).then((found) => found ?? value);
  }

  async delete(entry: Entry): Promise<void> {
    await this.#run("readwrite", (store) => store.delete(entry));
  }

  async clear(): Promise<void> {
    await this.#run("readwrite", (store) => store.clear());
  }

  async close(): Promise<void> {
    const opened = this.#database;
    this.#database = undefined;
    (await opened?.catch(() => undefined))?.close();
  }

  async #run(mode: IDBTransactionMode, use: (store: IDBObjectStore) => IDBRequest): Promise<unknown> {
    try {
      this.#database ??= open(this.name);
      const transaction = (await this.#database).transaction(STORE, mode);
      const request = use(transaction.objectStore(STORE));
      await completed(transaction);
      return request.result as unknown;
    } catch (error) {
      // The connection may be what is broken (another tab deleted the database): the next call opens anew.
      this.#database = undefined;
      throw new DeviceKeyError("storage-unavailable", { cause: error });
    }
  }
}

async function open(name: string): Promise<IDBDatabase> {
  return new Promise((resolve, reject) => {
    // Missing, or throwing at the touch, in some private modes and embedded views.
    const request = indexedDB.open(name, VERSION);
    request.onupgradeneeded = (): void => {
      request.result.createObjectStore(STORE);
    };
    request.onsuccess = (): void => {
      // Never stand in the way of another tab that deletes or upgrades the database.
      request.result.onversionchange = (): void => {
        request.result.close();
      };
      resolve(request.result);
    };
    request.onerror = (): void => {
      reject(request.error ?? new Error("IndexedDB did not open"));
    };
    request.onblocked = (): void => {
      reject(new Error("IndexedDB is blocked"));
    };
  });
}

async function completed(transaction: IDBTransaction): Promise<void> {
  return new Promise((resolve, reject) => {
    const fail = (): void => {
      reject(transaction.error ?? new Error("the transaction was aborted"));
    };
    transaction.oncomplete = (): void => {
      resolve();
    };
    transaction.onerror = fail;
    transaction.onabort = fail;
  });
}
