import type { Answer } from "./api/answer";
import { StateError } from "./errors";

/** What an answer says of a mailbox that was proved. Its life is its own, and not the session's. */
export interface HeldMailbox {
  token: string;
  expiresAtMs: number;
  /** Whether a code was typed; else a passkey stands for it, which is less where a way of looking needs the code. */
  byCode: boolean;
}

/**
 * The mailbox that was proved in this page. In memory, and no longer than it is worth anything; it is somebody's, so it
 * goes as soon as somebody comes or goes.
 */
export class MailboxProof {
  #held: HeldMailbox | null = null;

  hold(mailbox: HeldMailbox): void {
    this.#held = mailbox;
  }

  forget(): void {
    this.#held = null;
  }

  get held(): HeldMailbox | null {
    if (this.#held !== null && this.#held.expiresAtMs <= Date.now()) this.#held = null;
    return this.#held;
  }

  /** For what cannot be done without. Throws `no-mailbox`. */
  token(): string {
    const { held } = this;
    if (held === null) throw new StateError("no-mailbox");
    return held.token;
  }
}

/** Reads the mailbox's part of an answer. */
export function heldMailbox(
  answer: Answer,
  nowMs: number,
  { byCode }: Pick<HeldMailbox, "byCode">,
): HeldMailbox {
  return {
    byCode,
    token: answer.string("mailbox_token"),
    expiresAtMs: nowMs + 1000 * answer.integer("mailbox_expires_in"),
  };
}
