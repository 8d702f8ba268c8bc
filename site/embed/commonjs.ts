/** The WASM runtime's glue (emscripten) asks for these two of CommonJS where it finds itself in Node. */
import { createRequire } from "node:module";
import { dirname } from "node:path";
import { fileURLToPath } from "node:url";

Object.assign(globalThis, {
  require: createRequire(import.meta.url),
  __dirname: dirname(fileURLToPath(import.meta.url)),
});
