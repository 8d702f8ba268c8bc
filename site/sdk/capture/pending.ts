/** An answer that is looked for from frame to frame, without any frame waiting for it. */
export class Pending<T> {
  #outcome: { value: T } | { error: unknown } | null = null;

  constructor(answer: Promise<T>) {
    answer.then(
      (value) => {
        this.#outcome = { value };
      },
      (error: unknown) => {
        this.#outcome = { error };
      },
    );
  }

  /** Undefined while there is none. Throws what the answer was rejected with. */
  value(): T | undefined {
    if (this.#outcome === null) return undefined;
    if ("error" in this.#outcome) throw this.#outcome.error;
    return this.#outcome.value;
  }
}
