/**
 * The effective action of L hidden layers in its "vanilla" form: the kernel of infinite width is rescaled by the product of one
 * order parameter a layer, E = sum_l N_l (q_l - log q_l) + log det(T + q K) + y^T (T + q K)^{-1} y with q = prod_l q_l and posterior
 * weight exp(-E / 2) (Pacelli et al. 2023; for linear units Li and Sompolinsky 2021). Exact in the proportional limit for linear
 * units; for others an approximation: 1 to 5 percent low for erf and 9 percent high for ReLU at N = 20 against sampling.
 */
import { ConvergenceError, SpecError } from "../../base/index.ts";
import { scanBrackets, solveBracketed } from "../../numerics/index.ts";
import { dataActionAt, dataSlopeAt } from "./action.ts";
import { type EigenTask, requireInvertible } from "./eigenbasis.ts";

/** Scale of one layer, and of the kernel. */
export interface DeepSaddle {
  /** u, the order parameter of every layer. */
  readonly layerScale: number;
  /** q = u^L. */
  readonly q: number;
}

/** Scales of layers of unequal widths. */
export interface LayerScales {
  /** q_1 .. q_L. */
  readonly layerScales: Float64Array;
  /** Their product. */
  readonly q: number;
  /** E there. */
  readonly energy: number;
}

const LOG_RANGE = 30;
const STEPS = 600;

/**
 * Solves N_l (q_l - 1) + sum_i [ q k_i / (T + q k_i) ] (1 - c_i^2 / (T + q k_i)) = 0 for all layers: the second part is the same for
 * all, so q_l = 1 + w / N_l and one unknown w is left. Of several solutions the one of least E.
 *
 * @throws SpecError without layers; ConvergenceError for a singular kernel at T = 0, or no saddle point.
 * @example
 * ```ts
 * import { solveLayerScales } from "isinglass/bayes";
 *
 * const task = { eigenvalues: Float64Array.of(1), components: Float64Array.of(2), rank: 1 };
 * solveLayerScales(task, { widths: [1], temperature: 0 }).q; // => 2
 * ```
 */
export function solveLayerScales(
  task: Pick<EigenTask, "eigenvalues" | "components" | "rank">,
  { widths, temperature }: { readonly widths: readonly number[]; readonly temperature: number },
): LayerScales {
  if (widths.length === 0 || widths.some((width) => !(width > 0))) {
    throw new SpecError(
      `effective action: received widths [${widths.join(", ")}], expected one above 0 for every hidden layer`,
    );
  }
  requireInvertible(task, temperature);
  const narrowest = Math.min(...widths);
  // v = log of the scale of the narrowest layer
  const logScales = (v: number): number[] =>
    widths.map((width) => (width === narrowest ? v : Math.log1p((narrowest / width) * Math.expm1(v))));
  const productOf = (logs: readonly number[]): number => Math.exp(logs.reduce((sum, log) => sum + log, 0));
  const slope = (v: number): number =>
    Math.expm1(v) + dataSlopeAt(task, temperature, productOf(logScales(v))) / narrowest;
  const energy = (v: number): number => {
    const logs = logScales(v);
    const prior = logs.reduce((sum, log, l) => sum + (widths[l] as number) * (Math.exp(log) - log), 0);
    return prior + dataActionAt(task, temperature, productOf(logs));
  };
  const reach = LOG_RANGE / widths.length;
  const grid = Float64Array.from({ length: STEPS + 1 }, (_, i) => -reach + (2 * reach * i) / STEPS);
  const roots = scanBrackets(slope, grid).map(({ lower, upper }) => solveBracketed(slope, lower, upper).root);
  const [first, ...others] = roots;
  if (first === undefined) {
    throw new ConvergenceError(
      `effective action: no saddle point for widths [${widths.join(", ")}] at temperature ${temperature}`,
      { hint: "rescale the targets" },
    );
  }
  const best = others.reduce((least, root) => (energy(root) < energy(least) ? root : least), first);
  const logs = logScales(best);
  return { layerScales: Float64Array.from(logs, Math.exp), q: productOf(logs), energy: energy(best) };
}

/**
 * The same for L layers of equal width, which share one scale u: q = u^L.
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
  const widths = new Array<number>(depth).fill(width);
  const { layerScales, q } = solveLayerScales(task, { widths, temperature });
  return { layerScale: layerScales[0] as number, q };
}
