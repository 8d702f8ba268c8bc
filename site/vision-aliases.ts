import { fileURLToPath } from "node:url";

import type { Alias } from "vite";

const runtime = (file: string): string =>
  fileURLToPath(new URL(`./sdk/vision/runtime/${file}`, import.meta.url));

/**
 * face-api without its bundled tfjs (1.30 MB, 322 kB gzipped), on the part of tfjs that it uses (0.22 MB,
 * 62 kB gzipped). Shared by the build and by the tests, so both run the same code.
 */
export const visionAliases: Alias[] = [
  { find: /.*\/tfjs-backend-wasm-threaded-simd(\.worker)?\.js$/, replacement: runtime("no-threads.ts") },
  { find: /^@tensorflow\/tfjs-core$/, replacement: runtime("core.ts") },
  { find: /^@tensorflow\/tfjs\/dist\/index\.js$/, replacement: runtime("face-api-ops.ts") },
  { find: /^@tensorflow\/tfjs-backend-webgl\/dist\/index\.js$/, replacement: runtime("nothing.ts") },
  { find: /^@tensorflow\/tfjs-backend-wasm\/dist\/index\.js$/, replacement: runtime("backend.ts") },
];
