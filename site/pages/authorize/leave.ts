/** Goes to an application's address, and leaves no step back to the question in the history. */
export function leaveTo(address: string): void {
  const { protocol } = new URL(address);
  // Of an API that was led astray, nothing but an address is ever followed.
  if (protocol !== "https:" && protocol !== "http:") throw new TypeError("not an address");
  location.replace(address);
}
