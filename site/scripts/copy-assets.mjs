/**
 * Packs the models and WASM files from their npm packages into public/assets/, each checked against the SHA-256
 * pinned in sdk/vision/assets.generated.ts. `--pin` writes that file anew: for a deliberate upgrade only.
 *
 * Packed here and unpacked by the SDK, because no CDN compresses these types by itself: 12.9 MB become 8.1 MB.
 * The extension is our own, so that no server takes it for a content encoding. Digests are of the unpacked bytes.
 */
import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdir, mkdtemp, readFile, readdir, rename, rm, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { basename, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { gzip } from "node:zlib";

const site = join(dirname(fileURLToPath(import.meta.url)), "..");
const pins = join(site, "sdk/vision/assets.generated.ts");
const target = join(site, "public/assets");

const require = createRequire(import.meta.url);
const faceApi = join(dirname(require.resolve("@vladmandic/face-api/package.json")), "model");
// Its exports hide its package.json; what it resolves to lies in its dist/.
const human = join(dirname(require.resolve("@vladmandic/human")), "../models");
const wasm = join(dirname(require.resolve("@tensorflow/tfjs-backend-wasm/package.json")), "dist");

const SOURCES = {
  wasmSimd: join(wasm, "tfjs-backend-wasm-simd.wasm"),
  wasmPlain: join(wasm, "tfjs-backend-wasm.wasm"),
  detector: join(faceApi, "tiny_face_detector_model.bin"),
  ssd: join(faceApi, "ssd_mobilenetv1_model.bin"),
  landmarks: join(faceApi, "face_landmark_68_model.bin"),
  recognition: join(faceApi, "face_recognition_model.bin"),
  meshGraph: join(human, "facemesh.json"),
  mesh: join(human, "facemesh.bin"),
};

const found = Object.fromEntries(
  await Promise.all(Object.entries(SOURCES).map(async ([name, path]) => [name, await describe(path)])),
);
if (process.argv.includes("--pin")) await writeFile(pins, render(found));
await refuseAnythingUnpinned();
await mkdir(target, { recursive: true });
await removeAllBut(Object.values(found).map(({ file }) => file));
const workshop = await mkdtemp(join(site, ".packing-"));
try {
  await Promise.all(Object.entries(found).map(([name, { file }]) => pack(SOURCES[name], file)));
} finally {
  await rm(workshop, { recursive: true });
}

async function removeAllBut(files) {
  const stale = (await readdir(target)).filter((file) => !files.includes(file));
  await Promise.all(stale.map((file) => rm(join(target, file), { force: true })));
}

async function pack(source, file) {
  // Names carry the content, so what is there is right; and by the rename it is only ever there whole.
  if (existsSync(join(target, file))) return;
  await writeFile(join(workshop, file), await promisify(gzip)(await readFile(source), { level: 9 }));
  await rename(join(workshop, file), join(target, file));
}

async function describe(path) {
  const bytes = await readFile(path);
  const sha256 = createHash("sha256").update(bytes).digest("hex");
  const stem = basename(path).replace(/\.\w+$/, "");
  // The name carries the content, so the files may be cached for ever.
  return { file: `${stem}-${sha256.slice(0, 12)}.packed`, bytes: bytes.length, sha256 };
}

async function refuseAnythingUnpinned() {
  if ((await readFile(pins, "utf8")) === render(found)) return;
  console.error(
    "The npm packages do not hold the models that are pinned in sdk/vision/assets.generated.ts.\n" +
      "Run `npm ci`. If this is a deliberate upgrade: node scripts/copy-assets.mjs --pin, and review the change.",
  );
  process.exit(1);
}

function render(assets) {
  const rows = Object.entries(assets).map(
    ([name, { file, bytes, sha256 }]) =>
      `  ${name}: {\n    file: "${file}",\n    bytes: ${bytes},\n    sha256: "${sha256}",\n  },\n`,
  );
  return (
    "// Written by scripts/copy-assets.mjs --pin. Do not edit.\n\n" +
    "/** What the vision engine loads, and the only bytes it accepts: size and digest are of the unpacked file. */\n" +
    `export const ASSETS = {\n${rows.join("")}} as const;\n`
  );
}
