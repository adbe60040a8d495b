/** Tensors as plain data: a type, a shape and a typed array in row-major order. */

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
