/** Kernel matrices pair by pair, readably and slowly: for activations without a table, and without the fast kernels. */
import type { WorkOptions } from "../../base/index.ts";
import type { Matrix } from "../../numerics/index.ts";
import { meanProduct, meanSquares } from "./inputs.ts";
import { type KernelRecursion, prepareRecursion } from "./recursion.ts";
import type { DenseKernelSpec } from "./types.ts";

/** Where results go; null: not wanted. */
export interface KernelTargets {
  readonly nngp: Float64Array | Float32Array | null;
  readonly ntk: Float64Array | Float32Array | null;
}

/** Pair by pair, for activations without a table and for tests. */
export function fillPlainly(
  spec: DenseKernelSpec,
  inputs: Matrix,
  others: Matrix | null,
  { nngp, ntk }: KernelTargets,
  { signal, onProgress }: WorkOptions,
): void {
  const recursion = prepareRecursion(spec, inputs.cols);
  const rows = diagonals(recursion, inputs);
  const columns = others === null ? rows : diagonals(recursion, others);
  const target = others ?? inputs;
  const width = target.rows;
  for (let i = 0; i < inputs.rows; i++) {
    signal?.throwIfAborted();
    for (let j = others === null ? i : 0; j < width; j++) {
      const overlap = meanProduct(inputs, i, target, j);
      const pair = recursion.pair(overlap, rows[i] as Float64Array, columns[j] as Float64Array);
      for (const at of others === null ? [i * width + j, j * width + i] : [i * width + j]) {
        if (nngp !== null) nngp[at] = pair.nngp;
        if (ntk !== null) ntk[at] = pair.ntk;
      }
    }
    onProgress?.({ stage: "kernel", done: i + 1, total: inputs.rows });
  }
}

function diagonals(recursion: KernelRecursion, inputs: Matrix): Float64Array[] {
  return Array.from(meanSquares(inputs), (x) => recursion.diagonal(x));
}
