export type ConsentBlock =
  | { readonly kind: "heading"; readonly text: string }
  | { readonly kind: "paragraph"; readonly text: string }
  | { readonly kind: "list"; readonly items: readonly string[] };

/**
 * Breaks the consent text into blocks to show. Blank lines part blocks, `- ` begins an item, `#` a heading; no word
 * is added, dropped or reordered, because the consent is given to exactly this text.
 */
export function consentBlocks(text: string): readonly ConsentBlock[] {
  return text
    .replaceAll("\r\n", "\n")
    .split(/\n\s*\n/)
    .flatMap((block) => groups(block.split("\n").filter((line) => line.trim() !== "")));
}

function groups(lines: readonly string[]): readonly ConsentBlock[] {
  const blocks: ConsentBlock[] = [];
  for (const line of lines) {
    const last = blocks.at(-1);
    const item = /^\s*[-*•]\s+(.*)$/.exec(line)?.[1];
    const heading = /^\s*#+\s+(.*)$/.exec(line)?.[1];
    if (item !== undefined) {
      const items = last?.kind === "list" ? [...last.items, item] : [item];
      if (last?.kind === "list") blocks.pop();
      blocks.push({ kind: "list", items });
    } else if (heading !== undefined) {
      blocks.push({ kind: "heading", text: heading });
    } else if (last?.kind === "paragraph") {
      blocks.splice(-1, 1, { kind: "paragraph", text: `${last.text} ${line.trim()}` });
    } else if (last?.kind === "list") {
      // A line under an item goes on with that item.
      const items = [...last.items.slice(0, -1), `${last.items.at(-1) ?? ""} ${line.trim()}`];
      blocks.splice(-1, 1, { kind: "list", items });
    } else {
      blocks.push({ kind: "paragraph", text: line.trim() });
    }
  }
  return blocks;
}
