/** Goes to an application's address, and leaves no step back to the question in the history. */
export function leaveTo(address: string): void {
  if (!isAddress(address)) throw new TypeError("not an address");
  location.replace(address);
}

/** Of an API that was led astray, nothing but an address is ever followed, or offered as a link. */
export function isAddress(address: string): boolean {
  return URL.canParse(address) && ["https:", "http:"].includes(new URL(address).protocol);
}
