import type { ReactiveController, ReactiveControllerHost } from "lit";

import type { Session } from "../sdk";

/**
 * Leaves nothing of a session in the browser's memory, from which its way back fetches a document whole: codes, numbers
 * and the access token came back after somebody had signed out.
 *
 * The page empties itself as it is put away, and begins anew when it comes back.
 */
export class PutAway implements ReactiveController {
  /** Nothing private may be on the page. */
  emptied = false;

  readonly #host: ReactiveControllerHost;
  readonly #session: () => Session | null;

  /** @param session - of this document. */
  constructor(host: ReactiveControllerHost, session: () => Session | null) {
    this.#host = host;
    this.#session = session;
    host.addController(this);
  }

  hostConnected(): void {
    window.addEventListener("pagehide", this.#hidden);
    window.addEventListener("pageshow", this.#shown);
  }

  hostDisconnected(): void {
    window.removeEventListener("pagehide", this.#hidden);
    window.removeEventListener("pageshow", this.#shown);
  }

  readonly #hidden = ({ persisted }: PageTransitionEvent): void => {
    // Who has not signed in yet finds their step again: a mailbox is often read in between.
    if (!persisted || this.#session() === null) return;
    this.emptied = true;
    this.#host.requestUpdate();
  };

  readonly #shown = ({ persisted }: PageTransitionEvent): void => {
    if (persisted && this.emptied) location.reload();
  };
}
