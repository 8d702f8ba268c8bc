import * as tf from "@tensorflow/tfjs-core";
import { setWasmPaths } from "@tensorflow/tfjs-backend-wasm/dist/index.js";

import { ModelError } from "../errors";

/** A WASM module of one SIMD instruction, from wasm-feature-detect. */
const SIMD_PROBE = new Uint8Array([
  0, 97, 115, 109, 1, 0, 0, 0, 1, 5, 1, 96, 0, 1, 123, 3, 2, 1, 0, 10, 10, 1, 8, 0, 65, 0, 253, 15, 253, 98,
  11,
]);
const BACKEND = "wasm";
const VERIFIED = "verified:";

const EMPTY_MODULE = new Uint8Array([0, 97, 115, 109, 1, 0, 0, 0]);

export function simdIsSupported(): boolean {
  return WebAssembly.validate(SIMD_PROBE);
}

// tfjs is one for the whole page; every engine on it counts as one user.
let users = 0;
let running: Promise<void> | null = null;

/**
 * Starts tfjs on its WASM backend from bytes that are already here and checked.
 *
 * tfjs is given a platform of our own whose `fetch` knows these bytes and nothing else: no URL, flag or
 * library default can make it load anything. Throws `ModelError` ("unsupported").
 */
export async function startBackend(wasm: Uint8Array<ArrayBuffer>): Promise<void> {
  users += 1;
  running ??= start(wasm);
  try {
    await running;
  } catch (error) {
    users -= 1;
    running = null;
    throw new ModelError("unsupported", undefined, { cause: error });
  }
}

/** Frees the WASM memory with everything in it, once nobody uses it. The next `startBackend` begins anew. */
export function stopBackend(): void {
  users -= 1;
  if (users > 0) return;
  running = null;
  const factory = tf.findBackendFactory(BACKEND);
  tf.removeBackend(BACKEND);
  // Removing a backend also forgets how to make one.
  tf.registerBackend(BACKEND, factory);
}

async function start(wasm: Uint8Array<ArrayBuffer>): Promise<void> {
  // tfjs would wait for ever where a content-security policy forbids WASM; this throws at once.
  new WebAssembly.Module(EMPTY_MODULE);
  tf.env().setPlatform("facesmash", platformServing(wasm));
  tf.env().setFlags({ PROD: true, DEBUG: false, CHECK_COMPUTATION_FOR_ERRORS: false });
  tf.env().set("WASM_HAS_MULTITHREAD_SUPPORT", false);
  tf.env().set("WASM_HAS_SIMD_SUPPORT", simdIsSupported());
  setWasmPaths(VERIFIED, true);
  const isRunning = await tf.setBackend(BACKEND);
  if (!isRunning) throw new Error("the WASM backend did not start");
}

type Platform = Parameters<ReturnType<typeof tf.env>["setPlatform"]>[1];

function platformServing(wasm: Uint8Array<ArrayBuffer>): Platform {
  return {
    fetch: (path: string) =>
      path.startsWith(VERIFIED)
        ? Promise.resolve(new Response(wasm))
        : Promise.reject(new ModelError("download", "tfjs asked for something of its own")),
    now: () => performance.now(),
    encode: (text: string) => new TextEncoder().encode(text),
    decode: (bytes: Uint8Array, encoding: string) => new TextDecoder(encoding).decode(bytes),
    isTypedArray: (value: unknown): value is Float32Array | Int32Array | Uint8Array | Uint8ClampedArray =>
      value instanceof Float32Array ||
      value instanceof Int32Array ||
      value instanceof Uint8Array ||
      value instanceof Uint8ClampedArray,
  };
}
