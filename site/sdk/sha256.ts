import { DeviceKeyError } from "./errors";

/** SHA-256 of a text's UTF-8, lower-case hexadecimal. Throws `crypto-unavailable` outside secure contexts. */
export async function sha256Hex(text: string): Promise<string> {
  // Absent there, whatever the type says.
  const subtle = crypto.subtle as SubtleCrypto | undefined;
  if (subtle === undefined) throw new DeviceKeyError("crypto-unavailable");
  const digest = await subtle.digest("SHA-256", new TextEncoder().encode(text));
  return Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, "0")).join("");
}
