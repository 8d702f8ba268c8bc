import { html, type TemplateResult } from "lit";

import "./authorize/authorize-page";
import "./dashboard/dashboard-page";
import "./face/face-page";
import "./freeze/freeze-page";
import "./home-page";
import "./logout-page";
import "./outbox-page";
import "./policy-page";
import "./register/register-page";
import "./sign-in/sign-in-page";
import { notFound } from "./not-found";
import type { PageName } from "./router";
import type { Services } from "./services";

/** The element of each page. A page without one does not compile. */
const PAGES: Readonly<Record<PageName, (services: Services) => TemplateResult>> = {
  home: () => html`<fs-home-page></fs-home-page>`,
  register: (services) => html`<fs-register-page .services=${services}></fs-register-page>`,
  "sign-in": (services) => html`<fs-sign-in-page .services=${services}></fs-sign-in-page>`,
  dashboard: (services) => html`<fs-dashboard-page .services=${services}></fs-dashboard-page>`,
  face: (services) => html`<fs-face-page .services=${services}></fs-face-page>`,
  authorize: (services) => html`<fs-authorize-page .services=${services}></fs-authorize-page>`,
  logout: (services) => html`<fs-logout-page .services=${services}></fs-logout-page>`,
  freeze: (services) => html`<fs-freeze-page .services=${services}></fs-freeze-page>`,
  policy: (services) => html`<fs-policy-page .services=${services}></fs-policy-page>`,
  outbox: (services) => html`<fs-outbox-page .services=${services}></fs-outbox-page>`,
};

/** Whoever goes elsewhere on the way to an application is not sent there later. Reading the text is no way off. */
const ON_THE_WAY: readonly (PageName | null)[] = ["authorize", "sign-in", "policy"];

/** Likewise on the way to a fresh sign-in, and back to what needs it. */
const STEPPING_UP: readonly (PageName | null)[] = ["sign-in", "policy", "dashboard", "face"];

export function openPage(page: PageName | null, services: Services): TemplateResult {
  if (!ON_THE_WAY.includes(page)) services.memory.application = null;
  if (!STEPPING_UP.includes(page)) services.memory.steppingUp = null;
  return page === null ? notFound() : PAGES[page](services);
}
