/**
 * Mean-field theory of a wide random network in one call: fixed points, chi_1, depth scales and the phase
 * (Poole et al. 2016; Schoenholz et al. 2017). Exact for infinite width and Gaussian or orthogonal weights; it says
 * nothing about finite-width fluctuations (see `predictFiniteWidth`) or about training.
 */
import { type Estimate, exact, type Provenance, SpecError } from "../../base/index.ts";
import { asymptoteOf } from "./asymptote.ts";
import { solveCorrelation } from "./correlation-fixed-point.ts";
import { averageMoments, type Moments } from "./moments.ts";
import { pairKernel } from "./pair-kernel.ts";
import { poole2016, schoenholz2017 } from "./references.ts";
import {
  checkVariances,
  type Phase,
  phaseCriterion,
  phaseOf,
  type ScalarActivation,
  type Variances,
} from "./types.ts";
import { solveVarianceFlow, type VarianceFixedPoint, type VarianceFlow } from "./variance-fixed-points.ts";
import type { VarianceScan } from "./variance-scan.ts";

/** Options of `solveMeanField`. */
export interface MeanFieldOptions {
  /** Variance of the first pre-activations, which decides between several fixed points; default 1. */
  readonly startVariance?: number;
  /** Probability that dropout keeps a unit, in (0, 1]; default 1 (no dropout). */
  readonly keepRate?: number;
  /** Half width of the critical strip in log chi_1; default `criticalTolerance`. */
  readonly criticalTolerance?: number;
  /** `scanVariance(activation)`, to share between calls. */
  readonly scan?: VarianceScan;
}

/** Where the variance goes under iteration. */
export type VarianceLimit = "finite" | "zero" | "infinite" | "any";

/** Result of `solveMeanField`. Infinite numbers mean what they say: no decay, no bound. */
export interface MeanField extends Provenance, Variances {
  readonly activation: string;
  readonly keepRate: number;
  /** q*: limiting variance of pre-activations; 0 or Infinity are limits, see `varianceLimit`. */
  readonly q: Estimate;
  /** c*: limiting correlation of the pre-activations of two different inputs. */
  readonly c: Estimate;
  /** 1 - c*, accurate also when c* is close to 1. */
  readonly decorrelation: Estimate;
  /** chi_1: growth per layer of small input differences and of squared gradients. */
  readonly chi1: Estimate;
  /** Slope of the correlation map at c*. */
  readonly chiC: Estimate;
  /** Slope of the variance map at q*. */
  readonly chiQ: Estimate;
  /** Layers over which q approaches q*. */
  readonly xiQ: Estimate;
  /** Layers over which c approaches c*. */
  readonly xiC: Estimate;
  /** Layers over which squared gradients change by a factor e. */
  readonly xiGradient: Estimate;
  /** Rule of thumb for the deepest trainable network: 6 xiC (Schoenholz et al. 2017), or 6 xiGradient where c stays. */
  readonly maxDepth: Estimate;
  readonly phase: Phase;
  readonly criterion: string;
  /** True for degree-one activations without bias: no finite scale is selected, q* is a limit and not a fixed point. */
  readonly scaleFree: boolean;
  readonly varianceLimit: VarianceLimit;
  /** All fixed points of the variance map, ascending. */
  readonly fixedPoints: readonly VarianceFixedPoint[];
  /** How well the fixed-point equations hold. */
  readonly residuals: { readonly q: number; readonly c: number };
}

/** Depth in units of xi_c up to which networks train (Schoenholz et al. 2017, figure 5). */
export const trainableDepthFactor = 6;

/**
 * Layers over which a factor chi per layer amounts to 1/e (or e): 1/|log |chi||.
 *
 * @example
 * ```ts
 * import { depthScale } from "isinglass/signal";
 *
 * depthScale(Math.exp(-0.1)); // => 10
 * ```
 */
export function depthScale(chi: number): number {
  return 1 / Math.abs(Math.log(Math.abs(chi)));
}

/** Absolute rounding error of log chi in float64; near criticality it bounds how well 1/|log chi| is known. */
const logChiRounding = 1e-15;

