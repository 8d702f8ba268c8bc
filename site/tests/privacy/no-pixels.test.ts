import { readFileSync, readdirSync, rmSync, mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

import { build } from "vite";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

const site = fileURLToPath(new URL("../..", import.meta.url));

/** Every way for a browser to turn pixels into something that can be sent, or to send something unseen. */
const WAYS_OUT =
  /\b(toDataURL|toBlob|convertToBlob|transferToImageBitmap|captureStream|MediaRecorder|MediaStreamTrackProcessor|ImageCapture|RTCPeerConnection|RTCDataChannel|WebSocket|WebTransport|EventSource|XMLHttpRequest|sendBeacon|readAsDataURL|readAsArrayBuffer|FormData|BroadcastChannel|SharedWorker|serviceWorker|localStorage|sessionStorage)\b/g;

/** What a strict content-security policy forbids, and would break us in the field. */
const EVALUATION = /\beval\(|new Function\(/g;

let folder: string;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "facesmash-build-"));
  await build({
    configFile: join(site, "vite.config.ts"),
    mode: "production",
    logLevel: "error",
    build: { outDir: folder },
  });
});

afterAll(() => {
  rmSync(folder, { recursive: true });
});

function filesIn(...parts: string[]): string[] {
  return readdirSync(join(...parts), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
}

const scriptsOfTheBuild = (): string[] => filesIn(folder).filter((file) => file.endsWith(".js"));

function occurrences(files: string[], pattern: RegExp): string[] {
  return files.flatMap((file) =>
    Array.from(
      readFileSync(file, "utf8").matchAll(pattern),
      ([found]) => `${file.split("/").at(-1) ?? ""}: ${found}`,
    ),
  );
}

describe("raw pictures never leave the device", () => {
  test("no source of ours knows a way to send pixels", () => {
    const sources = ["sdk", "pages", "components"].flatMap((room) => filesIn(site, room));

    expect(sources.length).toBeGreaterThan(20);
    // Which profile somebody chose is remembered: a word of a list, and the one thing that is.
    const found = occurrences(sources, WAYS_OUT).filter(
      (one) => one !== "remembered-profile.ts: localStorage",
    );
    expect(found.filter((one) => one !== "other-tabs.ts: BroadcastChannel")).toEqual([]);
  });

  test("other tabs of this browser are told whose session has ended, by a piece that knows nothing else", () => {
    const source = readFileSync(join(site, "pages", "other-tabs.ts"), "utf8");

    expect(Array.from(source.matchAll(/postMessage\(.*?\)/g), ([call]) => call)).toEqual([
      "postMessage(seen.account)",
    ]);
    const imports = source.split("\n").filter((line) => line.startsWith("import"));
    expect(imports.every((line) => line.startsWith("import type"))).toBe(true);
    expect(source).not.toMatch(/\bimport\(/);
  });

  test("no script of the build does, libraries included", () => {
    expect(scriptsOfTheBuild().length).toBeGreaterThan(3);
    const found = occurrences(scriptsOfTheBuild(), WAYS_OUT);

    // Emscripten's loader carries three: they only GET, and are never reached (vision/backend.ts).
    const libraries = found.filter((one) => one.endsWith("XMLHttpRequest"));
    const remembering = found.filter((one) => /^start-.*localStorage$/.test(one));
    expect(libraries.every((one) => /^(page-room|worker)-/.test(one))).toBe(true);
    expect(remembering.length).toBeLessThanOrEqual(2);
    const telling = found.filter((one) => /^start-.*BroadcastChannel$/.test(one));
    expect(telling.length).toBeLessThanOrEqual(1);
    expect([...libraries, ...remembering, ...telling].toSorted()).toEqual(found.toSorted());
    const reading = occurrences(scriptsOfTheBuild(), /new XMLHttpRequest;(return )?\w+\.open\(`GET`/g);
    expect(reading).toHaveLength(libraries.length);
  });

  test("the SDK reads pixels in one place and sends from two, none of which knows the other", () => {
    const sources = filesIn(site, "sdk");
    const using = (pattern: RegExp): string[] =>
      sources
        .filter((file) => pattern.test(readFileSync(file, "utf8")))
        .map((file) => file.split("/sdk/")[1] ?? "");

    expect(using(/getImageData\(/)).toEqual(["camera/pixels.ts"]);
    // Pictures go into our own worker, and nothing that holds one comes out of it or goes anywhere else.
    expect(using(/createImageBitmap\(/)).toEqual(["rooms/worker-room.ts"]);
    expect(using(/new Worker\(/)).toEqual(["worker/start.ts"]);
    expect(using(/postMessage\(/)).toEqual(["worker/channel.ts"]);
    expect(using(/ImageBitmap/).toSorted()).toEqual([
      "rooms/worker-room.ts",
      "worker/protocol.ts",
      "worker/start.ts",
    ]);
    expect(using(/\bfetch\(/).toSorted()).toEqual(["api/client.ts", "vision/load-assets.ts"]);
    for (const sender of ["api/client.ts", "vision/load-assets.ts"]) {
      expect(readFileSync(join(site, "sdk", sender), "utf8")).not.toMatch(/import .*(frame|camera|canvas)/i);
    }
    // The loader of the models only ever reads.
    expect(readFileSync(join(site, "sdk/vision/load-assets.ts"), "utf8")).not.toMatch(
      /method:|\bbody: (?!ReadableStream)/,
    );
  });
});

describe("nobody else is asked for anything", () => {
  test("no script of the build evaluates text", () => {
    expect(occurrences(scriptsOfTheBuild(), EVALUATION)).toEqual([]);
  });

  test("no page of the build names another origin to load from", () => {
    const pages = filesIn(folder).filter((file) => /\.(html|css)$/.test(file));

    expect(pages.length).toBeGreaterThan(3);
    expect(
      occurrences(pages, /(?:src|href)="(?:https?:)?\/\/[^"]+|url\(["']?(?:https?:)?\/\/[^)]+/g),
    ).toEqual([]);
    expect(occurrences(pages, /<script(?![^>]*\bsrc=)[^>]*>|<style|\son\w+="/g)).toEqual([]);
  });

  test("no script of the build names a foreign host, but for documentation", () => {
    const hosts = new Set(
      scriptsOfTheBuild().flatMap((file) =>
        Array.from(readFileSync(file, "utf8").matchAll(/https?:\/\/([\w.-]+)/g), ([, host]) => host),
      ),
    );

    // Namespaces and places to read on, in messages; nothing of them is ever fetched.
    expect([...hosts].toSorted()).toEqual(
      ["github.com", "lit.dev", "rolldown.rs", "www.w3.org"].filter((host) => hosts.has(host)),
    );
  });

  test("the build for the cloud has no outbox", () => {
    expect(filesIn(folder).filter((file) => file.endsWith("outbox.html"))).toEqual([]);
    expect(filesIn(folder).filter((file) => file.endsWith("dashboard.html"))).toHaveLength(1);
  });
});
