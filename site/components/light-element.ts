import { LitElement } from "lit";

/**
 * A Lit element that renders into the page itself.
 *
 * Labels, `aria-*` references and form fields have to find each other across components, and one style sheet in
 * the page's head is all that a strict content-security policy asks for.
 */
export class LightElement extends LitElement {
  protected override createRenderRoot(): HTMLElement {
    return this;
  }
}
