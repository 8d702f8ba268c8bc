import { DeviceKeyError } from "./errors";

/** SHA-256, 32 bytes. Throws `crypto-unavailable` outside secure contexts. */
export async function sha256(bytes: Uint8Array<ArrayBuffer>): Promise<Uint8Array> {
  // Absent there, whatever the type says.
  const subtle = crypto.subtle as SubtleCrypto | undefined;
  if (subtle === undefined) throw new DeviceKeyError("crypto-unavailable");
  return new Uint8Array(await subtle.digest("SHA-256", bytes));
}

/** SHA-256 of a text's UTF-8, lower-case hexadecimal. Throws as `sha256` does. */
export async function sha256Hex(text: string): Promise<string> {
  return hex(await sha256(new TextEncoder().encode(text)));
}

/** Lower-case hexadecimal, two digits a byte. */
export function hex(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}
