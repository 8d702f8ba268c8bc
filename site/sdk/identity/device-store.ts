import { DeviceKeyError } from "../errors";

const STORE = "identity";
const VERSION = 1;

const ENTRIES = ["key", "account", "session"] as const;
type Entry = (typeof ENTRIES)[number];

/** All that is there. */
export type Entries = Readonly<Partial<Record<Entry, unknown>>>;

/**
 * The little that stays on the device between visits, in IndexedDB: a key that cannot be exported, the id of the
 * account it belongs to, and what continues its session, which is worth nothing without that key. No access token, no
 * descriptor, nothing about a face.
 */
export class DeviceStore {
  #database: Promise<IDBDatabase> | undefined;

  constructor(readonly name: string) {}

  async get(entry: Entry): Promise<unknown> {
    return (await this.#run("readonly", (store) => store.get(entry))).result;
  }

  async set(entry: Entry, value: unknown): Promise<void> {
    await this.#run("readwrite", (store) => store.put(value, entry));
  }

  /**
   * Stores `value` unless something is there already, and returns what is there then: two tabs that start together
   * agree on one key.
   */
  async setOnce(entry: Entry, value: unknown): Promise<unknown> {
    return (await this.change((found) => ({ ...found, [entry]: found[entry] ?? value })))[entry];
  }

  /**
   * Changes what is there by what is there, in one transaction: no other tab comes between the look and the change.
   *
   * @param decide what shall be there, given all that is. What it leaves out or gives as `undefined` is deleted.
   * @returns what it gave.
   */
  async change(decide: (found: Entries) => Entries): Promise<Entries> {
    let decided: Entries = {};
    await this.#run("readwrite", (store) => {
      const looks = ENTRIES.map((entry) => [entry, store.get(entry)] as const);
      // Requests of one transaction are answered in their order.
      looks.at(-1)?.[1].addEventListener("success", () => {
        const found: Entries = Object.fromEntries(looks.map(([entry, look]) => [entry, look.result]));
        decided = decide(found);
        write(store, found, decided);
      });
    });
    return decided;
  }

  async close(): Promise<void> {
    const opened = this.#database;
    this.#database = undefined;
    (await opened?.catch(() => undefined))?.close();
  }

  async #run<T>(mode: IDBTransactionMode, use: (store: IDBObjectStore) => T): Promise<T> {
    try {
      this.#database ??= open(this.name);
      const transaction = (await this.#database).transaction(STORE, mode);
      const used = use(transaction.objectStore(STORE));
      await completed(transaction);
      return used;
    } catch (error) {
      // The connection may be what is broken (another tab deleted the database): the next call opens anew.
      this.#database = undefined;
      throw new DeviceKeyError("storage-unavailable", { cause: error });
    }
  }
}

function write(store: IDBObjectStore, found: Entries, decided: Entries): void {
  for (const entry of ENTRIES) {
    const value = decided[entry];
    if (value === found[entry]) continue;
    if (value === undefined) store.delete(entry);
    else store.put(value, entry);
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
