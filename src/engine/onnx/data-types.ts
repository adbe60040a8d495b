/**
 * Element types between ONNX's numbers and ours. float16 and bfloat16 are storage formats: what is read in them is
 * widened to float32, exactly, so that the whole graph computes in float32.
 */
import type { DType, TensorData } from "../tensor.ts";

interface TypeEntry {
  readonly code: number;
  readonly bytes: number;
  readonly create: (length: number) => TensorData;
}

const types: Readonly<Record<DType, TypeEntry>> = {
  float32: { code: 1, bytes: 4, create: (length) => new Float32Array(length) },
  uint8: { code: 2, bytes: 1, create: (length) => new Uint8Array(length) },
  int8: { code: 3, bytes: 1, create: (length) => new Int8Array(length) },
  int32: { code: 6, bytes: 4, create: (length) => new Int32Array(length) },
  int64: { code: 7, bytes: 8, create: (length) => new BigInt64Array(length) },
  bool: { code: 9, bytes: 1, create: (length) => new Uint8Array(length) },
  float16: { code: 10, bytes: 2, create: (length) => new Uint16Array(length) },
  float64: { code: 11, bytes: 8, create: (length) => new Float64Array(length) },
  bfloat16: { code: 16, bytes: 2, create: (length) => new Uint16Array(length) },
};

const byCode = new Map(Object.entries(types).map(([dtype, { code }]) => [code, dtype as DType]));

/** Names of the ONNX types we do not compute with, for messages. */
const otherNames: Readonly<Record<number, string>> = {
  0: "undefined",
  4: "uint16",
  5: "int16",
  8: "string",
  12: "uint32",
  13: "uint64",
  14: "complex64",
  15: "complex128",
  17: "float8e4m3fn",
  18: "float8e4m3fnuz",
  19: "float8e5m2",
  20: "float8e5m2fnuz",
  21: "uint4",
  22: "int4",
  23: "float4e2m1",
};

/** The element type of an ONNX code; null when we do not store it. */
export function dtypeOfCode(code: number): DType | null {
  return byCode.get(code) ?? null;
}

/** The ONNX code of an element type. */
export function codeOfDtype(dtype: DType): number {
  return types[dtype].code;
}

/** What to call an ONNX code in a message. */
export function nameOfCode(code: number): string {
  return byCode.get(code) ?? otherNames[code] ?? `type ${code}`;
}

/** Bytes of one element. */
export function bytesPerElement(dtype: DType): number {
  return types[dtype].bytes;
}

/** A zeroed array for `length` elements. */
export function createData(dtype: DType, length: number): TensorData {
  return types[dtype].create(length);
}

/** The type a graph computes in when a file stores `dtype`. */
export function widened(dtype: DType): DType {
  return dtype === "float16" || dtype === "bfloat16" ? "float32" : dtype;
}
