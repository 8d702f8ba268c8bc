import type { LookAgainReason } from "../types";

/** One try of the ceremony did not work out: the next one has a script of its own. */
export class TryFailed extends Error {
  override readonly name = "TryFailed";

  constructor(readonly reason: LookAgainReason) {
    super(`try: ${reason}`);
  }
}
