/**
 * Arrays of single-precision numbers in one WebAssembly memory, where Adam changes them in place: one pass over memory
 * where a graph makes ten, and ONNX Runtime reads them there without a copy.
 */
import { wasmBase64 } from "../generated/adam.ts";

/** What the module offers; `src/kernels/assembly/adam.ts` says more. */
interface AdamExports {
  readonly memory: WebAssembly.Memory;
  freeAt(): number;
  adamStep(
    parameter: number,
    mean: number,
    square: number,
    gradient: number,
    length: number,
    rate: number,
    epsilon: number,
    beta1: number,
    beta2: number,
  ): void;
}

/** The arrays of one parameter, all of one length. */
export interface AdamArrays {
  readonly parameter: Float32Array;
  readonly mean: Float32Array;
  readonly square: Float32Array;
  readonly gradient: Float32Array;
}

/** Decays of the moments. */
export interface AdamDecays {
  readonly beta1: number;
  readonly beta2: number;
}

const PAGE = 2 ** 16;
/** Arrays start on the borders of cache lines. */
const BORDER = 64;

let compiled: WebAssembly.Module | undefined;

/** Room for arrays, used again and again. */
export class Arena {
  readonly #exports: AdamExports;

  constructor() {
    compiled ??= new WebAssembly.Module(Uint8Array.from(atob(wasmBase64), (c) => c.charCodeAt(0)));
    this.#exports = new WebAssembly.Instance(compiled).exports as unknown as AdamExports;
  }

  /** Places arrays of the given lengths; those that were placed before are gone. Their contents are not defined. */
  place(lengths: readonly number[]): Float32Array[] {
    const { memory, freeAt } = this.#exports;
    const starts: number[] = [];
    let end = freeAt();
    for (const length of lengths) {
      const start = Math.ceil(end / BORDER) * BORDER;
      starts.push(start);
      end = start + 4 * length;
    }
    const missing = Math.ceil(end / PAGE + 1) - memory.buffer.byteLength / PAGE;
    if (missing > 0) memory.grow(missing);
    return starts.map((start, i) => new Float32Array(memory.buffer, start, lengths[i] as number));
  }

  /** m <- beta1 m + g, v <- beta2 v + g^2, p <- p - rate m / (sqrt v + epsilon), all arrays being placed ones. */
  adamStep(
    { parameter, mean, square, gradient }: AdamArrays,
    rate: number,
    epsilon: number,
    { beta1, beta2 }: AdamDecays,
  ): void {
    this.#exports.adamStep(
      parameter.byteOffset,
      mean.byteOffset,
      square.byteOffset,
      gradient.byteOffset,
      parameter.length,
      rate,
      epsilon,
      beta1,
      beta2,
    );
  }
}
