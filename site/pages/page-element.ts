import { property } from "lit/decorators.js";

import { LightElement } from "../components/light-element";
import type { Services } from "./services";

/** A page. Leaving it aborts its work; the components that hold the camera close it themselves. */
export class PageElement extends LightElement {
  @property({ attribute: false }) services!: Services;

  #work = new AbortController();

  override connectedCallback(): void {
    super.connectedCallback();
    this.#work = new AbortController();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#work.abort();
  }

  /** For every call that the page makes. */
  protected get signal(): AbortSignal {
    return this.#work.signal;
  }

  /** Tells a screen reader, and the keyboard, where the person is now. */
  protected async focusHeading(selector = "h1, h2"): Promise<void> {
    await this.updateComplete;
    // The heading may belong to a component inside this one, which renders right after it.
    await new Promise((resolve) => setTimeout(resolve));
    // Who has left is somewhere else: nothing scrolls there.
    if (!this.isConnected) return;
    this.querySelector<HTMLElement>(selector)?.focus({ preventScroll: true });
    window.scrollTo({ top: 0, behavior: "instant" });
  }
}
