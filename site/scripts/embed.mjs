/**
 * `npm run embed -- DIR OUT.npz [--workers N]` and `npm run track -- INPUT OUT.npz [...]`, at the repository's root:
 * bundles the SDK's own vision code for Node as the browser gets it, and takes pictures or clips through it.
 * See docs/sdk.md.
 */
import { writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

import { build } from "vite";

const site = join(dirname(fileURLToPath(import.meta.url)), "..");
await build({ configFile: join(site, "embed/vite.config.ts") });
await writeFile(join(site, "../build/embed/package.json"), '{ "type": "module" }\n');
const [tool, ...given] = process.argv.slice(2);
const { main } = await import(pathToFileURL(join(site, `../build/embed/${tool}.js`)).href);
// npm runs this elsewhere than where the person typed it.
const cwd = process.env.INIT_CWD ?? process.cwd();
process.exitCode = await main(given, cwd, join(site, "public/assets/"));
