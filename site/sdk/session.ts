import { Answer, unexpected } from "./api/answer";
import { fromBase64Url } from "./base64";
import type { AuthenticationMethod, Session } from "./types";

const METHODS: readonly AuthenticationMethod[] = ["face", "hwk", "mfa", "otp", "recovery", "swk", "user"];

/** A session with its access token. Lives in memory only; the token never leaves the SDK but in a header. */
export interface HeldSession {
  session: Session;
  accessToken: string;
  accessExpiresAtMs: number;
  /** The device as the API names it: the thumbprint of its key. */
  device: string;
}

/** Reads a token answer. The token was signed for others to verify; here it is only read. */
export function heldSession(answer: Answer, nowMs: number): HeldSession {
  const accessToken = answer.string("access_token");
  answer.oneOf("token_type", ["DPoP"]);
  const claims = claimsOf(accessToken);
  return {
    accessToken,
    accessExpiresAtMs: nowMs + 1000 * answer.integer("expires_in"),
    device: claims.object("cnf").string("jkt"),
    session: {
      account: claims.string("sub"),
      amr: methodsOf(claims),
      // By this device's clock, which may be off: the token's own `exp` is by the server's.
      expiresAt: new Date(nowMs + 1000 * answer.integer("refresh_expires_in")),
      authTime: claims.date("auth_time"),
    },
  };
}

function claimsOf(token: string): Answer {
  try {
    const payload = token.split(".")[1] ?? "";
    return new Answer(JSON.parse(new TextDecoder().decode(fromBase64Url(payload))));
  } catch {
    throw unexpected("a readable access token");
  }
}

function methodsOf(claims: Answer): AuthenticationMethod[] {
  const given = claims.strings("amr");
  return METHODS.filter((method) => given.includes(method));
}
