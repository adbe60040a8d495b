/** Matrix products outside WebAssembly, for those large enough to pay for the copies. */

/** A product C = A B of contiguous row-major float64 matrices, each as it is or transposed. */
export interface DenseProduct {
  readonly m: number;
  readonly n: number;
  readonly k: number;
  /** [m, k], or [k, m] when `transposeA`. */
  readonly a: Float64Array;
  readonly transposeA: boolean;
  /** [k, n], or [n, k] when `transposeB`. */
  readonly b: Float64Array;
  readonly transposeB: boolean;
}

/** Something that multiplies faster than WebAssembly: a native library behind an asynchronous call. */
export interface GemmProvider {
  /** What results name it: "onnxruntime". */
  readonly name: string;
  /** Returns A B as a new array [m, n]. Inputs are only read and may be reused after the promise settles. */
  multiply(product: DenseProduct): Promise<Float64Array>;
  release(): Promise<void>;
}
