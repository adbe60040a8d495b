/** What all binary readers share: bounds checks that name the file, and transparent gunzip. */
import { gunzipSync } from "fflate";
import { FormatError } from "../base/index.ts";
import { checksum } from "./crc32.ts";

/** A reader refuses arrays above this many bytes before allocating them: typed arrays end near 2^33 elements. */
export const LARGEST_ARRAY_BYTES: number = 2 ** 33;

/** Throws a FormatError when `bytes` does not hold `length` bytes from `offset`. */
export function requireBytes(
  bytes: Uint8Array,
  offset: number,
  length: number,
  where: string,
  what: string,
): void {
  if (offset + length <= bytes.length) return;
  throw new FormatError(
    `${where}: ${bytes.length} bytes, expected at least ${offset + length} (${what} is cut short)`,
    {
      hint: "The file is incomplete: copy or download it again.",
      data: { received: bytes.length, expected: offset + length },
    },
  );
}

/** True when the bytes start with the gzip magic number 1f 8b (RFC 1952). */
export function isGzip(bytes: Uint8Array): boolean {
  return bytes[0] === 0x1f && bytes[1] === 0x8b;
}

/** The bytes themselves, or their content when they are gzipped. */
export function gunzipIfNeeded(bytes: Uint8Array, where: string): Uint8Array {
  if (!isGzip(bytes)) return bytes;
  try {
    const content = gunzipSync(bytes);
    const trailer = new DataView(bytes.buffer, bytes.byteOffset + bytes.length - 8, 8);
    if (trailer.getUint32(0, true) !== checksum(content)) throw new Error("its checksum does not match");
    return content;
  } catch (cause) {
    throw new FormatError(`${where}: damaged gzip data (${(cause as Error).message})`, {
      hint: "The file is incomplete or corrupt: copy or download it again.",
      cause,
    });
  }
}

/** A copy of `bytes[offset .. offset + length]` that starts at an aligned address, for typed-array views. */
export function alignedCopy(bytes: Uint8Array, offset: number, length: number): ArrayBuffer {
  const copy = new ArrayBuffer(length);
  new Uint8Array(copy).set(bytes.subarray(offset, offset + length));
  return copy;
}

/** Reverses the byte order of every `width`-byte element in place. */
export function swapBytes(buffer: ArrayBuffer, width: number): void {
  if (width === 1) return;
  const bytes = new Uint8Array(buffer);
  for (let start = 0; start < bytes.length; start += width) {
    bytes.subarray(start, start + width).reverse();
  }
}
