/**
 * The npy format of NumPy, versions 1 to 3 (numpy.lib.format, "npy format specification"): a magic string, a header
 * that is a Python dictionary literal, then the elements. Reads booleans, integers and floats of any byte order and
 * memory order; writes version 1, little-endian, C order. Not read: complex, text and object arrays.
 */
import { FormatError } from "../base/index.ts";
import { decodeFloat16 } from "../engine/index.ts";
import { type NumericArray, type NumericData, sizeOf } from "./array.ts";
import { alignedCopy, LARGEST_ARRAY_BYTES, requireBytes, swapBytes } from "./bytes.ts";

const MAGIC = [0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59];

const READERS: Readonly<Record<string, (buffer: ArrayBuffer) => NumericData>> = {
  b1: (buffer) => new Uint8Array(buffer),
  u1: (buffer) => new Uint8Array(buffer),
  i1: (buffer) => new Int8Array(buffer),
  u2: (buffer) => new Uint16Array(buffer),
  i2: (buffer) => new Int16Array(buffer),
  u4: (buffer) => new Uint32Array(buffer),
  i4: (buffer) => new Int32Array(buffer),
  u8: (buffer) => new BigUint64Array(buffer),
  i8: (buffer) => new BigInt64Array(buffer),
  f2: (buffer) => Float32Array.from(new Uint16Array(buffer), decodeFloat16),
  f4: (buffer) => new Float32Array(buffer),
  f8: (buffer) => new Float64Array(buffer),
};

/** True when the bytes start with the npy magic string. */
export function isNpy(bytes: Uint8Array): boolean {
  return MAGIC.every((byte, index) => bytes[index] === byte);
}

/** What the header of an npy file says. */
export interface NpyHeader {
  /** Element type and its bytes: "f4", "u1", "b1". */
  readonly kind: string;
  readonly bigEndian: boolean;
  /** Column-major. */
  readonly fortran: boolean;
  readonly shape: readonly number[];
  /** Position of the first element in bytes. */
  readonly offset: number;
}

/**
 * Reads the header of an npy file from its first bytes, so that a part of a large file can be read alone.
 *
 * @param bytes - the beginning of the file; 64 KiB are enough
 * @throws FormatError when it is cut short or tells of something else than plain numbers
 * @example
 * ```ts
 * readNpyHeader(writeNpy({ shape: [2, 3], data: new Float32Array(6) })).shape; // => [2, 3]
 * ```
 */
export function readNpyHeader(bytes: Uint8Array, where = "npy data"): NpyHeader {
  requireBytes(bytes, 0, 10, where, "the npy header");
  if (!isNpy(bytes)) {
    throw new FormatError(`${where}: does not start with the npy magic string`, {
      hint: "Save the array with numpy.save(file, array).",
    });
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const version = bytes[6] as number;
  if (version < 1 || version > 3) {
    throw new FormatError(`${where}: npy format version ${version}, expected 1, 2 or 3`, {
      hint: "Save the array again with a current NumPy.",
    });
  }
  const start = version === 1 ? 10 : 12;
  requireBytes(bytes, 0, start, where, "the npy header");
  const length = version === 1 ? view.getUint16(8, true) : view.getUint32(8, true);
  requireBytes(bytes, start, length, where, "the npy header");
  const text = new TextDecoder(version === 3 ? "utf-8" : "latin1").decode(
    bytes.subarray(start, start + length),
  );
  const descr = /'descr':\s*'([<>|=])([a-zA-Z]\d+)'/.exec(text);
  const order = /'fortran_order':\s*(True|False)/.exec(text);
  const sizes = /'shape':\s*\(([\d\s,L]*)\)/.exec(text);
  if (descr === null || order === null || sizes === null || !((descr[2] as string) in READERS)) {
    throw new FormatError(`${where}: npy header ${text.trim()} is not an array of plain numbers`, {
      hint: "Convert it first, for instance numpy.save(file, array.astype('float32')).",
    });
  }
  const shape = (sizes[1] as string)
    .split(",")
    .map((part) => part.trim().replace("L", ""))
    .filter((part) => part !== "")
    .map(Number);
  return {
    kind: descr[2] as string,
    bigEndian: descr[1] === ">",
    fortran: order[1] === "True",
    shape,
    offset: start + length,
  };
}

/** Reorders column-major data of `shape` to row-major. */
function toRowMajor(data: NumericData, shape: readonly number[]): NumericData {
  const out = data.slice() as NumericData;
  const strides: number[] = [];
  let stride = 1;
  for (const length of shape) {
    strides.push(stride);
    stride *= length;
  }
  const index = new Array<number>(shape.length).fill(0);
  let source = 0;
  for (let target = 0; target < data.length; target++) {
    out[target] = data[source] as never;
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      index[axis] = (index[axis] as number) + 1;
      source += strides[axis] as number;
      if ((index[axis] as number) < (shape[axis] as number)) break;
      source -= (index[axis] as number) * (strides[axis] as number);
      index[axis] = 0;
    }
  }
  return out;
}

