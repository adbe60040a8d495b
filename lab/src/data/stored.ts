/**
 * Arrays inside a file of numbers, found by reading its directory only: npy by its header, npz by the directory at its end
 * and the header of every member, safetensors by its header. A file of many gigabytes costs a few kilobytes.
 */
import { FormatError } from "../../../src/base/index.ts";
import { isNpy, isZip, readNpyHeader, readSafetensorsHeader } from "../../../src/data/index.ts";

/** One array that lies in a file. */
export interface StoredArray {
  readonly name: string;
  /** Element type as NumPy writes it: "<f4", "|u1". */
  readonly type: string;
  readonly shape: readonly number[];
  /** Column-major: rows do not lie together. */
  readonly fortran: boolean;
  /** Position of the stored bytes: the elements themselves, or the compressed member. */
  readonly offset: number;
  /** Stored bytes. */
  readonly length: number;
  /** Bytes before the first element once it is inflated; null when it is not compressed. */
  readonly inflatedStart: number | null;
}

/** Enough for any header of numpy, and for the end of any archive without a comment of its own. */
const HEAD_BYTES = 1 << 16;
const END_RECORD = 0x06054b50;
const ENTRY = 0x02014b50;

/** NumPy's names of the types of safetensors. */
const SAFETENSORS_TYPES: Readonly<Record<string, string>> = {
  ...{ F64: "<f8", F32: "<f4", F16: "<f2", I64: "<i8", I32: "<i4", I8: "|i1", U8: "|u1", BOOL: "|b1" },
};

/** Bytes [start, end) of a file. */
export async function readPart(file: Blob, start: number, end: number): Promise<Uint8Array> {
  return new Uint8Array(await file.slice(start, Math.min(end, file.size)).arrayBuffer());
}

/** The bytes of one element of a NumPy type. */
export function widthOf(type: string): number {
  return Number(type.slice(2));
}

/**
 * Lists the arrays of an npy, npz or safetensors file; null for other formats.
 *
 * @throws FormatError when the file is damaged
 */
export async function listArrays(file: File): Promise<StoredArray[] | null> {
  const head = await readPart(file, 0, HEAD_BYTES);
  if (isNpy(head)) return [npyArray(head, file.name, "array", 0, file.size)];
  if (isZip(head)) return listMembers(file);
  if (file.name.toLowerCase().endsWith(".safetensors")) {
    const { entries } = await readSafetensorsHeader(file);
    return entries.flatMap(({ name, type, shape, offset, length }) => {
      const known = SAFETENSORS_TYPES[type];
      return known === undefined
        ? []
        : [{ ...{ name, type: known, shape, offset, length }, fortran: false, inflatedStart: null }];
    });
  }
  return null;
}

function npyArray(head: Uint8Array, where: string, name: string, start: number, end: number): StoredArray {
  const { kind, bigEndian, fortran, shape, offset } = readNpyHeader(head, where);
  const mark = kind.endsWith("1") ? "|" : bigEndian ? ">" : "<";
  return {
    ...{ name, type: `${mark}${kind}`, shape, fortran: fortran && shape.length > 1 },
    ...{ offset: start + offset, length: end - start - offset, inflatedStart: null },
  };
}

/** Members of a zip archive that are npy files. */
async function listMembers(file: File): Promise<StoredArray[]> {
  const directory = await readDirectory(file);
  const arrays: StoredArray[] = [];
  for (const { name, method, start, length } of directory) {
    if (!name.endsWith(".npy")) continue;
    const local = new DataView((await readPart(file, start, start + 30)).buffer);
    if (local.byteLength < 30) throw damaged(file, `${name} begins behind the end of the file`);
    // a local header repeats the name and may have an extra field of another length than the directory's
    const data = start + 30 + local.getUint16(26, true) + local.getUint16(28, true);
    const short = name.slice(0, -4);
    if (method === 0) {
      const head = await readPart(file, data, Math.min(data + length, data + HEAD_BYTES));
      arrays.push(npyArray(head, `${file.name}: ${short}`, short, data, data + length));
    } else if (method === 8) {
      const head = await inflateHead(file, data, length);
      const array = npyArray(head, `${file.name}: ${short}`, short, 0, 0);
      arrays.push({ ...array, offset: data, length, inflatedStart: array.offset });
    } else {
      throw new FormatError(
        `${file.name}: ${name} is compressed by method ${method}, expected deflate or none`,
        {
          hint: "Save the arrays with numpy.savez or numpy.savez_compressed.",
        },
      );
    }
  }
  return arrays;
}

interface Member {
  readonly name: string;
  readonly method: number;
  readonly start: number;
  readonly length: number;
}

async function readDirectory(file: File): Promise<Member[]> {
  const tailStart = Math.max(0, file.size - HEAD_BYTES - 22);
  const tail = await readPart(file, tailStart, file.size);
  const view = new DataView(tail.buffer);
  let end = tail.length - 22;
  while (end >= 0 && view.getUint32(end, true) !== END_RECORD) end--;
  if (end < 0) throw damaged(file, "its directory is missing");
  const [count, bytes, start] = [
    view.getUint16(end + 10, true),
    view.getUint32(end + 12, true),
    view.getUint32(end + 16, true),
  ];
  if (count === 0xffff || start === 0xffffffff) {
    throw new FormatError(`${file.name}: a zip64 archive, which is not read here`, {
      hint: "Save each array with numpy.save into a file of its own.",
    });
  }
  const directory = await readPart(file, start, start + bytes);
  const rows = new DataView(directory.buffer);
  const members: Member[] = [];
  for (let at = 0, left = count; left > 0; left--) {
    if (at + 46 > directory.length || rows.getUint32(at, true) !== ENTRY) {
      throw damaged(file, "its directory is cut short");
    }
    const nameLength = rows.getUint16(at + 28, true);
    members.push({
      name: new TextDecoder().decode(directory.subarray(at + 46, at + 46 + nameLength)),
      method: rows.getUint16(at + 10, true),
      length: rows.getUint32(at + 20, true),
      start: rows.getUint32(at + 42, true),
    });
    at += 46 + nameLength + rows.getUint16(at + 30, true) + rows.getUint16(at + 32, true);
  }
  return members;
}

/** The first bytes of a compressed member. */
function inflateHead(file: File, start: number, length: number): Promise<Uint8Array> {
  return inflate(file, start, length, HEAD_BYTES);
}

/** Inflates a member until `wanted` bytes are there, and reads no further. */
export async function inflate(
  file: File,
  start: number,
  length: number,
  wanted: number,
): Promise<Uint8Array> {
  const stream = file
    .slice(start, start + length)
    .stream()
    .pipeThrough(new DecompressionStream("deflate-raw"));
  const reader = stream.getReader();
  const parts: Uint8Array[] = [];
  let have = 0;
  try {
    while (have < wanted) {
      const { done, value } = await reader.read();
      if (done) break;
      parts.push(value);
      have += value.length;
    }
  } catch (cause) {
    throw damaged(file, (cause as Error).message, cause);
  } finally {
    await reader.cancel().catch(() => {});
  }
  const bytes = new Uint8Array(Math.min(have, wanted));
  let at = 0;
  for (const part of parts) {
    bytes.set(part.subarray(0, bytes.length - at), at);
    at += Math.min(part.length, bytes.length - at);
  }
  return bytes;
}

function damaged(file: File, what: string, cause?: unknown): FormatError {
  return new FormatError(`${file.name}: damaged archive (${what})`, {
    hint: "The file is incomplete or corrupt: copy it again or save it again.",
    ...(cause === undefined ? {} : { cause }),
  });
}
