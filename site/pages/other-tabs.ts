import type { ReactiveController } from "lit";

import type { Session } from "../sdk";

/** On it other tabs are told whose session has ended, and nothing else. */
const CHANNEL = "facesmash signed out";

/**
 * Closes what other tabs of this browser show of an account, once one of them has ended its session.
 *
 * They begin anew and find out by themselves who is signed in: believed without cause, it costs a reload.
 */
export class OtherTabs implements ReactiveController {
  readonly #session: () => Session | null;
  /** As it was last seen. */
  #seen: Session | null = null;
  #channel: BroadcastChannel | null = null;

  /** @param session - of this document. */
  constructor(session: () => Session | null) {
    this.#session = session;
  }

  hostConnected(): void {
    window.addEventListener("pagehide", this.#hidden);
    window.addEventListener("pageshow", this.#shown);
    this.#listen();
  }

  hostDisconnected(): void {
    window.removeEventListener("pagehide", this.#hidden);
    window.removeEventListener("pageshow", this.#shown);
    this.#close();
  }

  /** One that only ran out here may go on there. */
  hostUpdate(): void {
    const seen = this.#seen;
    this.#seen = this.#session();
    if (seen === null || seen.account === this.#seen?.account) return;
    if (seen.expiresAt.getTime() > Date.now()) this.#channel?.postMessage(seen.account);
  }

  // An open channel would keep the browser from putting the document away for its way back.
  readonly #hidden = ({ persisted }: PageTransitionEvent): void => {
    if (persisted) this.#close();
  };

  readonly #shown = ({ persisted }: PageTransitionEvent): void => {
    if (persisted) this.#listen();
  };

  #listen(): void {
    this.#close();
    // Missing in old browsers: their tabs learn of it when they next ask the service.
    const { BroadcastChannel: Channel } = globalThis as { BroadcastChannel?: typeof BroadcastChannel };
    if (Channel === undefined) return;
    this.#channel = new Channel(CHANNEL);
    this.#channel.onmessage = ({ data }: MessageEvent<unknown>): void => {
      if (data === this.#session()?.account) location.reload();
    };
  }

  #close(): void {
    this.#channel?.close();
    this.#channel = null;
  }
}
