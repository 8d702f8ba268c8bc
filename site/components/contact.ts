import { html, type TemplateResult } from "lit";

/** How to reach whoever is responsible: a mail link, a web link or plain text, as it was configured. */
export function contactLink(contact: string): TemplateResult {
  if (contact.startsWith("https://")) return html`<a href=${contact} rel="noopener">${contact}</a>`;
  if (/^\S+@\S+$/.test(contact)) return html`<a href=${`mailto:${contact}`}>${contact}</a>`;
  return html`<span>${contact}</span>`;
}
