import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { gunzipSync, gzipSync } from "node:zlib";

import { describe, expect, test } from "vitest";

import { ASSETS } from "../../sdk/vision/assets.generated";
import { type FetchAsset, loadAssets } from "../../sdk/vision/load-assets";

const folder = fileURLToPath(new URL("../../public/assets/", import.meta.url));
const running = new AbortController().signal;
const ignore = (): void => undefined;

const fromDisk: FetchAsset = async (path) => new Response(await readFile(path));

const load = async (fetchAsset: FetchAsset, signal = running): Promise<unknown> =>
  loadAssets(["detector"], { baseUrl: folder, signal, onProgress: ignore, fetchAsset });

describe("loading the models", () => {
  test("hands out exactly the pinned bytes, and says how far it is", async () => {
    const steps: number[] = [];

    const { detector, wasmSimd } = await loadAssets(["detector", "wasmSimd"], {
      baseUrl: folder,
      signal: running,
      onProgress: ({ loadedBytes }) => steps.push(loadedBytes),
      fetchAsset: fromDisk,
    });

    expect(Buffer.from(detector).equals(gunzipSync(await readFile(folder + ASSETS.detector.file)))).toBe(
      true,
    );
    expect(wasmSimd).toHaveLength(ASSETS.wasmSimd.bytes);
    expect(steps.at(-1)).toBe(ASSETS.detector.bytes + ASSETS.wasmSimd.bytes);
    expect(steps).toEqual(steps.toSorted((a, b) => a - b));
  });

  test("refuses a file in which one bit was changed", async () => {
    const changed: FetchAsset = async (path) => {
      const bytes = gunzipSync(await readFile(path));
      bytes[1000] = (bytes[1000] ?? 0) ^ 1;
      return new Response(gzipSync(bytes));
    };

    await expect(load(changed)).rejects.toMatchObject({ name: "ModelError", kind: "digest" });
  });

  test.each([
    ["shorter", -1],
    ["longer", 1],
  ])("refuses a %s file", async (_which, difference) => {
    const resized: FetchAsset = () =>
      Promise.resolve(new Response(gzipSync(new Uint8Array(ASSETS.detector.bytes + difference))));

    await expect(load(resized)).rejects.toMatchObject({ kind: "digest" });
  });

  test.each([
    ["an error page", () => Promise.resolve(new Response("no", { status: 404 }))],
    ["something that was never packed", () => Promise.resolve(new Response("hello"))],
    ["no connection", () => Promise.reject(new TypeError("Failed to fetch"))],
  ])("says that the download failed on %s", async (_what, failing: FetchAsset) => {
    await expect(load(failing)).rejects.toMatchObject({ kind: "download", asset: ASSETS.detector.file });
  });

  test("gives up with the caller's reason", async () => {
    const caller = new AbortController();
    const slow: FetchAsset = async (_path, signal) =>
      new Promise((_resolve, reject) => {
        signal.addEventListener("abort", () => {
          reject(signal.reason as Error);
        });
      });

    const loading = load(slow, caller.signal);
    caller.abort(new Error("changed my mind"));

    await expect(loading).rejects.toThrow("changed my mind");
  });
});
