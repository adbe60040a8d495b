/** Checks on output files before the work begins, so that a long computation does not end in a refusal. */
import { accessSync, constants, existsSync, statSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { FormatError } from "../base/index.ts";

/** Whether an existing file may be replaced. */
export interface OutputOptions {
  readonly force?: boolean;
}

/**
 * Checks that a file can be written.
 *
 * @throws FormatError when the file exists (and `force` is not set), or its folder is missing or read-only
 * @example
 * ```ts
 * import { checkWritable } from "isinglass/runs";
 * checkWritable("new-file.svg");
 * ```
 */
export function checkWritable(path: string, { force = false }: OutputOptions = {}): void {
  const folder = dirname(resolve(path));
  const file = fileAbove(folder);
  if (file !== null) {
    throw new FormatError(`${path}: ${file} is a file, expected a folder`, {
      hint: "choose a path whose folders are folders",
      data: { path, file },
    });
  }
  if (!existsSync(folder)) {
    throw new FormatError(`${path}: the folder ${folder} does not exist`, { hint: `mkdir -p ${folder}` });
  }
  if (existsSync(path) && statSync(path).isDirectory()) {
    throw new FormatError(`${path}: is a folder, expected a file name`, {
      hint: `name a file inside it, such as ${join(path, "result")}`,
    });
  }
  if (existsSync(path) && !force) {
    throw new FormatError(`${path}: already exists, and nothing was overwritten`, {
      hint: "add --force to overwrite it, or choose another name",
      data: { path },
    });
  }
  if (!isWritableFolder(folder)) {
    throw new FormatError(`${path}: the folder ${folder} is read-only`, {
      hint: "choose a folder you can write to",
      data: { path, folder },
    });
  }
}

/** The part of a folder's path that is a file; null when there is none. */
function fileAbove(folder: string): string | null {
  let part = folder;
  while (!existsSync(part) && dirname(part) !== part) part = dirname(part);
  return existsSync(part) && !statSync(part).isDirectory() ? part : null;
}

/** Whether files can be made in a folder. For root, whom permissions do not stop, the folder's mode decides. */
export function isWritableFolder(folder: string): boolean {
  try {
    accessSync(folder, constants.W_OK);
    return (statSync(folder).mode & 0o222) !== 0;
  } catch {
    return false;
  }
}
