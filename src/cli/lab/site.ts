/**
 * Files of the built page. ONNX Runtime's WebAssembly is large and comes with the installed `onnxruntime-web`, so the
 * package leaves it out: `outside.json`, written by the build, says which names stand for which of its files.
 */
import { existsSync, readFileSync } from "node:fs";
import { realpath, stat } from "node:fs/promises";
import { join, sep } from "node:path";
import { platform } from "#platform";
import { FormatError } from "../../base/index.ts";
import type { FileAnswer } from "./answer.ts";
import { mediaTypeOf } from "./media-types.ts";
import { COMMON_HEADERS, PAGE_HEADERS } from "./policy.ts";

/** A built page that can be served. */
export interface Site {
  readonly folder: string;
  /** The file for a decoded path such as "/assets/main.js"; null when there is none. */
  find(path: string): Promise<FileAnswer | null>;
}

/** A file that the build left to an installed package. */
interface OutsideFile {
  /** Such as "onnxruntime-web/ort-wasm-simd-threaded.wasm". */
  readonly specifier: string;
  readonly bytes: number;
}

/** The list of files outside, beside the page. */
export const OUTSIDE_LIST = "outside.json";

/**
 * Opens a built page.
 *
 * @throws FormatError when it is not built
 */
export function openSite(folder: string): Site {
  if (!existsSync(join(folder, "index.html"))) {
    throw new FormatError(`lab: the page is not built (no ${join(folder, "index.html")})`, {
      hint: "in a source checkout: npm run build; else install isinglass again",
      data: { folder },
    });
  }
  const list = join(folder, OUTSIDE_LIST);
  const outside = (existsSync(list) ? JSON.parse(readFileSync(list, "utf8")) : {}) as Readonly<
    Record<string, OutsideFile>
  >;
  return {
    folder,
    find: async (path) => {
      const name = path === "/" ? "index.html" : path.slice(1);
      const file = (await findInside(folder, name)) ?? (await findOutside(outside[name]));
      return file === null ? null : { path: file, type: mediaTypeOf(name), headers: headersOf(name) };
    },
  };
}

/** A file below a folder; null for anything that leaves it, by dots or by links. */
export async function findInside(folder: string, name: string): Promise<string | null> {
  const parts = name.split("/");
  if (parts.some((part) => part === "" || part.startsWith(".") || /[\\\0]/.test(part))) return null;
  try {
    const [root, file] = await Promise.all([realpath(folder), realpath(join(folder, ...parts))]);
    return file.startsWith(root + sep) && (await stat(file)).isFile() ? file : null;
  } catch {
    return null;
  }
}

/** The installed package's file, if it is the one that the page was built with. */
async function findOutside(file: OutsideFile | undefined): Promise<string | null> {
  const path = file === undefined ? null : platform.findPackageFile(file.specifier);
  if (path === null || !existsSync(path)) return null;
  return (await stat(path)).size === file?.bytes ? path : null;
}

/** Names in assets/ carry a hash of their content and never change; all else is asked for again each time. */
function headersOf(name: string): Readonly<Record<string, string>> {
  const isHashed = name.startsWith("assets/");
  const isCode = /\.(html|m?js)$/.test(name);
  return {
    ...(isCode ? PAGE_HEADERS : COMMON_HEADERS),
    // the embedder policy of the page asks this of workers' answers too
    "cross-origin-embedder-policy": "require-corp",
    "cache-control": isHashed ? "public, max-age=31536000, immutable" : "no-cache",
  };
}
