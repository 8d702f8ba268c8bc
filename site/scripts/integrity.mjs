/**
 * `npm run integrity` after a build: what an embedder puts into a page so that the browser runs these very files
 * of the SDK and no others (Subresource Integrity, and the `integrity` of import maps for what it imports).
 *
 * It follows the imports of `sdk/facesmash.js`, those too that come later. `--json` prints the digests alone.
 * A worker's script has no integrity in any browser: it is fetched from the page's own origin, under `worker-src`.
 */
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { dirname, join, posix } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";

const ENTRY = "/sdk/facesmash.js";
const IMPORTED = /(?:from|import)\s*\(?\s*["'`](\.{1,2}\/[^"'`]+\.js)["'`]/g;

const { values } = parseArgs({
  options: { dist: { type: "string" }, json: { type: "boolean", default: false } },
});
const dist = values.dist ?? join(dirname(fileURLToPath(import.meta.url)), "../dist");
const files = filesFrom(ENTRY);
if (values.json) {
  console.log(JSON.stringify(files, null, 2));
} else {
  const map = JSON.stringify({ integrity: files });
  console.log(`<script type="importmap">${map}</script>`);
  console.log(`<script type="module" src="${ENTRY}" integrity="${files[ENTRY]}"></script>`);
  console.log(`\nContent-Security-Policy: script-src 'self' 'wasm-unsafe-eval' '${digest("sha256", map)}'`);
}

/** Path and digest of a script, and of all that it imports. */
function filesFrom(path, found = {}) {
  if (path in found) return found;
  const content = readFileSync(join(dist, path));
  found[path] = digest("sha384", content);
  for (const [, name] of content.toString("utf8").matchAll(IMPORTED)) {
    filesFrom(posix.resolve(posix.dirname(path), name), found);
  }
  return found;
}

function digest(algorithm, content) {
  return `${algorithm}-${createHash(algorithm).update(content).digest("base64")}`;
}