/** A multiple of a depth scale; its error is that of log chi, shown where it reaches the digits that people read. */
function scaleEstimate(xi: number, method: string, multiple = 1): Estimate {
  const stderr = multiple * xi * xi * logChiRounding;
  const isVisible = Number.isFinite(xi) && stderr > 1e-9 * multiple * xi;
  return { value: multiple * xi, stderr: isVisible ? stderr : 0, n: 1, method };
}

/**
 * Solves the mean-field theory of an infinitely wide, deep random network.
 *
 * q* = (sigmaW2/rho) E phi(sqrt(q*) z)^2 + sigmaB2, chi_1 = (sigmaW2/rho) E phi'(sqrt(q*) z)^2, c* from the correlation
 * map, xi = 1/|log chi|, with rho the dropout keep rate.
 *
 * @param activation - phi, e.g. `resolveActivation("tanh")`.
 * @param variances - `sigmaW2` (weight variance times fan-in, > 0) and `sigmaB2` (bias variance, >= 0).
 * @param options - start of the variance iteration, dropout keep rate, width of the critical strip.
 * @returns fixed points and depth scales with relative error about 1e-12 (`stderr` 0), except within 1e-12 of
 * criticality; cost about 20 ms, 2 ms with a shared `scan`.
 * @throws SpecError for impossible variances or keep rate.
 * Source: Poole et al. 2016, equations 3-8; Schoenholz et al. 2017, equations 3-13 and (dropout) 20-22.
 *
 * @example
 * ```ts
 * import { resolveActivation } from "isinglass/networks";
 * import { solveMeanField } from "isinglass/signal";
 *
 * const field = solveMeanField(resolveActivation("tanh"), { sigmaW2: 1.5, sigmaB2: 0.05 });
 * field.phase; // => "ordered"
 * field.xiC.value; // => 15.79
 * ```
 */
export function solveMeanField(
  activation: ScalarActivation,
  variances: Variances,
  options: MeanFieldOptions = {},
): MeanField {
  const { startVariance = 1, keepRate = 1 } = options;
  checkVariances(variances, "solveMeanField");
  checkStart(startVariance, keepRate);
  const { sigmaW2, sigmaB2 } = variances;
  const w = sigmaW2 / keepRate;
  const flow = solveVarianceFlow(activation, w, sigmaB2, startVariance, options.scan);
  const limit = flow.limit ?? startVariance;
  const effective = limit === Number.POSITIVE_INFINITY ? asymptoteOf(activation) : activation;
  const settles = limit > 0 && Number.isFinite(limit);
  const moments = averageMoments(
    effective,
    settles || effective.degree === 1 ? (settles ? limit : 1) : limit,
  );
  const chi1 = w * moments.slopeSquare;
  const correlation = limitCorrelation(effective, moments, variances, w, settles, chi1);
  const xiC = depthScale(correlation.chiC);
  const xiGradient = depthScale(chi1);
  const scaleFree = activation.degree === 1 && sigmaB2 === 0;
  const method = `fixed point, averages to ${moments.error < 1e-13 ? "1e-13" : moments.error.toExponential(0)}`;
  return {
    activation: activation.name,
    sigmaW2,
    sigmaB2,
    keepRate,
    q: exact(limit, flow.limit === null ? "every variance is a fixed point; the start is kept" : method),
    c: exact(1 - correlation.epsilon, correlation.method),
    decorrelation: exact(correlation.epsilon, correlation.method),
    chi1: exact(chi1, method),
    chiC: exact(correlation.chiC, correlation.method),
    chiQ: exact(flow.chiQ, method),
    xiQ: exact(depthScale(flow.chiQ), "1/|log chiQ|"),
    xiC: scaleEstimate(xiC, "1/|log chiC|"),
    xiGradient: scaleEstimate(xiGradient, "1/|log chi1|"),
    maxDepth:
      scaleFree || !Number.isFinite(xiC)
        ? scaleEstimate(
            xiGradient,
            "6 xiGradient: correlations stay, so gradients bound the depth",
            trainableDepthFactor,
          )
        : scaleEstimate(xiC, "6 xiC, Schoenholz et al. 2017", trainableDepthFactor),
    phase: phaseOf(chi1, options.criticalTolerance),
    criterion: phaseCriterion,
    scaleFree,
    varianceLimit: limitName(flow),
    fixedPoints: flow.fixedPoints,
    residuals: { q: flow.residual, c: correlation.residual },
    assumptions: assumptionsOf(activation, flow, keepRate, startVariance),
    references: [poole2016, schoenholz2017],
    seed: null,
  };
}