/**
 * Reads an npy file.
 *
 * @param bytes - the whole file
 * @param where - the name shown in errors
 * @returns the array, row-major, native byte order; booleans as uint8, float16 as float32
 * @throws FormatError when the file is cut short or holds something else than plain numbers
 * @example
 * ```ts
 * const bytes = writeNpy({ shape: [2], data: Float64Array.of(1, 2) });
 * readNpy(bytes).data; // => [1, 2]
 * ```
 */
export function readNpy(bytes: Uint8Array, where = "npy data"): NumericArray {
  const header = readNpyHeader(bytes, where);
  const { shape, kind, offset } = header;
  const width = Number(kind.slice(1));
  const length = sizeOf(shape) * width;
  if (length > LARGEST_ARRAY_BYTES) {
    throw new FormatError(`${where}: shape [${shape}] is larger than an array can be`, {
      hint: "The header is corrupt: save the array again.",
    });
  }
  requireBytes(bytes, offset, length, where, `an array of shape [${shape}]`);
  const buffer = alignedCopy(bytes, offset, length);
  if (header.bigEndian) swapBytes(buffer, width);
  const data = (READERS[kind] as (buffer: ArrayBuffer) => NumericData)(buffer);
  return { shape, data: header.fortran && shape.length > 1 ? toRowMajor(data, shape) : data };
}

const DESCRIPTIONS: ReadonlyArray<readonly [abstract new (...args: never[]) => NumericData, string]> = [
  [Uint8Array, "|u1"],
  [Int8Array, "|i1"],
  [Uint16Array, "<u2"],
  [Int16Array, "<i2"],
  [Uint32Array, "<u4"],
  [Int32Array, "<i4"],
  [BigUint64Array, "<u8"],
  [BigInt64Array, "<i8"],
  [Float32Array, "<f4"],
  [Float64Array, "<f8"],
];

/**
 * Writes an npy file of version 1, little-endian, C order.
 *
 * @param array - the shape and its data; the element type is that of the typed array
 * @returns the bytes of the file; `numpy.load` reads them
 * @throws FormatError when the shape does not match the number of elements
 * @example
 * ```ts
 * writeNpy({ shape: [2, 2], data: Float32Array.of(1, 2, 3, 4) }).length; // => 144
 * ```
 */
export function writeNpy(array: NumericArray): Uint8Array {
  const { shape, data } = array;
  if (sizeOf(shape) !== data.length) {
    throw new FormatError(`npy: ${data.length} elements, expected ${sizeOf(shape)} for shape [${shape}]`);
  }
  const descr = DESCRIPTIONS.find(([type]) => data instanceof type)?.[1] as string;
  const sizes = shape.length === 1 ? `${shape[0]},` : shape.join(", ");
  const dictionary = `{'descr': '${descr}', 'fortran_order': False, 'shape': (${sizes}), }`;
  // The data must start at a multiple of 64 bytes; the header is padded with spaces and ends with a newline.
  const length = Math.ceil((10 + dictionary.length + 1) / 64) * 64 - 10;
  const text = `${dictionary.padEnd(length - 1, " ")}\n`;
  const out = new Uint8Array(10 + length + data.byteLength);
  out.set(MAGIC);
  out[6] = 1;
  new DataView(out.buffer).setUint16(8, length, true);
  out.set(new TextEncoder().encode(text), 10);
  out.set(new Uint8Array(data.buffer, data.byteOffset, data.byteLength), 10 + length);
  return out;
}
