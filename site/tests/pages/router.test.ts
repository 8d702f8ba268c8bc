import { readFileSync } from "node:fs";

import { describe, expect, test } from "vitest";

import { pageAt, pageFor, ROUTES, type LinkClick } from "../../pages/router";
import config from "../../vite.config";

const ORIGIN = "https://app.example";

function click(change: Partial<LinkClick> = {}): LinkClick {
  return { href: `${ORIGIN}/register`, target: "", download: false, button: 0, modified: false, ...change };
}

describe("the page at an address", () => {
  test.each(Object.entries(ROUTES))("%s is found at its own path", (name, { path }) => {
    expect(pageAt(path)).toBe(name);
  });

  test.each(Object.entries(ROUTES))(
    "%s is a file of its own that is built, with the same title",
    (name, route) => {
      const file = name === "home" ? "index" : route.path.slice(1);

      const source = readFileSync(new URL(`../../${file}.html`, import.meta.url), "utf8");
      const built = config({ mode: "local-cloud", command: "build" }).build?.rolldownOptions?.input;

      expect(source).toContain(`<title>${route.title}</title>`);
      expect(Object.keys(built ?? {})).toContain(file);
    },
  );

  test.each([
    ["/index.html", "home"],
    ["/index", "home"],
    ["", "home"],
    ["/sign-in.html", "sign-in"],
    ["/dashboard/", "dashboard"],
  ])("%s is %s, however the server writes it", (path, page) => {
    expect(pageAt(path)).toBe(page);
  });

  test.each(["/nothing", "/register/else", "/v1/account", "/Register"])("%s is no page", (path) => {
    expect(pageAt(path)).toBeNull();
  });
});

describe("a click on a link", () => {
  test("moves inside the document when it leads to a page of this site", () => {
    expect(pageFor(click(), ORIGIN)).toBe("register");
  });

  test.each<[string, Partial<LinkClick>]>([
    ["another site", { href: "https://other.example/register" }],
    ["another port", { href: "https://app.example:8443/register" }],
    ["a place in the page", { href: `${ORIGIN}/dashboard#actions` }],
    ["something that is no page", { href: `${ORIGIN}/.well-known/jwks.json` }],
    ["a mail address", { href: "mailto:privacy@app.example" }],
    ["no address at all", { href: "" }],
    ["a new tab", { target: "_blank" }],
    ["a download", { download: true }],
    ["the middle button", { button: 1 }],
    ["a modifier key", { modified: true }],
  ])("is left to the browser for %s", (_, change) => {
    expect(pageFor(click(change), ORIGIN)).toBeNull();
  });
});
