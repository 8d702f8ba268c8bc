import { DeviceKeyError, StateError } from "./errors";
import type { Policy } from "./types";

/** A consent is to exactly these words. Throws `policy-altered` where they are not the ones the digest names. */
export async function assertUnaltered({ text, textSha256 }: Policy): Promise<void> {
  // Absent outside secure contexts, whatever the type says.
  const subtle = crypto.subtle as SubtleCrypto | undefined;
  if (subtle === undefined) throw new DeviceKeyError("crypto-unavailable");
  const digest = await subtle.digest("SHA-256", new TextEncoder().encode(text));
  const hex = Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, "0")).join("");
  if (hex !== textSha256) throw new StateError("policy-altered");
}
