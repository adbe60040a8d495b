/** Bytes already in memory as a ByteSource, and the checks every source shares. */
import { FormatError } from "../base/index.ts";
import type { ByteSource } from "./types.ts";

/**
 * Wraps bytes in memory.
 *
 * @example
 * ```ts
 * const source = memorySource(new Uint8Array([1, 2, 3]));
 * await source.read(1, 2); // => [2, 3]
 * ```
 */
export function memorySource(bytes: Uint8Array, name: string = "memory"): ByteSource {
  return {
    name,
    size: bytes.length,
    read: async (offset, length) => {
      requireRange(name, bytes.length, offset, length);
      return bytes.subarray(offset, offset + length);
    },
    sibling: async (location) => {
      throw new FormatError(`${name}: refers to the file ${location}, but bytes in memory have no folder`, {
        hint: "open the model by its path so that files beside it are found",
      });
    },
    close: async () => {},
  };
}

/** Throws FormatError unless [offset, offset + length) lies inside `size` bytes. */
export function requireRange(name: string, size: number, offset: number, length: number): void {
  if (offset >= 0 && length >= 0 && offset + length <= size) return;
  throw new FormatError(`${name}: needs bytes ${offset} to ${offset + length}, but it ends at byte ${size}`, {
    hint: "the file is truncated; copy or export it again",
    data: { offset, length, size },
  });
}

/** Throws FormatError for a path that leaves the folder of the file that names it. */
export function requireInsideFolder(name: string, location: string): void {
  const parts = location.split(/[\\/]/);
  const isAbsolute = /^([\\/]|[A-Za-z]:|[A-Za-z][A-Za-z0-9+.-]*:)/.test(location);
  if (location !== "" && !isAbsolute && !parts.includes("..")) return;
  throw new FormatError(
    `${name}: refers to ${JSON.stringify(location)}, expected a file in the same folder`,
    {
      hint: "save the model again with its external data beside it",
    },
  );
}
