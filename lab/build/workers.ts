/**
 * Workers as entries of the page's own build. Vite bundles every `new Worker(new URL(...))` by itself, with all of the
 * library it imports: ten copies, made one after another. As entries of one build they share its chunks, with each other
 * and with the page. The development server needs none of this.
 */
import type { Plugin } from "vite";

/** `new Worker(new URL("./worker.ts", import.meta.url), …)`, as esbuild leaves it. */
const WORKER = /new Worker\(\s*new URL\("([^"]+)",\s*import\.meta\.url\)/g;
/** What Vite waits for before it runs a chunk that is imported later: it needs a document, which a worker has not. */
const PRELOAD = "\0vite/preload-helper.js";

/** Emits workers as chunks of the build that starts them. */
export function workersPlugin(): Plugin {
  return {
    name: "workers",
    apply: "build",
    transform: async function (code, id) {
      if (id === PRELOAD) return { code: withoutDocument(code), map: null };
      const starts = [...code.matchAll(WORKER)];
      if (starts.length === 0) return null;
      let result = code;
      for (const [text, specifier = ""] of starts) {
        const worker = await this.resolve(specifier, id);
        if (worker === null) this.error(`${id}: there is no worker ${specifier}`);
        const reference = this.emitFile({ type: "chunk", id: worker.id });
        result = result.replace(text, `new Worker(import.meta.ROLLUP_FILE_URL_${reference}`);
      }
      return { code: result, map: null };
    },
  };
}

/** Imports at once where there is no document. */
function withoutDocument(code: string): string {
  const start = /preload\((\w+), \w+, \w+\) \{\n/;
  if (!start.test(code)) throw new Error("the import helper of Vite has changed; see lab/build/workers.ts");
  return code.replace(
    start,
    (text, load: string) => `${text}if (typeof document === "undefined") return ${load}();\n`,
  );
}
