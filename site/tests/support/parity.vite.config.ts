import { fileURLToPath } from "node:url";

import { defineConfig } from "vite";

import { visionAliases } from "../../vision-aliases.ts";

const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

/** `parity.ts` for a browser, as the site's own build would make it. Where to is said by `--outDir`. */
export default defineConfig({
  root: here("../.."),
  publicDir: false,
  logLevel: "warn",
  resolve: { alias: visionAliases },
  build: {
    target: "es2022",
    emptyOutDir: true,
    modulePreload: false,
    rolldownOptions: {
      input: here("parity.ts"),
      preserveEntrySignatures: "strict",
      output: { entryFileNames: "parity.js" },
    },
  },
});
