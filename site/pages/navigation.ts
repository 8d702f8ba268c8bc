import type { ReactiveController, ReactiveControllerHost } from "lit";

import { pageAt, pageFor, ROUTES, type PageName } from "./router";

/**
 * Moves between pages without loading the document again: what the camera and the networks cost would be paid anew.
 *
 * `visit` counts up with every move, so that a page can be told from the same page opened once more.
 */
export class Navigation implements ReactiveController {
  page: PageName | null = pageAt(location.pathname);
  visit = 0;

  readonly #host: ReactiveControllerHost;

  constructor(host: ReactiveControllerHost) {
    this.#host = host;
    host.addController(this);
  }

  hostConnected(): void {
    document.addEventListener("click", this.#clicked);
    window.addEventListener("popstate", this.#popped);
  }

  hostDisconnected(): void {
    document.removeEventListener("click", this.#clicked);
    window.removeEventListener("popstate", this.#popped);
  }

  go(page: PageName): void {
    const { path } = ROUTES[page];
    if (location.pathname !== path) history.pushState(null, "", path);
    this.#open(page);
  }

  #open(page: PageName | null): void {
    this.page = page;
    this.visit += 1;
    document.title = page === null ? "Not found · FaceSmash" : ROUTES[page].title;
    window.scrollTo({ top: 0, behavior: "instant" });
    this.#host.requestUpdate();
  }

  readonly #clicked = (event: MouseEvent): void => {
    const link = event.target instanceof Element ? event.target.closest("a") : null;
    if (link === null || event.defaultPrevented) return;
    const page = pageFor(
      {
        href: link.href,
        target: link.target,
        download: link.hasAttribute("download"),
        button: event.button,
        modified: event.metaKey || event.ctrlKey || event.shiftKey || event.altKey,
      },
      location.origin,
    );
    if (page === null) return;
    event.preventDefault();
    this.go(page);
  };

  readonly #popped = (): void => {
    // Steps inside one page keep their own entries; the page itself looks at those.
    const page = pageAt(location.pathname);
    if (page !== this.page) this.#open(page);
  };
}
