/**
 * IDX, the format of MNIST (LeCun, Cortes and Burges, 1998): two zero bytes, a type byte, the number of
 * dimensions, the sizes as big-endian 32-bit integers, then the elements, big-endian, last index fastest.
 */
import { FormatError } from "../base/index.ts";
import { type NumericArray, type NumericData, sizeOf } from "./array.ts";
import { alignedCopy, gunzipIfNeeded, LARGEST_ARRAY_BYTES, requireBytes, swapBytes } from "./bytes.ts";

interface ElementType {
  readonly width: number;
  readonly view: (buffer: ArrayBuffer) => NumericData;
}

const ELEMENT_TYPES: Readonly<Record<number, ElementType>> = {
  8: { width: 1, view: (buffer) => new Uint8Array(buffer) },
  9: { width: 1, view: (buffer) => new Int8Array(buffer) },
  11: { width: 2, view: (buffer) => new Int16Array(buffer) },
  12: { width: 4, view: (buffer) => new Int32Array(buffer) },
  13: { width: 4, view: (buffer) => new Float32Array(buffer) },
  14: { width: 8, view: (buffer) => new Float64Array(buffer) },
};

/** True when the bytes start like an (unzipped) IDX file. */
export function isIdx(bytes: Uint8Array): boolean {
  return (
    bytes[0] === 0 && bytes[1] === 0 && (bytes[2] as number) in ELEMENT_TYPES && (bytes[3] as number) > 0
  );
}

/**
 * Reads an IDX file, gzipped or not.
 *
 * @param bytes - the whole file
 * @param where - the name shown in errors
 * @returns the array in its stored element type; uint8 data is a view of `bytes` when it was not gzipped
 * @throws FormatError when the magic number, the sizes or the number of bytes are wrong
 * @example
 * ```ts
 * const bytes = Uint8Array.of(0, 0, 8, 1, 0, 0, 0, 2, 7, 9);
 * readIdx(bytes).data; // => [7, 9]
 * ```
 */
export function readIdx(bytes: Uint8Array, where = "IDX data"): NumericArray {
  const content = gunzipIfNeeded(bytes, where);
  requireBytes(content, 0, 4, where, "the IDX header");
  if (!isIdx(content)) {
    const start = Array.from(content.subarray(0, 4), (byte) => byte.toString(16).padStart(2, "0")).join(" ");
    throw new FormatError(`${where}: starts with bytes ${start}, expected an IDX header (00 00 type rank)`, {
      hint: "Give an IDX file such as train-images-idx3-ubyte, or use .npy, .npz or .csv.",
    });
  }
  const type = ELEMENT_TYPES[content[2] as number] as ElementType;
  const rank = content[3] as number;
  requireBytes(content, 4, 4 * rank, where, "the IDX header");
  const header = new DataView(content.buffer, content.byteOffset, content.byteLength);
  const shape = Array.from({ length: rank }, (_, axis) => header.getUint32(4 + 4 * axis));
  const offset = 4 + 4 * rank;
  const length = sizeOf(shape) * type.width;
  if (length > LARGEST_ARRAY_BYTES) {
    throw new FormatError(`${where}: shape [${shape}] is larger than an array can be`, {
      hint: "The header is corrupt: copy or download the file again.",
    });
  }
  requireBytes(content, offset, length, where, `an array of shape [${shape}]`);
  if (content.length !== offset + length) {
    throw new FormatError(
      `${where}: ${content.length - offset} bytes of data, expected ${length} for shape [${shape}]`,
      { hint: "The file holds more than its header says: it is damaged or of another format." },
    );
  }
  if (content[2] === 8) return { shape, data: content.subarray(offset, offset + length) };
  const buffer = alignedCopy(content, offset, length);
  swapBytes(buffer, type.width);
  return { shape, data: type.view(buffer) };
}
