const BYTES_PER_MB = 1_000_000;

const NO_BREAK_SPACE = "\u00a0";

const DAY = new Intl.DateTimeFormat("en-GB", { dateStyle: "medium" });
const MOMENT = new Intl.DateTimeFormat("en-GB", { dateStyle: "medium", timeStyle: "short" });

/** A moment in the person's own time zone: "23 Nov 2026, 17:05". The date does not break over two lines. */
export function moment(at: Date): string {
  const [date = "", ...time] = MOMENT.format(at).split(", ");
  return [date.replaceAll(" ", NO_BREAK_SPACE), ...time].join(", ");
}

/** A day in the person's own time zone: "23 Nov 2026", on one line. */
export function day(at: Date): string {
  return DAY.format(at).replaceAll(" ", NO_BREAK_SPACE);
}

/** "2.3 of 7.1 MB" */
export function loaded(progress: { loadedBytes: number; totalBytes: number }): string {
  return `${megabytes(progress.loadedBytes)} of ${megabytes(progress.totalBytes)} MB`;
}

/** "40 seconds", "1 minute", "2 hours": rounded up, so that nobody is told to come back too soon. */
export function duration(seconds: number): string {
  if (seconds < 90) return count(Math.max(1, Math.ceil(seconds)), "second");
  const minutes = Math.ceil(seconds / 60);
  return minutes < 90 ? count(minutes, "minute") : count(Math.ceil(minutes / 60), "hour");
}

/** "1 device", "3 devices" */
export function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? "" : "s"}`;
}

/** "a", "a and b", "a; b and c": moments have commas of their own. */
export function listed(items: readonly string[]): string {
  const last = items.at(-1) ?? "";
  return items.length < 2 ? last : `${items.slice(0, -1).join("; ")} and ${last}`;
}

function megabytes(bytes: number): string {
  return (bytes / BYTES_PER_MB).toFixed(1);
}
