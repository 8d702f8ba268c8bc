import { defineConfig } from "vitest/config";

import { visionAliases } from "./vision-aliases.ts";

export default defineConfig({
  resolve: { alias: visionAliases },
  test: {
    include: ["tests/**/*.test.ts"],
    environment: "node",
    restoreMocks: true,
    // The model tests run a real 6 MB network in WebAssembly on one thread.
    testTimeout: 60_000,
    hookTimeout: 60_000,
    // Inlined, so that the aliases reach inside these packages as they do in the build.
    server: { deps: { inline: [/@vladmandic\/face-api/, /@tensorflow\//] } },
  },
});
