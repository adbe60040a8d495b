/** Tensors as plain data: a type, a shape and a typed array in row-major order. */
import { ShapeError } from "../base/index.ts";
import { decodeBfloat16, decodeFloat16, encodeBfloat16, encodeFloat16 } from "./float16.ts";

/** Element types that occur in ONNX files we read. float16 and bfloat16 keep their raw 16 bits. */
export type DType =
  | "float32"
  | "float64"
  | "float16"
  | "bfloat16"
  | "int8"
  | "uint8"
  | "int32"
  | "int64"
  | "bool";

interface ArrayOf {
  float32: Float32Array;
  float64: Float64Array;
  float16: Uint16Array;
  bfloat16: Uint16Array;
  int8: Int8Array;
  uint8: Uint8Array;
  int32: Int32Array;
  int64: BigInt64Array;
  bool: Uint8Array;
}

/** The typed array that stores elements of `D`. */
export type TensorData<D extends DType = DType> = ArrayOf[D];

/** A dense tensor; `data.length` is the product of `shape` (1 for a scalar, shape []). */
export interface Tensor<D extends DType = DType> {
  readonly dtype: D;
  readonly shape: readonly number[];
  readonly data: TensorData<D>;
}

/** Number of elements of a shape: the product of its sizes, 1 for []. */
export function sizeOf(shape: readonly number[]): number {
  return shape.reduce((product, n) => product * n, 1);
}

/** Whether elements of this type are real numbers (they carry derivatives; integers and booleans do not). */
export function isFloat(dtype: DType): boolean {
  return dtype === "float32" || dtype === "float64" || dtype === "float16" || dtype === "bfloat16";
}

/**
 * A tensor from plain numbers, converted to the storage of `dtype` (rounded to nearest for the short floats,
 * truncated toward zero for integers, 0/1 for bool).
 * @throws {ShapeError} when the number of values does not fit the shape.
 * @example
 * ```ts
 * tensorOf("float32", [2, 2], [1, 2, 3, 4]).data.length; // => 4
 * ```
 */
export function tensorOf<D extends DType>(
  dtype: D,
  shape: readonly number[],
  values: ArrayLike<number>,
): Tensor<D> {
  if (values.length !== sizeOf(shape))
    throw new ShapeError(
      `tensor of shape [${shape}] needs ${sizeOf(shape)} values, received ${values.length}`,
    );
  return { dtype, shape: [...shape], data: encode(dtype, values) as TensorData<D> };
}

/** The elements of a tensor as float64 numbers (a fresh array; int64 beyond 2^53 loses its last digits). */
export function numbersOf(tensor: Tensor): Float64Array {
  const { dtype, data } = tensor;
  if (dtype === "float16") return Float64Array.from(data as Uint16Array, decodeFloat16);
  if (dtype === "bfloat16") return Float64Array.from(data as Uint16Array, decodeBfloat16);
  if (dtype === "int64") return Float64Array.from(data as BigInt64Array, Number);
  return Float64Array.from(data as Float64Array);
}

function encode(dtype: DType, values: ArrayLike<number>): TensorData {
  switch (dtype) {
    case "float32":
      return Float32Array.from(values);
    case "float64":
      return Float64Array.from(values);
    case "float16":
      return Uint16Array.from(values, encodeFloat16);
    case "bfloat16":
      return Uint16Array.from(values, encodeBfloat16);
    case "int8":
      return Int8Array.from(values);
    case "uint8":
      return Uint8Array.from(values);
    case "int32":
      return Int32Array.from(values);
    case "int64":
      return BigInt64Array.from(values as ArrayLike<number> & Iterable<number>, toBigInt);
    case "bool":
      return Uint8Array.from(values, (v) => (v === 0 ? 0 : 1));
  }
}

const INT64_MAX = 2n ** 63n - 1n;
const INT64_MIN = -(2n ** 63n);

/** Clamped, because 2^63 - 1 (ONNX's "to the end") is not a float64. */
function toBigInt(value: number): bigint {
  if (!Number.isFinite(value)) return value < 0 ? INT64_MIN : INT64_MAX;
  const integer = BigInt(Math.trunc(value));
  return integer > INT64_MAX ? INT64_MAX : integer < INT64_MIN ? INT64_MIN : integer;
}
