import { fileURLToPath } from "node:url";

import { defineConfig } from "vite";

import { visionAliases } from "./vision-aliases.ts";

const PAGES = ["index", "register", "sign-in", "dashboard"];
// The outbox shows the mails of the local cloud; no other environment may carry the page.
const LOCAL_PAGES = ["outbox"];

export default defineConfig(({ mode }) => ({
  root: fileURLToPath(new URL(".", import.meta.url)),
  appType: "mpa",
  resolve: { alias: visionAliases },
  build: {
    outDir: "dist",
    emptyOutDir: true,
    target: "es2022",
    assetsDir: "assets",
    // The content-security policy allows no data: URLs in scripts or fetches.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    // The vision chunk carries tfjs; it is loaded only when a camera is about to open.
    chunkSizeWarningLimit: 1500,
    rolldownOptions: {
      input: [...PAGES, ...(mode === "local" ? LOCAL_PAGES : [])].map((page) =>
        fileURLToPath(new URL(`${page}.html`, import.meta.url)),
      ),
    },
  },
}));
