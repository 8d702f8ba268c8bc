/**
 * Stands in for the threaded WASM build. Threads need cross-origin isolation, which would forbid integrators
 * to embed anything; SIMD on one thread is fast enough, and this drops the code that starts workers from blobs.
 */
export const wasmWorkerContents = "";

export default function threadsAreNotShipped(): never {
  throw new Error("the threaded WASM build is not shipped");
}
