import { fileURLToPath } from "node:url";

import { defineConfig } from "vite";

import { pageShell } from "./page-shell.ts";
import { visionAliases } from "./vision-aliases.ts";

const PAGES = [
  "index",
  "register",
  "sign-in",
  "dashboard",
  "face",
  "authorize",
  "logout",
  "freeze",
  "policy",
  "404",
];
// The outbox shows the mails of the local cloud; no other environment may carry the page.
const LOCAL_PAGES = ["outbox"];

const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

export default defineConfig(({ mode }) => ({
  root: here("."),
  appType: "mpa",
  resolve: { alias: visionAliases },
  plugins: [pageShell()],
  worker: {
    format: "es",
    rolldownOptions: { output: { entryFileNames: "assets/[name]-[hash].js", comments: { legal: false } } },
  },
  build: {
    outDir: "dist",
    emptyOutDir: true,
    target: "es2022",
    assetsDir: "assets",
    // The content-security policy allows no data: URLs in scripts or fetches.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    // Of the vision chunk, with its part of tfjs, in kB: more means that some of tfjs came along unasked.
    chunkSizeWarningLimit: 330,
    rolldownOptions: {
      input: {
        ...Object.fromEntries(pagesOf(mode).map((page) => [page, here(`${page}.html`)])),
        "facesmash-sdk": here("sdk/index.ts"),
      },
      // The SDK keeps its exports and a name that integrators can import; all else is hashed and immutable.
      preserveEntrySignatures: "exports-only",
      output: {
        entryFileNames: ({ name }) =>
          name === "facesmash-sdk" ? "sdk/facesmash.js" : "assets/[name]-[hash].js",
      },
    },
  },
}));

function pagesOf(mode: string): string[] {
  return mode === "local-cloud" ? [...PAGES, ...LOCAL_PAGES] : PAGES;
}
