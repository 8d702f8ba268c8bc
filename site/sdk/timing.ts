/**
 * Runs `work` and reports how long it took as a `performance` measure "facesmash:<name>", for whoever observes
 * those (benchmarks do). The timeline itself is kept empty: a ceremony has hundreds of frames.
 */
export async function timed<T>(
  name: "prepare" | "look" | "follow" | "describe",
  work: () => Promise<T>,
): Promise<T> {
  const start = performance.now();
  try {
    return await work();
  } finally {
    performance.measure(`facesmash:${name}`, { start });
    performance.clearMeasures(`facesmash:${name}`);
  }
}
