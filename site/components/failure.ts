import { html, type TemplateResult } from "lit";

import { notice } from "./notice";
import type { Work } from "./work";
import { wordsFor } from "./wording/problems";

/** Where a session is being ended: what goes on, and what it means that it failed. */
export const SIGNING_OUT = { doing: "Signing out", title: "You may still be signed in here" } as const;

/** What stands where something is still to come: that it is on its way, or how it failed. */
export function awaited(
  { error }: Work,
  again: () => Promise<void>,
  { doing = "One moment", title }: { doing?: string; title?: string } = {},
): TemplateResult {
  return error === null
    ? html`<p class="busy" role="status">${doing}</p>`
    : failure(error, again, title === undefined ? {} : { title });
}

/**
 * What failed, and the button that does it again.
 *
 * @param title - says what it means for the person, where the error's own would not.
 */
export function failure(
  error: unknown,
  again: () => Promise<void>,
  { title, button = "Try again" }: { title?: string; button?: string } = {},
): TemplateResult {
  const retry = async ({ currentTarget }: Event): Promise<void> => {
    const page = currentTarget instanceof HTMLElement ? currentTarget.closest("main") : null;
    await again();
    await keepPlace(page);
  };
  const words = wordsFor(error);
  return notice({
    kind: "problem",
    ...words,
    ...(title !== undefined && { title, text: `${words.title}. ${words.text}` }),
    actions: html`<button type="button" class="button" @click=${retry}>${button}</button>`,
  });
}

/** The button that was pressed is gone, and the focus with it: whoever uses a keyboard goes on from the heading. */
async function keepPlace(page: HTMLElement | null): Promise<void> {
  // What came instead may belong to a component that renders right after the one that asked for it.
  await new Promise((resolve) => setTimeout(resolve));
  if (document.activeElement !== document.body) return;
  page?.querySelector<HTMLElement>("h1[tabindex], h2[tabindex]")?.focus({ preventScroll: true });
}
