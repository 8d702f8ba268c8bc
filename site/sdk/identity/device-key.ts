import { DeviceKeyError } from "../errors";
import type { DeviceStore } from "./device-store";

const ALGORITHM: EcKeyGenParams = { name: "ECDSA", namedCurve: "P-256" };

/** The public half as it stands in a proof's header: exactly the members that RFC 7638 hashes. */
export interface PublicJwk {
  crv: "P-256";
  kty: "EC";
  x: string;
  y: string;
}

export interface DeviceKey {
  publicJwk: PublicJwk;
  /** ES256: SHA-256 and raw r || s, as JOSE wants it. */
  sign(message: Uint8Array<ArrayBuffer>): Promise<Uint8Array>;
}

/**
 * This device's key, made at the first call and kept. The private half is not extractable: no script, and
 * nobody with a copy of the profile's script-visible storage, can take it elsewhere.
 *
 * Throws `DeviceKeyError`.
 */
export async function deviceKey(store: DeviceStore): Promise<DeviceKey> {
  const kept = await store.get("key");
  const pair = (kept ?? (await store.setOnce("key", await generate()))) as CryptoKeyPair;
  return {
    publicJwk: await publicJwk(pair.publicKey),
    sign: async (message) =>
      new Uint8Array(await crypto.subtle.sign({ name: "ECDSA", hash: "SHA-256" }, pair.privateKey, message)),
  };
}

async function generate(): Promise<CryptoKeyPair> {
  // Absent outside secure contexts, whatever the type says.
  const subtle = crypto.subtle as SubtleCrypto | undefined;
  if (subtle === undefined) throw new DeviceKeyError("crypto-unavailable");
  return subtle.generateKey(ALGORITHM, false, ["sign", "verify"]);
}

async function publicJwk(key: CryptoKey): Promise<PublicJwk> {
  const { x, y } = await crypto.subtle.exportKey("jwk", key);
  if (x === undefined || y === undefined) throw new DeviceKeyError("crypto-unavailable");
  return { crv: "P-256", kty: "EC", x, y };
}
