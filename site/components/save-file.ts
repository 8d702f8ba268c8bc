/** Hands a file to the browser's own downloads. The address of the blob lives only as long as it takes. */
export function saveFile(content: Blob, name: string): void {
  const url = URL.createObjectURL(content);
  const link = document.createElement("a");
  link.href = url;
  link.download = name;
  link.click();
  // Some browsers start reading after the click has returned.
  setTimeout(() => {
    URL.revokeObjectURL(url);
  }, 30_000);
}

export function jsonFile(value: unknown): Blob {
  return new Blob([`${JSON.stringify(value, null, 2)}\n`], { type: "application/json" });
}
