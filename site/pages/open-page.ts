import { html, type TemplateResult } from "lit";

import "./dashboard/dashboard-page";
import "./freeze/freeze-page";
import "./home-page";
import "./outbox-page";
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
  freeze: (services) => html`<fs-freeze-page .services=${services}></fs-freeze-page>`,
  outbox: (services) => html`<fs-outbox-page .services=${services}></fs-outbox-page>`,
};

export function openPage(page: PageName | null, services: Services): TemplateResult {
  return page === null ? notFound() : PAGES[page](services);
}
