import { NetworkError } from "../errors";

/**
 * Reads a JSON answer field by field. An answer that is not what the API promises is a `NetworkError`
 * ("unexpected-answer") here, and never a surprise deep inside a page. The value itself is never quoted.
 */
export class Answer {
  readonly #object: Readonly<Record<string, unknown>>;

  constructor(value: unknown) {
    if (typeof value !== "object" || value === null || Array.isArray(value)) throw unexpected("an object");
    this.#object = value as Record<string, unknown>;
  }

  string(name: string): string {
    const value = this.#object[name];
    if (typeof value !== "string") throw unexpected(name);
    return value;
  }

  integer(name: string): number {
    const value = this.#object[name];
    if (typeof value !== "number" || !Number.isSafeInteger(value)) throw unexpected(name);
    return value;
  }

  number(name: string): number {
    const value = this.#object[name];
    if (typeof value !== "number" || !Number.isFinite(value)) throw unexpected(name);
    return value;
  }

  boolean(name: string): boolean {
    const value = this.#object[name];
    if (typeof value !== "boolean") throw unexpected(name);
    return value;
  }

  oneOf<Value extends string>(name: string, values: readonly Value[]): Value {
    const value = this.#object[name];
    const found = values.find((one) => one === value);
    if (found === undefined) throw unexpected(name);
    return found;
  }

  /** Seconds since the epoch. */
  date(name: string): Date {
    return new Date(1000 * this.integer(name));
  }

  object(name: string): Answer {
    return new Answer(this.#object[name]);
  }

  list<Item>(name: string, read: (item: Answer) => Item): Item[] {
    const value = this.#object[name];
    if (!Array.isArray(value)) throw unexpected(name);
    return value.map((item: unknown) => read(new Answer(item)));
  }

  strings(name: string): string[] {
    const value = this.#object[name];
    if (!Array.isArray(value) || !value.every((item) => typeof item === "string")) throw unexpected(name);
    return value;
  }

  /** An object that has numbers and nothing else, under names that may grow. */
  numbers(name: string): Record<string, number> {
    const entries = Object.entries(this.object(name).#object);
    const isNumber = (entry: [string, unknown]): entry is [string, number] => Number.isFinite(entry[1]);
    if (!entries.every(isNumber)) throw unexpected(name);
    return Object.fromEntries(entries);
  }

  /** Each in seconds since the epoch. */
  dates(name: string): Date[] {
    const value = this.#object[name];
    if (!Array.isArray(value) || !value.every((item) => Number.isSafeInteger(item))) throw unexpected(name);
    return value.map((seconds: number) => new Date(1000 * seconds));
  }

  /** What may be null, but is never left out. */
  orNull<Value>(name: string, read: (name: string) => Value): Value | null {
    return this.#object[name] === null ? null : read(name);
  }

  has(name: string): boolean {
    return this.#object[name] != null;
  }
}

export function unexpected(what: string): NetworkError {
  return new NetworkError("unexpected-answer", { cause: new Error(`the answer lacks ${what}`) });
}
