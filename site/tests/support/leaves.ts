/** A value that is no list and no object, and where it stands: "templates.0.kind". */
export interface Leaf {
  readonly path: string;
  readonly value: unknown;
}

/** Every leaf of a document. An empty list or object is one, because it shows nothing of what it may hold. */
export function leaves(value: unknown, path = ""): Leaf[] {
  const members = typeof value === "object" && value !== null ? Object.entries(value) : [];
  if (members.length === 0) return [{ path, value }]; // a Date has no members either
  return members.flatMap(([name, member]) => leaves(member, path === "" ? name : `${path}.${name}`));
}

/** The field that a leaf is of, whatever its place in a list: "templates.*.kind". */
export function fieldOf({ path }: Leaf): string {
  return path.replaceAll(/\.\d+(?=\.|$)/g, ".*");
}
