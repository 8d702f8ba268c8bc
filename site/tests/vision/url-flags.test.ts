import { readFile } from "node:fs/promises";
import { gunzipSync } from "node:zlib";

import { afterEach, expect, test, vi } from "vitest";

import { ASSETS } from "../../sdk/vision/assets.generated";

afterEach(() => {
  vi.unstubAllGlobals();
});

test("a link cannot set flags of tfjs", async () => {
  const packed = await readFile(new URL(`../../public/assets/${ASSETS.wasmSimd.file}`, import.meta.url));
  vi.stubGlobal("location", { search: "?tfjsflags=DEBUG:true,WASM_HAS_MULTITHREAD_SUPPORT:true" });

  // Loaded only now: tfjs reads the query string when its first module is.
  const tf = await import("@tensorflow/tfjs-core");
  const { startBackend } = await import("../../sdk/vision/backend");
  await startBackend(new Uint8Array(gunzipSync(packed)));

  expect(tf.env().getBool("DEBUG")).toBe(false);
  expect(tf.env().get("WASM_HAS_MULTITHREAD_SUPPORT")).toBe(false);
  expect(tf.getBackend()).toBe("wasm");
});
