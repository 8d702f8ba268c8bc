import { fileURLToPath } from "node:url";

import { defineConfig } from "vite";

import { visionAliases } from "../vision-aliases.ts";

const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

/** The vision code for Node: the same modules and aliases as in the browser's bundle, everything inlined. */
export default defineConfig({
  root: here(".."),
  publicDir: false,
  logLevel: "warn",
  resolve: { alias: visionAliases },
  ssr: { noExternal: true },
  build: {
    ssr: true,
    outDir: "../build/embed",
    emptyOutDir: true,
    target: "node20",
    chunkSizeWarningLimit: 1000,
    rolldownOptions: {
      input: {
        main: here("main.ts"),
        worker: here("worker.ts"),
        track: here("track/main.ts"),
        "track-worker": here("track/worker.ts"),
      },
      output: { entryFileNames: "[name].js" },
    },
  },
});
