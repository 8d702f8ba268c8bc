import { StateError } from "./errors";
import { sha256Hex } from "./sha256";
import type { Declared, Policy } from "./types";

/** A consent is to exactly these words. Throws `policy-altered` where they are not the ones the digest names. */
export async function assertUnaltered({ text, textSha256 }: Policy): Promise<void> {
  if ((await sha256Hex(text)) !== textSha256) throw new StateError("policy-altered");
}

/** A consent as the API takes it, to exactly the words that were read. Throws `policy-altered`. */
export async function consentTo(policy: Policy, { signedName, isOfAge }: Declared = {}): Promise<object> {
  await assertUnaltered(policy);
  return {
    policy_version: policy.version,
    text_sha256: policy.textSha256,
    accepted: true,
    ...(signedName !== undefined && { signed_name: signedName }),
    ...(isOfAge !== undefined && { is_of_age: isOfAge }),
  };
}
