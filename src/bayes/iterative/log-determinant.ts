/**
 * log det(K + noise) by stochastic Lanczos quadrature (Ubaru, Chen and Saad 2017): log det P is known, and
 * log det(P^{-1/2} A P^{-1/2}) is the mean over random vectors of a Gauss quadrature of the logarithm, whose nodes are the
 * eigenvalues of the tridiagonal matrices that conjugate gradients leave behind.
 */
import { type Estimate, SpecError } from "../../base/index.ts";
import { diagonalizeTridiagonal, meanWithError } from "../../numerics/index.ts";
import type { Tridiagonal } from "./conjugate-gradients.ts";
import type { Preconditioner } from "./preconditioner.ts";

/**
 * Estimates log det A from probes b ~ N(0, P) that were solved by `solveConjugateGradients`.
 *
 * @param probes - their tridiagonal matrices, at least two.
 * @returns the mean over probes with its standard error; the error of the quadrature is that of the solver's tolerance.
 * @throws SpecError for fewer than two probes.
 * @source Ubaru, Chen and Saad 2017; Gardner et al. 2018 for the preconditioned form.
 */
export function estimateLogDeterminant(
  probes: readonly Tridiagonal[],
  { logDeterminant }: Pick<Preconditioner, "logDeterminant">,
): Estimate {
  if (probes.length < 2) {
    throw new SpecError(`log determinant: received ${probes.length} probes, expected at least 2`);
  }
  const traces = Float64Array.from(probes, quadratureOfLog);
  const { value, stderr } = meanWithError(traces);
  return {
    value: logDeterminant + value,
    stderr,
    n: probes.length,
    method: `stochastic Lanczos quadrature, ${probes.length} probes`,
  };
}

/** weight * e_1^T log(T) e_1. */
function quadratureOfLog({ diagonal, offDiagonal, weight }: Tridiagonal): number {
  const values = diagonal.slice();
  const off = new Float64Array(values.length);
  off.set(offDiagonal);
  const first = new Float64Array(values.length);
  if (values.length === 0) return 0;
  first[0] = 1;
  // rows of width 1 carry the first components of the eigenvectors
  diagonalizeTridiagonal(values, off, first, 1);
  return values.reduce((sum, value, i) => sum + weight * (first[i] as number) ** 2 * Math.log(value), 0);
}
