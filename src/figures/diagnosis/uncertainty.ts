/** How uncertain theory's numbers are because the variances of a file are: the same theory one error to each side. */
import { ConvergenceError, type Estimate } from "../../base/index.ts";
import { resolveActivation } from "../../networks/index.ts";
import { type Diagnosis, type MeanField, solveMeanField } from "../../signal/index.ts";

/** Theory's numbers with the errors of the variances carried over. */
export interface PropagatedTheory {
  /** First order, errors of weight and bias variance added in squares. */
  readonly chi1: Estimate;
  /** Smallest and largest trainable depth within one error; null when the variances are exact. */
  readonly depthRange: readonly [number, number] | null;
}

/** Carries the errors of the variances over to theory; null when no theory covers the network. */
export function propagateVariances(diagnosis: Diagnosis): PropagatedTheory | null {
  const { theory } = diagnosis;
  if (theory === null) return null;
  const sides = solveSides(diagnosis, theory);
  if (sides === null) return { chi1: theory.chi1, depthRange: null };
  const stderr = Math.hypot(...sides.map(([low, high]) => (high.chi1.value - low.chi1.value) / 2));
  const depths = [theory, ...sides.flat()].map(({ maxDepth }) => maxDepth.value);
  return {
    chi1: { ...theory.chi1, stderr, method: "theory, errors of the variances carried over" },
    depthRange: [
      depths.reduce((least, depth) => Math.min(least, depth)),
      depths.reduce((most, depth) => Math.max(most, depth)),
    ],
  };
}

/** Theory one error below and above, for each uncertain variance; null when there is none or it cannot be solved. */
function solveSides(
  { network, weightVariance, biasVariance }: Diagnosis,
  { sigmaW2, sigmaB2 }: MeanField,
): [MeanField, MeanField][] | null {
  const dw = weightVariance.stderr ?? 0;
  const db = biasVariance.stderr ?? 0;
  if (network.activation === null || !(dw > 0 || db > 0)) return null;
  const activation = resolveActivation(network.activation);
  const solve = (w: number, b: number): MeanField =>
    solveMeanField(activation, { sigmaW2: Math.max(0, w), sigmaB2: Math.max(0, b) });
  try {
    return [
      ...(dw > 0 ? [[solve(sigmaW2 - dw, sigmaB2), solve(sigmaW2 + dw, sigmaB2)]] : []),
      ...(db > 0 ? [[solve(sigmaW2, sigmaB2 - db), solve(sigmaW2, sigmaB2 + db)]] : []),
    ] as [MeanField, MeanField][];
  } catch (error) {
    // beyond the edge of what theory covers the errors stay unknown
    if (error instanceof ConvergenceError) return null;
    throw error;
  }
}