function checkStart(startVariance: number, keepRate: number): void {
  if (!(startVariance > 0 && Number.isFinite(startVariance))) {
    throw new SpecError(
      `solveMeanField: received startVariance ${startVariance}, expected a positive number.`,
      {
        hint: "Standardised inputs give a start near sigmaW2 + sigmaB2.",
      },
    );
  }
  if (!(keepRate > 0 && keepRate <= 1)) {
    throw new SpecError(`solveMeanField: received keepRate ${keepRate}, expected a number in (0, 1].`, {
      hint: "The keep rate is 1 minus the dropout rate.",
    });
  }
}

function limitName(flow: VarianceFlow): VarianceLimit {
  if (flow.limit === null) return "any";
  if (flow.limit === 0) return "zero";
  return Number.isFinite(flow.limit) ? "finite" : "infinite";
}

interface LimitCorrelation {
  readonly epsilon: number;
  readonly chiC: number;
  readonly residual: number;
  readonly method: string;
}

/**
 * c* and the slope there. Where the variance settles at no positive number, cosines follow the map of the degree-one
 * activation normalised by q'; for other activations a vanishing variance stands for the limit of vanishing bias.
 */
function limitCorrelation(
  activation: ScalarActivation,
  moments: Moments,
  { sigmaW2, sigmaB2 }: Variances,
  w: number,
  settles: boolean,
  chi1: number,
): LimitCorrelation {
  if (!settles && activation.degree === null) {
    return {
      epsilon: 0,
      chiC: chi1,
      residual: 0,
      method: "limit of vanishing variance: distances shrink by chi1",
    };
  }
  const q = settles ? moments.q : w * moments.meanSquare;
  if (!Number.isFinite(q)) {
    const method = "undefined: the activation grows faster than linearly and the variance diverges";
    return { epsilon: Number.NaN, chiC: Number.NaN, residual: Number.NaN, method };
  }
  const scale = q / moments.q;
  const floor = ((w - sigmaW2) * moments.meanSquare) / q;
  if (!settles && floor === 0) {
    return {
      epsilon: 0,
      chiC: 1,
      residual: 0,
      method: "cosines approach 1 algebraically: the map has slope 1 there",
    };
  }
  if (activation.odd && sigmaB2 === 0 && floor === 0 && chi1 > scale) {
    const chiC = (sigmaW2 * moments.meanSlope ** 2) / scale;
    return { epsilon: 1, chiC, residual: 0, method: "exact: odd activation without bias" };
  }
  const kernel = pairKernel(activation, moments);
  const solved = solveCorrelation(kernel, sigmaW2 / scale, floor);
  return { ...solved, method: `fixed point, ${kernel.method}` };
}

function assumptionsOf(
  activation: ScalarActivation,
  flow: VarianceFlow,
  keepRate: number,
  startVariance: number,
): string[] {
  const list = [
    "Infinite width: fluctuations of order 1/width are neglected.",
    "Independent random weights of variance sigmaW2/fan-in, biases of variance sigmaB2, in every layer.",
  ];
  if (flow.limit === null || flow.limit === 0 || flow.limit === Number.POSITIVE_INFINITY) {
    list.push(
      activation.degree === 1
        ? `${activation.name} selects no finite variance here; chi1 is exact for every variance.`
        : "The variance reaches no positive finite fixed point; chi values are limits.",
    );
  }
  if (flow.fixedPoints.length > 1) {
    list.push(`Several fixed points: the one reached from variance ${startVariance} is reported.`);
  }
  if (flow.chiQ < -1)
    list.push("The variance map overshoots (slope below -1): the variance oscillates around q*.");
  if (keepRate < 1)
    list.push("Dropout masks are independent for the two inputs and are redrawn in every layer.");
  return list;
}
