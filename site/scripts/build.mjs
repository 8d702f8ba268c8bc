/**
 * `npm run build -w site` builds for the cloud; with `-- --mode local` the outbox page comes with it.
 * A script of ours because Vite reserves the mode name "local" for itself.
 */
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";

import { build } from "vite";

const { values } = parseArgs({
  options: { mode: { type: "string", default: "cloud" }, outDir: { type: "string" } },
});
const modes = { cloud: "production", local: "local-cloud" };
const mode = modes[values.mode];
if (mode === undefined) {
  console.error(`unknown mode ${values.mode}: one of ${Object.keys(modes).join(", ")}`);
  process.exit(2);
}
await build({
  configFile: join(dirname(fileURLToPath(import.meta.url)), "../vite.config.ts"),
  mode,
  ...(values.outDir && { build: { outDir: values.outDir } }),
});
