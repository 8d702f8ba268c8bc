import type { Plugin } from "vite";

/** Stands in each page's file, for whoever reads it. */
const NOTE = "<!-- page-shell.ts adds the rest -->\n";

const HEAD = `
    <meta charset="utf-8" />
    <meta name="viewport" content="width=device-width, initial-scale=1" />
    <meta name="color-scheme" content="light dark" />
    <meta name="theme-color" media="(prefers-color-scheme: light)" content="#f4f6f4" />
    <meta name="theme-color" media="(prefers-color-scheme: dark)" content="#111716" />
    <link rel="icon" href="/favicon.svg" type="image/svg+xml" />
    <link rel="stylesheet" href="/styles/index.css" />
    <script type="module" src="/pages/start.ts"></script>`;

const BODY = `
    <fs-app></fs-app>
    <noscript>
      <p class="noscript">
        This page needs JavaScript: your picture is read on this device, by the page itself, so that it never
        has to leave it.
      </p>
    </noscript>
  `;

/** Gives every page the head and body that all have; its own file has only its title and description. */
export function pageShell(): Plugin {
  return {
    name: "facesmash-page-shell",
    // Before Vite looks for the scripts and style sheets of a page.
    transformIndexHtml: {
      order: "pre",
      handler: (html) =>
        html.replace(NOTE, "").replace("<head>", `<head>${HEAD}`).replace("<body>", `<body>${BODY}`),
    },
  };
}
