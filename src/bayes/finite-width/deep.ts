/**
 * The effective action of L hidden layers of equal width in its "vanilla" form: the kernel of infinite width is rescaled by the
 * product of one order parameter a layer, all equal at the saddle point, S = L (u - log u) + (1/N) [ log det(T + u^L K) +
 * y^T (T + u^L K)^{-1} y ] (Pacelli et al. 2023; for linear units Li and Sompolinsky 2021). Exact in the proportional limit for
 * linear units; for others an approximation, 8 percent low at N = 20 against sampling.
 */
import { ConvergenceError, SpecError } from "../../base/index.ts";
import { scanBrackets, solveBracketed } from "../../numerics/index.ts";
import { actionAt, actionSlopeAt } from "./action.ts";
import { type EigenTask, requireInvertible } from "./eigenbasis.ts";

/** Scale of one layer, and of the kernel. */
export interface DeepSaddle {
  /** u, the order parameter of every layer. */
  readonly layerScale: number;
  /** q = u^L. */
  readonly q: number;
}

const LOG_RANGE = 30;
const STEPS = 600;

/**
 * Solves u - 1 + (1/N) sum_i [ q k_i / (T + q k_i) ] (1 - c_i^2 / (T + q k_i)) = 0, q = u^L, for the saddle point of least action.
 *
 * @throws SpecError for a depth below 1; ConvergenceError for a singular kernel at T = 0, or no saddle point.
 * @example
 * ```ts
 * import { solveDeepSaddle } from "isinglass/bayes";
 *
 * const task = { eigenvalues: Float64Array.of(1), components: Float64Array.of(2), rank: 1 };
 * solveDeepSaddle(task, { depth: 1, width: 1, temperature: 0 }).q; // => 2
 * ```
 */
export function solveDeepSaddle(
  task: Pick<EigenTask, "eigenvalues" | "components" | "rank">,
  {
    depth,
    width,
    temperature,
  }: { readonly depth: number; readonly width: number; readonly temperature: number },
): DeepSaddle {
  if (!(Number.isInteger(depth) && depth >= 1)) {
    throw new SpecError(`effective action: received depth ${depth}, expected a whole number of at least 1`);
  }
  requireInvertible(task, temperature);
  // actionSlopeAt is q - 1 + (sum) / N
  const slope = (logU: number): number => {
    const q = Math.exp(depth * logU);
    return Math.exp(logU) - q + actionSlopeAt(task, width, temperature, q);
  };
  const action = (logU: number): number => {
    const q = Math.exp(depth * logU);
    return depth * (Math.exp(logU) - logU) - (q - Math.log(q)) + actionAt(task, width, temperature, q);
  };
  const reach = LOG_RANGE / depth;
  const grid = Float64Array.from({ length: STEPS + 1 }, (_, i) => -reach + (2 * reach * i) / STEPS);
  const roots = scanBrackets(slope, grid).map(({ lower, upper }) => solveBracketed(slope, lower, upper).root);
  const [first, ...others] = roots;
  if (first === undefined) {
    throw new ConvergenceError(
      `effective action: no saddle point at depth ${depth}, width ${width}, temperature ${temperature}`,
      { hint: "rescale the targets" },
    );
  }
  const best = others.reduce((least, root) => (action(root) < action(least) ? root : least), first);
  return { layerScale: Math.exp(best), q: Math.exp(depth * best) };
}
