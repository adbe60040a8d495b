/** What kernels are asked for and returned as. */
import type { WorkOptions } from "../../base/index.ts";
import type { GemmProvider, LinearAlgebra, WideKernels } from "../../kernels/index.ts";
import type { Matrix } from "../../numerics/index.ts";
import type { KernelMemory, KernelRequest } from "./memory.ts";

/** Kernel matrices between two sets of inputs, [n, m]. */
export interface KernelMatrices {
  readonly nngp: Matrix;
  readonly ntk: Matrix;
  /** How the averages of each activation were found. */
  readonly methods: readonly string[];
}

/** A matrix in float64 or float32. */
export interface KernelMatrix {
  readonly rows: number;
  readonly cols: number;
  readonly data: Float64Array | Float32Array;
}

/** Kernel matrices that were asked for; null: not asked for. */
export interface KernelResult {
  readonly nngp: KernelMatrix | null;
  readonly ntk: KernelMatrix | null;
  readonly methods: readonly string[];
  readonly memory: KernelMemory;
}

/** Options of `solveKernels`. */
export interface KernelOptions extends KernelRequest, WorkOptions {
  /** Multiplies inputs faster than WebAssembly, see `createOnnxGemm`; null or absent: WebAssembly. */
  readonly provider?: GemmProvider | null;
  /** Refuse jobs that need more memory; default 16 GiB. */
  readonly maxBytes?: number;
}

/** Linear algebra with the fast kernels of `loadKernels`, where it has them. */
export type KernelAlgebra = LinearAlgebra & { readonly wide?: WideKernels };
