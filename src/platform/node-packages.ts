/** Data files of installed npm packages: found by Node's own resolution, their code is never run. */
import { createRequire } from "node:module";
import { join } from "node:path";
import { cwd } from "node:process";
import { pathToFileURL } from "node:url";

/** Looks beside this package first, then in the project of the current folder. */
export function findNodePackageFile(specifier: string): string | null {
  for (const base of [import.meta.url, pathToFileURL(join(cwd(), "package.json")).href]) {
    try {
      return createRequire(base).resolve(specifier);
    } catch {
      // not installed there
    }
  }
  return null;
}
