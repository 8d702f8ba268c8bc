import { StateError } from "./errors";
import { sha256Hex } from "./sha256";
import type { Policy } from "./types";

/** A consent is to exactly these words. Throws `policy-altered` where they are not the ones the digest names. */
export async function assertUnaltered({ text, textSha256 }: Policy): Promise<void> {
  if ((await sha256Hex(text)) !== textSha256) throw new StateError("policy-altered");
}
