import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["tests/**/*.test.ts"],
    environment: "node",
    restoreMocks: true,
    // The model tests run a real 6 MB network in WebAssembly on one thread.
    testTimeout: 60_000,
  },
});
