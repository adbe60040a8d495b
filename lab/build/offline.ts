/**
 * Ends the build: writes `service-worker.js` with the list of all files, `outside.json` with the large files that an
 * installed package holds too, and an empty list of runs for hosts that are not `isinglass lab`.
 */
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { build as bundle } from "esbuild";
import type { OutputChunk } from "rollup";
import type { Plugin } from "vite";
import type { PageFiles } from "../src/offline/files.ts";
import { copyRuntime, runtimeFolder } from "./runtime.ts";

/** Larger files are kept when the page has asked for them once, not in advance. */
const LARGEST_IN_ADVANCE = 4 * 2 ** 20;

/** Writes what offline use and packaging need, after everything else was written. */
export function offlinePlugin(): Plugin {
  let folder = "";
  let shell: string[] = [];
  return {
    name: "offline",
    apply: "build",
    enforce: "post",
    configResolved: (config) => {
      folder = resolve(config.root, config.build.outDir);
    },
    generateBundle: (_options, chunks) => {
      const all = Object.values(chunks).filter((file): file is OutputChunk => file.type === "chunk");
      shell = shellOf(all);
    },
    closeBundle: async () => {
      if (!existsSync(join(folder, "index.html"))) return; // the build failed
      copyRuntime(folder);
      mkdirSync(join(folder, "run"), { recursive: true });
      writeFileSync(join(folder, "run", "index.json"), '{"runs":[]}\n');
      writeFileSync(join(folder, "outside.json"), `${JSON.stringify(findOutside(folder), null, 2)}\n`);
      await writeServiceWorker(folder, shell);
    },
  };
}

/** The page's entry, everything it imports at once, and their style sheets. */
function shellOf(chunks: readonly OutputChunk[]): string[] {
  const byName = new Map(chunks.map((chunk) => [chunk.fileName, chunk]));
  const found = new Set<string>();
  const visit = (name: string): void => {
    const chunk = byName.get(name);
    if (chunk === undefined || found.has(name)) return;
    found.add(name);
    for (const sheet of chunk.viteMetadata?.importedCss ?? []) found.add(sheet);
    for (const imported of chunk.imports) visit(imported);
  };
  for (const chunk of chunks) if (chunk.facadeModuleId?.endsWith("/index.html")) visit(chunk.fileName);
  return [...found];
}

/** All files of the page by path; what belongs to the server, the worker itself and run data left out. */
function listFiles(folder: string): { name: string; bytes: Buffer }[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .map((path) => ({ name: path.slice(folder.length + 1).replaceAll("\\", "/"), bytes: readFileSync(path) }))
    .filter(({ name }) => !["service-worker.js", "outside.json"].includes(name) && !name.startsWith("run/"));
}

async function writeServiceWorker(folder: string, shell: readonly string[]): Promise<void> {
  const files = listFiles(folder).sort((a, b) => (a.name < b.name ? -1 : 1));
  const version = createHash("sha256");
  for (const { name, bytes } of files) version.update(`${name}\n`).update(bytes);
  const isShell = (name: string): boolean => shell.includes(name) || !name.startsWith("assets/");
  // style sheets of index.html itself belong to no chunk
  const page = readFileSync(join(folder, "index.html"), "utf8");
  const inPage = (name: string): boolean => isShell(name) || page.includes(name);
  const small = files.filter(({ bytes }) => bytes.length <= LARGEST_IN_ADVANCE);
  const list: PageFiles = {
    version: version.digest("hex").slice(0, 16),
    shell: small.map(({ name }) => name).filter(inPage),
    rest: small.map(({ name }) => name).filter((name) => !inPage(name)),
    large: files.filter(({ bytes }) => bytes.length > LARGEST_IN_ADVANCE).map(({ name }) => name),
    bytes: Object.fromEntries(files.map(({ name, bytes }) => [name, bytes.length])),
  };
  await bundle({
    entryPoints: [fileURLToPath(new URL("../src/offline/service-worker.ts", import.meta.url))],
    outfile: join(folder, "service-worker.js"),
    ...{ bundle: true, minify: true, format: "iife", target: "es2022", logLevel: "error" },
    define: { __PAGE_FILES__: JSON.stringify(list) },
  });
}

/** Files of the page that are, byte for byte, files of an installed package. */
function findOutside(folder: string): Record<string, { specifier: string; bytes: number }> {
  const hash = (path: string): string => createHash("sha256").update(readFileSync(path)).digest("hex");
  const known = new Map(
    readdirSync(runtimeFolder)
      .filter((name) => name.endsWith(".wasm"))
      .map((name) => [hash(join(runtimeFolder, name)), `onnxruntime-web/${name}`]),
  );
  return Object.fromEntries(
    listFiles(folder)
      .filter(({ name }) => name.endsWith(".wasm"))
      .flatMap(({ name, bytes }) => {
        const specifier = known.get(createHash("sha256").update(bytes).digest("hex"));
        return specifier === undefined ? [] : [[name, { specifier, bytes: bytes.length }]];
      }),
  );
}
