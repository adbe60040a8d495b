/**
 * Relative entropy between two density matrices of the same samples, such as those of two layers:
 * D(rho || sigma) = Tr rho (log rho - log sigma). It is infinite as soon as rho has weight where sigma has none, which is
 * the rule for samples that a layer maps together, so sigma is mixed with a little of the uniform state.
 */
import { type Estimate, ShapeError, SpecError } from "../../base/index.ts";
import type { LinearAlgebra } from "../../kernels/index.ts";
import type { Matrix } from "../../numerics/index.ts";
import { eigenvectorsOf } from "./measure.ts";

/** Share of the uniform state mixed into sigma: above the 1e-7 of float32 activations. */
const DEFAULT_MIXING = 1e-6;

/** Options of `relativeEntropy`. */
export interface RelativeEntropyOptions {
  readonly kernels: LinearAlgebra;
  /** Share epsilon of the uniform state in sigma, above 0 and below 1. Default 1e-6. */
  readonly mixing?: number;
}

/** A relative entropy in nats and how much it owes to the mixing. */
export interface RelativeEntropy extends Estimate {
  readonly mixing: number;
  /** How much the value falls when ten times as much is mixed in: near 0 where the mixing does not matter. */
  readonly sensitivity: number;
}

/**
 * D(rho || sigma_e) in nats with sigma_e = (1 - e) sigma + e 1/n.
 *
 * @param rho - density matrix [n, n] of `densityMatrix`; `sigma` - another one of the same samples in the same order.
 * @param options - loaded kernels and the mixing e.
 * @returns 0 <= D <= log(n/e), 0 for equal states up to e n; cost two eigenvalue problems of size n.
 * @throws ShapeError when the sizes differ, SpecError for an impossible mixing.
 * @example
 * ```ts
 * import { relativeEntropy } from "isinglass/flow";
 * import { loadKernels } from "isinglass/kernels";
 *
 * const rho = { rows: 2, cols: 2, data: Float64Array.of(0.9, 0, 0, 0.1) };
 * const sigma = { rows: 2, cols: 2, data: Float64Array.of(0.5, 0, 0, 0.5) };
 * relativeEntropy(rho, sigma, { kernels: await loadKernels() }).value; // => 0.3680642072
 * ```
 */
export function relativeEntropy(
  rho: Matrix,
  sigma: Matrix,
  { kernels, mixing = DEFAULT_MIXING }: RelativeEntropyOptions,
): RelativeEntropy {
  const n = rho.rows;
  if (rho.cols !== n || sigma.rows !== n || sigma.cols !== n) {
    throw new ShapeError(
      `relativeEntropy: received [${rho.rows}, ${rho.cols}] and [${sigma.rows}, ${sigma.cols}], expected two square matrices of one size.`,
      { hint: "Compare layers on the same samples." },
    );
  }
  if (!(mixing > 0 && mixing < 1)) {
    throw new SpecError(`relativeEntropy: received mixing ${mixing}, expected a number between 0 and 1.`, {
      hint: "1e-6 suits activations in float32.",
    });
  }
  const own = kernels.eigenSymmetric(rho, { vectors: false }).values;
  let negentropy = 0;
  for (const p of own) if (p > 0) negentropy += p * Math.log(p);
  const { values, vectors } = eigenvectorsOf(kernels, sigma);
  const weights = weightsIn(kernels, rho, vectors);
  const at = (e: number): number => {
    let cross = 0;
    for (let k = 0; k < n; k++) {
      const s = (1 - e) * Math.max(0, values[k] as number) + e / n;
      cross += (weights[k] as number) * Math.log(s);
    }
    return Math.max(0, negentropy - cross);
  };
  const value = at(mixing);
  return {
    value,
    stderr: 0,
    n: 1,
    method: `Tr rho (log rho - log sigma), sigma mixed with ${mixing} of the uniform state`,
    mixing,
    sensitivity: value - at(Math.min(0.5, 10 * mixing)),
  };
}

/** <v_k| rho |v_k> for the columns v_k. */
function weightsIn(kernels: LinearAlgebra, rho: Matrix, vectors: Matrix): Float64Array {
  const n = rho.rows;
  const image = kernels.multiply(rho, vectors).data;
  const weights = new Float64Array(n);
  for (let i = 0; i < n; i++) {
    for (let k = 0; k < n; k++) {
      weights[k] =
        (weights[k] as number) + (vectors.data[i * n + k] as number) * (image[i * n + k] as number);
    }
  }
  return weights;
}
