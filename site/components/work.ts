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
    this.busy = false;
  }

  hostDisconnected(): void {
    this.#abort.abort();
  }

  /**
   * @returns whether the work was done; false also when other work is still going on, when the component has gone, and
   *   when it goes before the end, whatever that is: who has left is led nowhere by it.
   */
  async run(work: (signal: AbortSignal) => Promise<void>): Promise<boolean> {
    if (this.busy || this.#abort.signal.aborted) return false;
    const { signal } = this.#abort;
    this.#set(true, null);
    let failed: unknown = null;
    try {
      await work(signal);
    } catch (error) {
      failed = error;
    }
    if (signal.aborted) {
      // Where other work has begun since, it is that which counts.
      if (signal === this.#abort.signal) this.#set(false, null);
      return false;
    }
    this.#set(false, isAbort(failed) ? null : failed);
    return failed === null;
  }

  /** Ends what is going on: its late end changes nothing any more, and other work can begin. */
  giveUp(): void {
    this.#abort.abort();
    this.#abort = new AbortController();
    this.#set(false, null);
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
