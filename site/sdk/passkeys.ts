/** Passkeys, as the platform has them: what may be missing, asked for once, and errors of our own. */
import { base64Url, fromBase64Url } from "./base64";
import { PasskeyError } from "./errors";
import type { PasskeySupport } from "./types";

/** ES256, EdDSA, RS256: what the API takes. */
const ALGORITHMS = [-7, -8, -257];
// A person looks for their key, and the challenge lives for two minutes.
const TIMEOUT_MS = 110_000;

/** What this browser can do. Asks nobody, shows nothing. */
export async function passkeySupport(): Promise<PasskeySupport> {
  const { PublicKeyCredential: platform } = globalThis as {
    PublicKeyCredential?: typeof PublicKeyCredential;
  };
  if (platform === undefined || !isSecureContext) return { usable: false, onThisDevice: false };
  const onThisDevice = await platform.isUserVerifyingPlatformAuthenticatorAvailable().catch(() => false);
  return { usable: true, onThisDevice };
}

/** Has one made for an account, bound to a challenge of the API. Throws `PasskeyError`. */
export async function makePasskey(wish: {
  account: string;
  email: string;
  /** The credential ids that the account has already: their authenticators say so, and make no other. */
  held: readonly string[];
  challenge: string;
  signal: AbortSignal;
}): Promise<Record<string, string>> {
  const credential = await asked(wish.signal, async () =>
    navigator.credentials.create({
      publicKey: {
        // The relying party is this page's own domain, where none is named.
        rp: { name: document.title === "" ? location.hostname : document.title },
        user: {
          id: new TextEncoder().encode(wish.account),
          name: wish.email,
          displayName: wish.email,
        },
        challenge: fromBase64Url(wish.challenge),
        excludeCredentials: wish.held.map((id) => ({ type: "public-key", id: fromBase64Url(id) })),
        pubKeyCredParams: ALGORITHMS.map((alg) => ({ type: "public-key", alg })),
        authenticatorSelection: {
          residentKey: "required",
          requireResidentKey: true,
          userVerification: "required",
        },
        attestation: "none",
        timeout: TIMEOUT_MS,
      },
      signal: wish.signal,
    }),
  );
  const response = credential.response as AuthenticatorAttestationResponse;
  return {
    credential_id: encoded(credential.rawId),
    client_data: encoded(response.clientDataJSON),
    attestation: encoded(response.attestationObject),
  };
}

/** Asks for one that this site has made; it says itself whose it is. Throws `PasskeyError`. */
export async function usePasskey(wish: {
  challenge: string;
  signal: AbortSignal;
}): Promise<Record<string, string>> {
  const credential = await asked(wish.signal, async () =>
    navigator.credentials.get({
      publicKey: {
        challenge: fromBase64Url(wish.challenge),
        userVerification: "required",
        timeout: TIMEOUT_MS,
      },
      signal: wish.signal,
    }),
  );
  const response = credential.response as AuthenticatorAssertionResponse;
  if (response.userHandle === null) throw new PasskeyError("given-up");
  return {
    account: new TextDecoder().decode(response.userHandle),
    credential_id: encoded(credential.rawId),
    client_data: encoded(response.clientDataJSON),
    authenticator_data: encoded(response.authenticatorData),
    signature: encoded(response.signature),
  };
}

async function asked(
  signal: AbortSignal,
  ask: () => Promise<Credential | null>,
): Promise<PublicKeyCredential> {
  if (!(await passkeySupport()).usable) throw new PasskeyError("unsupported");
  try {
    const credential = await ask();
    if (credential instanceof PublicKeyCredential) return credential;
  } catch (error) {
    signal.throwIfAborted();
    throw new PasskeyError(kindOf(error), { cause: error });
  }
  throw new PasskeyError("given-up");
}

/** Web Authentication Level 3, sections 5.1.3 and 5.1.4: the names of what goes wrong. */
function kindOf(error: unknown): PasskeyError["kind"] {
  if (!(error instanceof DOMException)) return "unsupported";
  switch (error.name) {
    case "InvalidStateError":
      return "already-there";
    case "SecurityError":
      return "other-site";
    case "NotSupportedError":
    case "ConstraintError":
      return "unsupported";
    default:
      return "given-up"; // cancelled, timed out, or none there: browsers do not say which
  }
}

function encoded(bytes: ArrayBuffer): string {
  return base64Url(new Uint8Array(bytes));
}
