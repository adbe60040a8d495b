/**
 * npz, NumPy's archive of named arrays: a zip file with one npy file per array (numpy.savez). Compression is deflate
 * (numpy.savez_compressed) or none. Zip64 archives (above 4 GiB) are not read.
 */
import { type Unzipped, unzipSync, type Zippable, zipSync } from "fflate";
import { FormatError } from "../base/index.ts";
import type { NumericArray } from "./array.ts";
import { checksum } from "./crc32.ts";
import { readNpy, writeNpy } from "./npy.ts";

/** The earliest time a zip entry can carry: archives of equal arrays are equal byte for byte. */
const ZIP_EPOCH = "1980-01-01T00:00:00";

/** True when the bytes start like a zip archive. */
export function isZip(bytes: Uint8Array): boolean {
  return bytes[0] === 0x50 && bytes[1] === 0x4b && (bytes[2] === 3 || bytes[2] === 5);
}

/**
 * Reads an npz archive.
 *
 * @param bytes - the whole file
 * @param where - the name shown in errors
 * @param names - the arrays to read; all of them when omitted
 * @returns the arrays by name, in the order of the archive
 * @throws FormatError when the archive is damaged (checksums included), an array is not plain numbers, or a name is missing
 * @example
 * ```ts
 * const bytes = writeNpz({ x: { shape: [2], data: Float32Array.of(1, 2) } });
 * readNpz(bytes).get("x")?.data; // => [1, 2]
 * ```
 */
export function readNpz(
  bytes: Uint8Array,
  where = "npz data",
  names?: readonly string[],
): Map<string, NumericArray> {
  if (!isZip(bytes)) {
    throw new FormatError(`${where}: does not start like a zip archive`, {
      hint: "Save the arrays with numpy.savez(file, x=x, y=y).",
    });
  }
  const wanted = names === undefined ? null : new Set(names);
  const available: string[] = [];
  const checksums = new Map<string, number | undefined>();
  let files: Unzipped;
  try {
    const stated = statedChecksums(bytes);
    let entry = 0;
    files = unzipSync(bytes, {
      filter: (file) => {
        checksums.set(file.name, stated[entry++]);
        if (!file.name.endsWith(".npy")) return false;
        const name = file.name.slice(0, -4);
        available.push(name);
        return wanted === null || wanted.has(name);
      },
    });
  } catch (cause) {
    throw new FormatError(`${where}: damaged archive (${(cause as Error).message})`, {
      hint: "The file is incomplete or corrupt: copy it again or save it again.",
      cause,
    });
  }
  const missing = names?.filter((name) => !available.includes(name)) ?? [];
  if (missing.length > 0) {
    throw new FormatError(`${where}: no array named ${missing.join(", ")}`, {
      hint: `It holds: ${available.join(", ") || "no array"}.`,
      data: { available },
    });
  }
  return new Map(
    Object.entries(files).map(([file, content]) => {
      const name = file.slice(0, -4);
      if (checksum(content) !== checksums.get(file)) {
        throw new FormatError(`${where}: damaged archive (the checksum of ${file} does not match)`, {
          hint: "The file is corrupt: copy it again or save it again.",
          data: { member: file },
        });
      }
      return [name, readNpy(content, `${where}: ${name}`)];
    }),
  );
}

/** CRC-32 of every member in the order of the archive, from its central directory; fflate does not check them. */
function statedChecksums(bytes: Uint8Array): number[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let end = bytes.length - 22;
  while (end >= 0 && view.getUint32(end, true) !== 0x06054b50) end--;
  if (end < 0) throw new Error("its directory is missing");
  const found: number[] = [];
  let entry = view.getUint32(end + 16, true);
  for (let left = view.getUint16(end + 10, true); left > 0; left--) {
    found.push(view.getUint32(entry + 16, true));
    const variable = [28, 30, 32].map((at) => view.getUint16(entry + at, true));
    entry += variable.reduce((sum, length) => sum + length, 46);
  }
  return found;
}

/** Options of {@link writeNpz}. */
export interface WriteNpzOptions {
  /** Deflate the arrays; false stores them, which is faster and what numpy.savez does. */
  readonly compress?: boolean;
}

/**
 * Writes an npz archive; the same arrays give the same bytes.
 *
 * @param arrays - the arrays by name, an object or any list of pairs
 * @returns the bytes of the file; `numpy.load` reads them
 * @example
 * ```ts
 * const bytes = writeNpz({ loss: { shape: [3], data: Float64Array.of(3, 2, 1) } });
 * [...readNpz(bytes).keys()]; // => ["loss"]
 * ```
 */
export function writeNpz(
  arrays: Readonly<Record<string, NumericArray>> | Iterable<readonly [string, NumericArray]>,
  options: WriteNpzOptions = {},
): Uint8Array {
  const { compress = false } = options;
  const entries = Symbol.iterator in arrays ? [...arrays] : Object.entries(arrays);
  const files: Zippable = {};
  for (const [name, array] of entries) {
    files[`${name}.npy`] = [writeNpy(array), { level: compress ? 6 : 0, mtime: ZIP_EPOCH }];
  }
  return zipSync(files);
}
