/** Small tools for `AbortSignal`. */

/** One signal of several; absent ones are left out. */
export function anySignal(...signals: (AbortSignal | undefined)[]): AbortSignal {
  return AbortSignal.any(signals.filter((signal) => signal !== undefined));
}

/**
 * Rejects with the signal's reason as soon as it aborts, whatever `promise` does meanwhile. Its late result is
 * handed to `discard`, so that nothing it opened stays open.
 */
export async function abortable<T>(
  promise: Promise<T>,
  signal: AbortSignal,
  discard: (late: T) => void = () => undefined,
): Promise<T> {
  let onAbort: (() => void) | undefined;
  const aborted = new Promise<never>((_resolve, reject) => {
    onAbort = (): void => {
      promise.then(discard, () => undefined);
      reject(reasonOf(signal));
    };
    if (signal.aborted) onAbort();
    else signal.addEventListener("abort", onAbort, { once: true });
  });
  try {
    return await Promise.race([promise, aborted]);
  } finally {
    if (onAbort) signal.removeEventListener("abort", onAbort);
  }
}

/** Resolves at the next `type` event; rejects with the signal's reason. */
export async function nextEvent(target: EventTarget, type: string, signal: AbortSignal): Promise<void> {
  let listener: (() => void) | undefined;
  try {
    await abortable(
      new Promise<void>((resolve) => {
        listener = resolve;
        target.addEventListener(type, listener, { once: true });
      }),
      signal,
    );
  } finally {
    if (listener) target.removeEventListener(type, listener);
  }
}

function reasonOf(signal: AbortSignal): Error {
  return signal.reason instanceof Error ? signal.reason : new DOMException("aborted", "AbortError");
}
