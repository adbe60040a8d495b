/** Matrix products outside WebAssembly, for those large enough to pay for the copies. */

/** A product C = A B of contiguous row-major matrices, float64 unless said otherwise, each as it is or transposed. */
export interface DenseProduct<Numbers = Float64Array> {
  readonly m: number;
  readonly n: number;
  readonly k: number;
  /** [m, k], or [k, m] when `transposeA`. */
  readonly a: Numbers;
  readonly transposeA: boolean;
  /** [k, n], or [n, k] when `transposeB`. */
  readonly b: Numbers;
  readonly transposeB: boolean;
}

/** From which sizes a provider is faster than WebAssembly; multiplications count m n k. */
export interface WorthwhileSizes {
  /** Multiplications of a product whose operands are handed over as they are. */
  readonly direct: number;
  /** Multiplications of a product inside an algorithm, whose operands are copied out and in. */
  readonly copied: number;
  /** Depth k of such a product. */
  readonly depth: number;
  /** Size n of an eigenproblem whose back-transformation gains from wide blocks. */
  readonly wideBlocks: number;
}

/** Something that multiplies faster than WebAssembly: a native library behind an asynchronous call. */
export interface GemmProvider {
  /** What results name it: "onnxruntime". */
  readonly name: string;
  readonly worthwhile: WorthwhileSizes;
  /** Returns A B as a new array [m, n]. Inputs are only read and may be reused after the promise settles. */
  multiply(product: DenseProduct): Promise<Float64Array>;
  /** The same in float32, where it can: twice as fast, relative errors of 1e-6. */
  multiplySingle?(product: DenseProduct<Float32Array>): Promise<Float32Array>;
  release(): Promise<void>;
}
