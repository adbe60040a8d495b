/**
 * ONNX Runtime's WebAssembly lies beside the page once, under a name with its version. Bundlers would read its 14 and 27 MB
 * again for every worker that may load it, which takes most of the time and memory of a build.
 */
import { copyFileSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import type { Plugin } from "vite";

/** Where the package keeps its files. */
export const runtimeFolder: string = dirname(createRequire(import.meta.url).resolve("onnxruntime-web"));
const { version } = JSON.parse(readFileSync(join(runtimeFolder, "../package.json"), "utf8")) as {
  version: string;
};

const REFERENCE = /new URL\("(ort-wasm[\w.-]+)\.wasm",\s*import\.meta\.url\)/g;
/** Files that code of this build refers to, by their name in the package. */
const used = new Set<string>();

/** Keeps references to the runtime's WebAssembly as they are, but for the version in the name. */
export function runtimePlugin(): Plugin {
  return {
    name: "onnx-runtime",
    apply: "build",
    enforce: "pre",
    transform: (code, id) => {
      if (!/onnxruntime-web[\\/]dist[\\/]ort\./.test(id)) return null;
      return {
        code: code.replace(REFERENCE, (_, name: string) => {
          used.add(name);
          return `new URL(/* @vite-ignore */ "${name}-${version}.wasm", import.meta.url)`;
        }),
        map: null,
      };
    },
  };
}

/** Puts the files that are referred to beside the scripts. */
export function copyRuntime(folder: string): void {
  for (const name of used) {
    copyFileSync(join(runtimeFolder, `${name}.wasm`), join(folder, "assets", `${name}-${version}.wasm`));
  }
}
