import { html, type TemplateResult } from "lit";

import { notice } from "./notice";
import type { Work } from "./work";
import { wordsFor } from "./wording/problems";

/** What stands where something is still to come: that it is on its way, or how it failed. */
export function awaited(
  { error }: Work,
  again: () => Promise<void>,
  { doing = "One moment" }: { doing?: string } = {},
): TemplateResult {
  return error === null ? html`<p class="busy" role="status">${doing}</p>` : failure(error, again);
}

/** What failed, and the button that does it again. */
export function failure(error: unknown, again: () => Promise<void>): TemplateResult {
  const retry = async ({ currentTarget }: Event): Promise<void> => {
    const page = currentTarget instanceof HTMLElement ? currentTarget.closest("main") : null;
    await again();
    await keepPlace(page);
  };
  return notice({
    kind: "problem",
    ...wordsFor(error),
    actions: html`<button type="button" class="button" @click=${retry}>Try again</button>`,
  });
}

/** The button that was pressed is gone, and the focus with it: whoever uses a keyboard goes on from the heading. */
async function keepPlace(page: HTMLElement | null): Promise<void> {
  // What came instead may belong to a component that renders right after the one that asked for it.
  await new Promise((resolve) => setTimeout(resolve));
  if (document.activeElement !== document.body) return;
  page?.querySelector<HTMLElement>("h1[tabindex], h2[tabindex]")?.focus({ preventScroll: true });
}
