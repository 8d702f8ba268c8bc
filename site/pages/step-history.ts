import type { ReactiveController, ReactiveControllerHost } from "lit";

interface Entry<Step extends string> {
  readonly step: Step;
  /** How many steps of this page lie before this one in the browser's history. */
  readonly depth: number;
}

export interface StepHistoryOptions<Step extends string> {
  readonly first: Step;
  /** The step to show when `wanted` is asked for: what it needs may be missing, or done for good. */
  readonly reach: (wanted: Step) => Step;
  readonly onChange: () => void;
}

/** The steps of one page as entries of the browser's history, so that its way back is a step back. */
export class StepHistory<Step extends string> implements ReactiveController {
  step: Step;

  readonly #host: ReactiveControllerHost;
  readonly #options: StepHistoryOptions<Step>;
  #depth = 0;

  constructor(host: ReactiveControllerHost, options: StepHistoryOptions<Step>) {
    this.#host = host;
    this.#options = options;
    this.step = options.first;
    host.addController(this);
  }

  hostConnected(): void {
    // Marked, so that it is told from an entry that a link to a place in the page has made.
    if (!isEntry(history.state)) history.replaceState({ step: this.step, depth: this.#depth }, "");
    window.addEventListener("popstate", this.#popped);
  }

  hostDisconnected(): void {
    window.removeEventListener("popstate", this.#popped);
  }

  /** Shows a step instead of the present one, without a way back to the present one. */
  replace(step: Step): void {
    history.replaceState({ step, depth: this.#depth } satisfies Entry<Step>, "");
    this.#show(step);
  }

  go(step: Step): void {
    this.#depth += 1;
    history.pushState({ step, depth: this.#depth } satisfies Entry<Step>, "");
    this.#show(step);
  }

  /** One step back where there is one; else `otherwise`. */
  back(otherwise: Step): void {
    if (this.#depth > 0) history.back();
    else this.replace(otherwise);
  }

  readonly #popped = ({ state }: PopStateEvent): void => {
    // Browsers tell of links to a place in the page as well: that is no step, and nobody is thrown back by it.
    if (!isEntry<Step>(state)) return;
    this.#depth = state.depth;
    this.#show(state.step);
  };

  #show(wanted: Step): void {
    const step = this.#options.reach(wanted);
    if (step === this.step) return;
    this.step = step;
    this.#host.requestUpdate();
    this.#options.onChange();
  }
}

function isEntry<Step extends string>(state: unknown): state is Entry<Step> {
  return typeof state === "object" && state !== null && "step" in state && "depth" in state;
}
