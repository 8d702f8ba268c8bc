import type { ReactiveController, ReactiveControllerHost } from "lit";

import { isAbort } from "./wording/problems";

/** One piece of work at a time for a component: whether it runs, how it failed, and its end when the component goes. */
export class Work implements ReactiveController {
  busy = false;
  error: unknown = null;

  readonly #host: ReactiveControllerHost;
  #abort = new AbortController();

  constructor(host: ReactiveControllerHost) {
    this.#host = host;
    host.addController(this);
  }

  hostConnected(): void {
    this.#abort = new AbortController();
  }

  hostDisconnected(): void {
    this.#abort.abort();
  }

  /** @returns whether the work was done; false also when other work is still going on. */
  async run(work: (signal: AbortSignal) => Promise<void>): Promise<boolean> {
    if (this.busy) return false;
    const { signal } = this.#abort;
    this.#set(true, null);
    try {
      await work(signal);
      this.#set(false, null);
      return true;
    } catch (error) {
      this.#set(false, signal.aborted || isAbort(error) ? null : error);
      return false;
    }
  }

  /** Takes a message away that no longer applies. */
  clear(): void {
    this.#set(this.busy, null);
  }

  #set(busy: boolean, error: unknown): void {
    this.busy = busy;
    this.error = error;
    this.#host.requestUpdate();
  }
}
