/** Passkeys as a browser has them, in the place of a platform that Node has not; the keys are tested in Chromium. */
import { vi } from "vitest";

export interface AskedFor {
  create: CredentialCreationOptions[];
  get: CredentialRequestOptions[];
}

const bytes = (length: number): ArrayBuffer => new Uint8Array(length).fill(65).buffer;

/** Installs a platform whose person agrees, or one that fails with `error`. Says what it was asked for. */
export function passkeyPlatform({
  account = "A".repeat(22),
  error,
}: { account?: string; error?: Error } = {}): AskedFor {
  const asked: AskedFor = { create: [], get: [] };
  class PlatformCredential {
    readonly rawId = bytes(32);
    constructor(readonly response: object) {}

    static async isUserVerifyingPlatformAuthenticatorAvailable(): Promise<boolean> {
      return Promise.resolve(true);
    }
  }
  vi.stubGlobal("PublicKeyCredential", PlatformCredential);
  vi.stubGlobal("isSecureContext", true);
  vi.stubGlobal("document", { title: "Example" });
  vi.stubGlobal("navigator", {
    credentials: {
      create: async (options: CredentialCreationOptions) => {
        asked.create.push(options);
        if (error !== undefined) throw error;
        return Promise.resolve(
          new PlatformCredential({ clientDataJSON: bytes(90), attestationObject: bytes(200) }),
        );
      },
      get: async (options: CredentialRequestOptions) => {
        asked.get.push(options);
        if (error !== undefined) throw error;
        return Promise.resolve(
          new PlatformCredential({
            clientDataJSON: bytes(90),
            authenticatorData: bytes(37),
            signature: bytes(71),
            userHandle: new TextEncoder().encode(account).buffer,
          }),
        );
      },
    },
  });
  return asked;
}
