import { describe, expect, test, vi } from "vitest";

import {
  ApiProblem,
  CameraError,
  CeremonyError,
  ModelError,
  NetworkError,
  StateError,
} from "../../sdk/errors";
import { Channel, Moved } from "../../sdk/worker/channel";
import { packError, unpackError } from "../../sdk/worker/errors";

interface Echo {
  echo: (given: unknown, signal: AbortSignal) => unknown;
}

/** Two ends that talk through a real message channel, with its copies and moves. */
function ends(served: Echo): { near: Channel<Echo>; far: Channel<Echo>; close: () => void } {
  const { port1, port2 } = new MessageChannel();
  const near = new Channel<Echo>(port1, {});
  const far = new Channel(port2, served);
  port1.start();
  port2.start();
  return {
    near,
    far,
    close: () => {
      port1.close();
      port2.close();
    },
  };
}

describe("calls between a page and its worker", () => {
  test("are answered, each with its own", async () => {
    const { near, close } = ends({
      echo: async (given) => new Promise((resolve) => setTimeout(resolve, given === "slow" ? 20 : 0, given)),
    });

    expect(await Promise.all([near.call("echo", "slow"), near.call("echo", "quick")])).toEqual([
      "slow",
      "quick",
    ]);
    close();
  });

  test("move what is to be moved, and copy nothing of it", async () => {
    const bytes = new Uint8Array(1000);
    const { near, close } = ends({ echo: () => new Moved(bytes, [bytes.buffer]) });

    const got = (await near.call("echo", null)) as Uint8Array;

    expect(got.byteLength).toBe(1000);
    expect(bytes.byteLength).toBe(0);
    close();
  });

  test("that are given up are given up on the other side too", async () => {
    const seen = vi.fn();
    const { near, close } = ends({
      echo: async (_, signal) =>
        new Promise(() => {
          signal.addEventListener("abort", () => {
            seen();
          });
        }),
    });
    const caller = new AbortController();
    const call = near.call("echo", null, caller.signal);
    await new Promise((resolve) => setTimeout(resolve, 5));

    caller.abort(new Error("enough"));

    await expect(call).rejects.toThrow("enough");
    await vi.waitFor(() => {
      expect(seen).toHaveBeenCalledOnce();
    });
    close();
  });

  test("end when the other side is gone, those to come too", async () => {
    const { near, close } = ends({ echo: () => new Promise(() => undefined) });
    const call = near.call("echo", null);

    near.breakOff(new StateError("disposed"));

    await expect(call).rejects.toMatchObject({ kind: "disposed" });
    await expect(near.call("echo", null)).rejects.toMatchObject({ kind: "disposed" });
    close();
  });

  test("keep the class of an error, and lose its cause", () => {
    const errors = [
      new CameraError("interrupted"),
      new CeremonyError("face-lost"),
      new ModelError("digest", "file.packed"),
      new NetworkError("timeout"),
      new StateError("no-mailbox"),
      new ApiProblem({ type: "too-many-requests", status: 429, detail: "later", retryAfter: 7 }),
      new DOMException("aborted", "AbortError"),
    ];
    for (const error of errors) {
      const there = unpackError(structuredClone(packError(error)));
      expect(there).toBeInstanceOf(error.constructor);
      expect(Object.entries(there)).toEqual(Object.entries(error));
      expect(there.message).toBe(error.message);
    }
    expect(unpackError(packError(new TypeError("bug"))).message).toBe("bug");
    expect(unpackError(packError("text"))).toBeInstanceOf(Error);
  });
});
