export interface Mail {
  readonly to: string;
  readonly subject: string;
  readonly text: string;
  readonly at: Date;
}

/** Reads the local stack's list; entries of another shape are left out, the page is for people to look at. */
export function readMails(value: unknown): readonly Mail[] {
  return Array.isArray(value) ? value.flatMap(readMail) : [];
}

export function newestFirst(mails: readonly Mail[]): readonly Mail[] {
  return mails.toSorted((one, other) => other.at.getTime() - one.at.getTime());
}

/** The six digits in a mail, when it carries a code. */
export function codeIn(text: string): string | null {
  return /(?<!\d)\d{6}(?!\d)/.exec(text)?.[0] ?? null;
}

function readMail(value: unknown): readonly Mail[] {
  if (typeof value !== "object" || value === null) return [];
  const { to, subject, text, at } = value as Readonly<Record<string, unknown>>;
  if (typeof to !== "string" || typeof subject !== "string" || typeof text !== "string") return [];
  // Seconds since the epoch, which the local cloud writes as text, or ISO 8601.
  const seconds = Number(at);
  const moment = Number.isNaN(seconds) ? new Date(String(at)) : new Date(seconds * 1000);
  return [{ to, subject, text, at: Number.isNaN(moment.getTime()) ? new Date(0) : moment }];
}
