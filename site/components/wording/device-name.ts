const BROWSERS: readonly (readonly [pattern: RegExp, name: string])[] = [
  [/Edg(?:e|A|iOS)?\//, "Edge"],
  [/OPR\//, "Opera"],
  [/SamsungBrowser\//, "Samsung Internet"],
  [/Firefox\/|FxiOS\//, "Firefox"],
  [/Chrome\/|CriOS\//, "Chrome"],
  [/Safari\//, "Safari"],
];

const SYSTEMS: readonly (readonly [pattern: RegExp, name: string])[] = [
  [/iPhone/, "iPhone"],
  [/iPad/, "iPad"],
  [/Android/, "Android"],
  [/CrOS/, "ChromeOS"],
  [/Windows/, "Windows"],
  [/Macintosh/, "Mac"],
  [/Linux/, "Linux"],
];

/** What the API takes: 1 to 64 characters, no control character among them, and no space at either end. */
const NAME = /^[^\p{Cc} \u00a0](?:\P{Cc}{0,62}[^\p{Cc} \u00a0])?$/u;

export function isDeviceName(name: string): boolean {
  return NAME.test(name);
}

/** A first guess at what the person would call this device: "Firefox on Linux". Theirs to change. */
export function suggestDeviceName(userAgent: string): string {
  const browser = firstMatch(BROWSERS, userAgent) ?? "Browser";
  const system = firstMatch(SYSTEMS, userAgent);
  return system === undefined ? browser : `${browser} on ${system}`;
}

function firstMatch(
  table: readonly (readonly [pattern: RegExp, name: string])[],
  text: string,
): string | undefined {
  return table.find(([pattern]) => pattern.test(text))?.[1];
}
