/**
 * Calls between a page and its worker: each side serves some methods and calls the other's. A call can be given up by
 * its signal, which the other side sees too. Errors keep their class.
 */
import { abortable } from "../abort";
import { packError, unpackError, type PackedError } from "./errors";

export interface Port {
  postMessage(message: unknown, transfer: Transferable[]): void;
  addEventListener(type: "message", listener: (event: MessageEvent) => void): void;
}

export type Method = (argument: never, signal: AbortSignal) => unknown;

type Message =
  | { kind: "call"; id: number; method: string; argument: unknown }
  | { kind: "answer"; id: number; value: unknown }
  | { kind: "refusal"; id: number; error: PackedError }
  | { kind: "abort"; id: number }
  | { kind: "tell"; method: string; argument: unknown };

/** A method's result that is moved to the other side instead of copied. */
export class Moved<Value> {
  constructor(
    readonly value: Value,
    readonly transfer: Transferable[],
  ) {}
}

export class Channel<Theirs extends Record<keyof Theirs, Method>> {
  readonly #served: Readonly<Record<string, Method>>;
  readonly #calls = new Map<number, { resolve: (value: unknown) => void; reject: (error: Error) => void }>();
  readonly #serving = new Map<number, AbortController>();
  #lastId = 0;
  #broken: Error | null = null;

  constructor(
    readonly port: Port,
    served: object,
  ) {
    this.#served = served as Record<string, Method>;
    port.addEventListener("message", ({ data }) => {
      this.#receive(data as Message);
    });
  }

  /** Calls the other side's method. Rejects with its error, or with the signal's reason. */
  async call<Name extends keyof Theirs & string>(
    method: Name,
    argument: Parameters<Theirs[Name]>[0],
    signal?: AbortSignal,
  ): Promise<ResultOf<Theirs[Name]>> {
    if (this.#broken !== null) throw this.#broken;
    const id = (this.#lastId += 1);
    const answer = new Promise<unknown>((resolve, reject) => {
      this.#calls.set(id, { resolve, reject });
    });
    this.#post({ kind: "call", id, method, argument });
    try {
      return (await (signal === undefined ? answer : abortable(answer, signal))) as ResultOf<Theirs[Name]>;
    } catch (error) {
      if (signal?.aborted === true) this.#post({ kind: "abort", id });
      throw error;
    } finally {
      this.#calls.delete(id);
    }
  }

  /** Calls it, and waits for nothing. */
  tell<Name extends keyof Theirs & string>(method: Name, argument: Parameters<Theirs[Name]>[0]): void {
    this.#post({ kind: "tell", method, argument });
  }

  /** The other side is gone: what waits for it is rejected, and what comes. */
  breakOff(error: Error): void {
    this.#broken = error;
    for (const { reject } of this.#calls.values()) reject(error);
    this.#calls.clear();
    for (const controller of this.#serving.values()) controller.abort(error);
  }

  #receive(message: Message): void {
    switch (message.kind) {
      case "call":
        void this.#serve(message);
        break;
      case "tell":
        void this.#served[message.method]?.(message.argument as never, new AbortController().signal);
        break;
      case "abort":
        this.#serving.get(message.id)?.abort();
        break;
      case "answer":
        this.#calls.get(message.id)?.resolve(message.value);
        break;
      case "refusal":
        this.#calls.get(message.id)?.reject(unpackError(message.error));
        break;
    }
  }

  async #serve({ id, method, argument }: { id: number; method: string; argument: unknown }): Promise<void> {
    const controller = new AbortController();
    this.#serving.set(id, controller);
    try {
      const result: unknown = await this.#served[method]?.(argument as never, controller.signal);
      const moved = result instanceof Moved ? (result as Moved<unknown>) : new Moved(result, []);
      this.#post({ kind: "answer", id, value: moved.value }, moved.transfer);
    } catch (error) {
      this.#post({ kind: "refusal", id, error: packError(error) });
    } finally {
      this.#serving.delete(id);
    }
  }

  #post(message: Message, transfer: Transferable[] = []): void {
    this.port.postMessage(message, transfer);
  }
}

type ResultOf<Method extends (...given: never[]) => unknown> =
  Awaited<ReturnType<Method>> extends infer Result
    ? Result extends Moved<infer Value>
      ? Value
      : Result
    : never;
