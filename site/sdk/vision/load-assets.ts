import { ModelError } from "../errors";
import { hex, sha256 } from "../sha256";
import type { LoadProgress } from "../types";
import { ASSETS } from "./assets.generated";

export type AssetName = keyof typeof ASSETS;

/** The bytes of one asset, or the error that stopped them. Injected in tests. */
export type FetchAsset = (url: string, signal: AbortSignal) => Promise<Response>;

/**
 * Loads assets in parallel and accepts only the bytes that were pinned when this code was built: a changed
 * model on the server, a cache or the way between cannot change what a face turns into.
 *
 * Throws `ModelError` ("download" or "digest"), or the signal's reason.
 */
export async function loadAssets<Name extends AssetName>(
  names: readonly Name[],
  {
    baseUrl,
    signal,
    onProgress,
    fetchAsset = fetchFromOwnOrigin,
  }: {
    baseUrl: string;
    signal: AbortSignal;
    onProgress: (progress: LoadProgress) => void;
    fetchAsset?: FetchAsset;
  },
): Promise<Record<Name, Uint8Array<ArrayBuffer>>> {
  const totalBytes = names.reduce((sum, name) => sum + ASSETS[name].bytes, 0);
  let loadedBytes = 0;
  const onBytes = (count: number): void => {
    loadedBytes += count;
    onProgress({ loadedBytes, totalBytes });
  };

  const loaded = await Promise.all(
    names.map(async (name) => {
      const bytes = await download(name, { baseUrl, signal, onBytes, fetchAsset });
      await refuseUnlessPinned(name, bytes);
      return [name, bytes] as const;
    }),
  );
  return Object.fromEntries(loaded) as Record<Name, Uint8Array<ArrayBuffer>>;
}

async function fetchFromOwnOrigin(url: string, signal: AbortSignal): Promise<Response> {
  return fetch(url, { signal, credentials: "omit", referrerPolicy: "no-referrer", redirect: "error" });
}

async function download(
  name: AssetName,
  {
    baseUrl,
    signal,
    onBytes,
    fetchAsset,
  }: { baseUrl: string; signal: AbortSignal; onBytes: (count: number) => void; fetchAsset: FetchAsset },
): Promise<Uint8Array<ArrayBuffer>> {
  const { file, bytes: expected } = ASSETS[name];
  const into = new Uint8Array(expected);
  let offset = 0;
  try {
    const response = await fetchAsset(baseUrl + file, signal);
    if (!response.ok || response.body === null) throw new ModelError("download", file);
    for await (const chunk of chunksOf(unpacked(response.body))) {
      // Longer than pinned is already wrong; there is no need to read on.
      if (offset + chunk.length > expected) throw new ModelError("digest", file);
      into.set(chunk, offset);
      offset += chunk.length;
      onBytes(chunk.length);
    }
  } catch (error) {
    signal.throwIfAborted();
    if (error instanceof ModelError) throw error;
    throw new ModelError("download", file, { cause: error });
  }
  if (offset !== expected) throw new ModelError("digest", file);
  return into;
}

/** The files are gzipped by scripts/copy-assets.mjs, whatever the server does. */
function unpacked(body: ReadableStream<Uint8Array<ArrayBuffer>>): ReadableStream<Uint8Array> {
  return body.pipeThrough(new DecompressionStream("gzip"));
}

/** Readable streams are not async iterable in every browser that can run the models. */
async function* chunksOf(body: ReadableStream<Uint8Array>): AsyncGenerator<Uint8Array> {
  const reader = body.getReader();
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      yield value;
    }
  } finally {
    await reader.cancel().catch(() => undefined);
  }
}

async function refuseUnlessPinned(name: AssetName, bytes: Uint8Array<ArrayBuffer>): Promise<void> {
  if (hex(await sha256(bytes)) !== ASSETS[name].sha256) throw new ModelError("digest", ASSETS[name].file);
}
