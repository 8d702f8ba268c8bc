const WORDS: Readonly<Record<string, string>> = {
  openid: "that it is the same person each time, and how and when you signed in",
  email: "your e-mail address",
};

/** What an application may learn, one thing each. */
export function learns(scopes: readonly string[]): string[] {
  return scopes.map((scope) => WORDS[scope] ?? scope);
}

/** The same as a sentence. */
export function scopeWords(scopes: readonly string[]): string {
  return `It may learn ${learns(scopes).join(", and ")}.`;
}
