import { once } from "node:events";
import { Worker } from "node:worker_threads";

/**
 * Runs every path through `count` workers, each at one at a time, and hands out the outcomes as they come.
 * A path that takes its worker down has `failed`, and the others go on with a new one.
 */
export async function runAll<Outcome>({
  paths,
  count,
  script,
  workerData,
  failed,
  onOutcome,
}: {
  paths: readonly string[];
  count: number;
  script: URL;
  workerData: { folder: string; assets: string };
  failed: (why: string) => Outcome;
  onOutcome: (path: string, outcome: Outcome) => Promise<void>;
}): Promise<void> {
  const waiting = paths.toReversed();
  const lane = async (): Promise<void> => {
    let worker: Worker | null = null;
    try {
      for (let path = waiting.pop(); path !== undefined; path = waiting.pop()) {
        worker ??= await started(script, workerData);
        let outcome: Outcome;
        try {
          outcome = (await ask(worker, path)) as Outcome;
        } catch (error) {
          worker = null;
          outcome = failed(error instanceof Error ? error.message : "its worker died");
        }
        await onOutcome(path, outcome);
      }
    } finally {
      await worker?.terminate();
    }
  };
  await Promise.all(Array.from({ length: Math.min(count, paths.length) }, lane));
}

async function started(script: URL, workerData: object): Promise<Worker> {
  const worker = new Worker(script, { workerData });
  await nextMessage(worker);
  return worker;
}

async function ask(worker: Worker, path: string): Promise<unknown> {
  const answer = nextMessage(worker);
  worker.postMessage(path);
  return answer;
}

/** The next message; rejects when the worker fails or ends instead. */
async function nextMessage(worker: Worker): Promise<unknown> {
  const settled = new AbortController();
  try {
    return await Promise.race([
      // Rejects by itself on an "error" event.
      once(worker, "message", { signal: settled.signal }).then(([message]: unknown[]) => message),
      once(worker, "exit", { signal: settled.signal }).then(() =>
        Promise.reject(new Error("its worker died")),
      ),
    ]);
  } finally {
    settled.abort();
  }
}
