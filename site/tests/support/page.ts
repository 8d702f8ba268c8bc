/** The button of a name, as it is read out; throws where there is none. */
export function button(root: ParentNode, name: string): HTMLButtonElement {
  const found = [...root.querySelectorAll("button")].find(
    (one) => (one.getAttribute("aria-label") ?? words(one)) === name,
  );
  if (found === undefined) throw new Error(`no button ${name}`);
  return found;
}

/** What stands there, whatever the spaces. */
export function words(element: Element | null | undefined): string {
  return (element?.textContent ?? "").replaceAll(/\s+/g, " ").trim();
}
