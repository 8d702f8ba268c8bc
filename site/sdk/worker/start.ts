import workerUrl from "./worker?worker&url";

/** Trusted Types (TypeScript's DOM does not know them yet). */
interface TrustedTypes {
  createPolicy(
    name: string,
    rules: { createScriptURL: (url: string) => string },
  ): {
    createScriptURL(url: string): URL;
  };
}

// Named in the content-security policy (infra/headers.py), so that no other script can make URLs of scripts.
const POLICY = "facesmash-worker";

let trustedUrl: string | URL | null = null;

/** Our own worker; null where it cannot run: old browsers, pages of another origin, policies that forbid it. */
export function startWorker(): Worker | null {
  if (typeof Worker === "undefined" || typeof OffscreenCanvas === "undefined") return null;
  if (typeof createImageBitmap === "undefined") return null;
  try {
    return new Worker(trusted(), { type: "module" });
  } catch {
    return null;
  }
}

function trusted(): string | URL {
  if (trustedUrl !== null) return trustedUrl;
  const url = new URL(workerUrl, import.meta.url).href;
  const { trustedTypes } = globalThis as { trustedTypes?: TrustedTypes };
  trustedUrl =
    trustedTypes === undefined
      ? url
      : trustedTypes.createPolicy(POLICY, { createScriptURL: () => url }).createScriptURL(url);
  return trustedUrl;
}
