/** Files on Node: reading by byte range and writing in one step, with errors that name the path and the cure. */
import { link, open, readdir, readFile, rename, stat, unlink } from "node:fs/promises";
import { basename, dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { FormatError } from "../base/index.ts";
import { memorySource, requireInsideFolder, requireRange } from "./memory-source.ts";
import type { ByteSource, SourceLocation, WriteOptions } from "./types.ts";

/** Opens a path, a file URL, a Blob or bytes for reading by range. */
export async function openNodeSource(location: SourceLocation): Promise<ByteSource> {
  if (location instanceof Uint8Array) return memorySource(location);
  if (location instanceof Blob) return memorySource(new Uint8Array(await location.arrayBuffer()));
  return openPath(location instanceof URL ? fileURLToPath(location) : location);
}

/** Reads all bytes of a path, a file URL, a Blob or bytes. */
export async function readNodeFile(location: SourceLocation): Promise<Uint8Array> {
  if (location instanceof Uint8Array) return location;
  if (location instanceof Blob) return new Uint8Array(await location.arrayBuffer());
  const path = location instanceof URL ? fileURLToPath(location) : location;
  try {
    // no Buffer: its slice() is a view and not a copy, unlike that of every other typed array
    const { buffer, byteOffset, byteLength } = await readFile(path);
    return new Uint8Array(buffer, byteOffset, byteLength);
  } catch (error) {
    throw await readError(path, error);
  }
}

/** Writes a file in one step: a temporary file beside it, then a rename. */
export async function writeNodeFile(
  path: string,
  content: Uint8Array | string,
  { overwrite = false }: WriteOptions = {},
): Promise<void> {
  if (!overwrite && (await exists(path))) throw alreadyThere(path);
  const temporary = join(dirname(path), `.${basename(path)}.${process.pid}.${temporaryCount++}.tmp`);
  try {
    const file = await open(temporary, "wx");
    try {
      await file.writeFile(content);
      await file.sync();
    } finally {
      await file.close();
    }
    if (overwrite) await rename(temporary, path);
    else await renameToNew(temporary, path);
  } catch (error) {
    await unlink(temporary).catch(() => {});
    throw error instanceof FormatError ? error : writeFailure(path, error);
  }
}

let temporaryCount = 0;

/** Gives the file its name only when that name is free; `link` makes the check and the naming one step. */
async function renameToNew(temporary: string, path: string): Promise<void> {
  try {
    await link(temporary, path);
  } catch (error) {
    if (codeOf(error) === "EEXIST") throw alreadyThere(path);
    await rename(temporary, path); // a file system without hard links
    return;
  }
  await unlink(temporary);
}

async function openPath(path: string): Promise<ByteSource> {
  try {
    if ((await stat(path)).isDirectory()) throw Object.assign(new Error(), { code: "EISDIR" });
    const file = await open(path, "r");
    const { size } = await file.stat();
    return {
      name: path,
      size,
      read: async (offset, length) => {
        requireRange(path, size, offset, length);
        const bytes = new Uint8Array(length);
        for (let done = 0; done < length; ) {
          const { bytesRead } = await file.read(bytes, done, length - done, offset + done);
          if (bytesRead === 0) requireRange(path, offset + done, offset, length);
          done += bytesRead;
        }
        return bytes;
      },
      sibling: async (location) => {
        requireInsideFolder(path, location);
        return openSibling(path, location);
      },
      close: () => file.close(),
    };
  } catch (error) {
    throw await readError(path, error);
  }
}

/** A file that another one refers to; missing means that it was not copied along. */
async function openSibling(path: string, location: string): Promise<ByteSource> {
  const sibling = join(dirname(path), location);
  if (await exists(sibling)) return openPath(sibling);
  throw new FormatError(`${path}: keeps its weights in ${location}, and there is no ${resolve(sibling)}`, {
    hint: `copy ${location} into the folder ${resolve(dirname(sibling))}, beside the model`,
    data: { path, missing: sibling },
  });
}

async function exists(path: string): Promise<boolean> {
  try {
    await stat(path);
    return true;
  } catch {
    return false;
  }
}

function codeOf(error: unknown): string {
  return error instanceof Error && "code" in error ? String(error.code) : "";
}

function alreadyThere(path: string): FormatError {
  return new FormatError(`${path}: already exists, and nothing was overwritten`, {
    hint: "choose another name, or ask for overwriting",
    data: { path },
  });
}

async function readError(path: string, cause: unknown): Promise<unknown> {
  if (cause instanceof FormatError) return cause;
  const details = { cause, data: { path, code: codeOf(cause) } };
  switch (codeOf(cause)) {
    case "ENOENT":
    case "ENOTDIR":
      return new FormatError(`${path}: no such file`, { ...details, hint: await neighbours(path) });
    case "EACCES":
    case "EPERM":
      return new FormatError(`${path}: you may not read this file`, {
        ...details,
        hint: "change its permissions, or copy it to a folder of yours",
      });
    case "EISDIR":
      return new FormatError(`${path}: is a folder, expected a file`, {
        ...details,
        hint: "name a file inside it",
      });
    default:
      return new FormatError(`${path}: cannot be read (${messageOf(cause)})`, details);
  }
}

/** Says what the folder holds instead, so that a typing error is seen at once. */
async function neighbours(path: string): Promise<string> {
  const folder = dirname(path);
  try {
    const names = (await readdir(folder)).filter((name) => !name.startsWith("."));
    const ending = /\.[^.]+$/.exec(path)?.[0];
    const similar = names.filter((name) => ending !== undefined && name.endsWith(ending)).slice(0, 5);
    return similar.length > 0 ? `${folder} holds ${similar.join(", ")}` : "check the spelling of the path";
  } catch {
    return `the folder ${folder} does not exist either`;
  }
}

/** The error for a failed write; `cause` is what the file system threw. */
export function writeFailure(path: string, cause: unknown): FormatError {
  const code = codeOf(cause);
  const details = { cause, data: { path, code } };
  const folder = dirname(path);
  switch (code) {
    case "ENOTDIR":
      return new FormatError(`${path}: a part of ${folder} is a file, expected folders`, {
        ...details,
        hint: "choose a path whose folders are folders",
      });
    case "ENOENT":
      return new FormatError(`${path}: the folder ${folder} does not exist`, {
        ...details,
        hint: `create it first: mkdir -p ${folder}`,
      });
    case "EACCES":
    case "EPERM":
    case "EROFS":
      return new FormatError(`${path}: the folder ${folder} is read-only`, {
        ...details,
        hint: "choose an output folder you may write to",
      });
    case "EISDIR":
      return new FormatError(`${path}: is a folder, expected a file name`, {
        ...details,
        hint: `name a file inside it, such as ${join(path, "result")}`,
      });
    case "ENOSPC":
      return new FormatError(`${path}: the disk is full`, {
        ...details,
        hint: "free some space and run again",
      });
    default:
      return new FormatError(`${path}: cannot be written (${messageOf(cause)})`, details);
  }
}

function messageOf(cause: unknown): string {
  return cause instanceof Error ? cause.message : String(cause);
}
