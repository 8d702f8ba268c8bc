import { sha256 } from "../sha256";

/**
 * The hash chain over a ceremony's frames: it begins with the challenge and takes in each frame, so that no frame can be
 * changed, moved or made up once a later head was sent.
 */

const LABEL = "facesmash/chain/1";

/** The chain's beginning: SHA-256 of the label and the challenge. */
export async function chainStart(challenge: string): Promise<Uint8Array> {
  return sha256(new TextEncoder().encode(LABEL + challenge));
}

/** The head after one more frame. `frame`: exactly the bytes that travel (see `RecordedFrame`). */
export async function chained(head: Uint8Array, frame: Uint8Array): Promise<Uint8Array> {
  const bytes = new Uint8Array(head.length + frame.length);
  bytes.set(head);
  bytes.set(frame, head.length);
  return sha256(bytes);
}
