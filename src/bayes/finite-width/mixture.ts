/**
 * The posterior without a saddle point: integrating readout and hidden weights leaves a Gaussian process whose kernel carries a
 * random scale q, chi-squared over its N degrees of freedom, with posterior weight exp(-N S(q) / 2) d log q. Exact at every
 * finite width for linear units (Zavatone-Veth and Pehlevan 2021), and the better approximation for others.
 */
import { logGamma } from "../../numerics/index.ts";
import { actionAt, actionSlopeAt, solveSaddle } from "./action.ts";
import { average, type EigenTask, predictAtScale } from "./eigenbasis.ts";
import type { Prediction } from "./types.ts";

/** The distribution of q on a grid uniform in log q. */
export interface ScaleDistribution {
  readonly scales: Float64Array;
  /** Probabilities, sum 1. */
  readonly weights: Float64Array;
  /** E q. */
  readonly mean: number;
  /** log p(y), averaged over the prior of q: the marginal likelihood at finite width. */
  readonly logEvidence: number;
}

/** exp(-38) = 3e-17 of the maximum is left out at either end. */
const NEGLIGIBLE = 38;
const NODES = 401;

/** The posterior of the scale q. The trapezoid rule in log q converges geometrically: about 1e-14 with 401 nodes. */
export function solveScaleDistribution(
  task: EigenTask,
  width: number,
  temperature: number,
): ScaleDistribution {
  const centre = Math.log(solveSaddle(task, width, temperature));
  const action = (u: number): number => actionAt(task, width, temperature, Math.exp(u));
  const least = action(centre);
  const edge = (direction: number): number => {
    let reach = 1 / Math.sqrt(width);
    while ((width / 2) * (action(centre + direction * reach) - least) < NEGLIGIBLE) reach *= 1.3;
    return centre + direction * reach;
  };
  const lower = edge(-1);
  const step = (edge(1) - lower) / (NODES - 1);
  const scales = Float64Array.from({ length: NODES }, (_, i) => Math.exp(lower + i * step));
  const weights = scales.map((q) => Math.exp((-width / 2) * (action(Math.log(q)) - least)));
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  for (let i = 0; i < NODES; i++) weights[i] = (weights[i] as number) / total;
  // the prior density of log q is (N/2)^(N/2) / Gamma(N/2) exp(-N (q - log q) / 2)
  const half = width / 2;
  const logPrior = half * Math.log(half) - logGamma(half);
  const constant = logPrior - (task.eigenvalues.length / 2) * Math.log(2 * Math.PI);
  return {
    logEvidence: constant - half * least + Math.log(total * step),
    scales,
    weights,
    mean: scales.reduce((sum, q, i) => sum + (weights[i] as number) * q, 0),
  };
}

/** Predictions averaged over a distribution of scales: the spread holds the variance of the mean over q. */
export function predictOverScales(
  task: EigenTask,
  { scales, weights }: ScaleDistribution,
  temperature: number,
): Prediction {
  const size = task.testTargets.length;
  const mean = new Float64Array(size);
  const second = new Float64Array(size);
  let trainError = 0;
  scales.forEach((q, s) => {
    const weight = weights[s] as number;
    if (weight < 1e-18) return;
    const one = predictAtScale(task, q, temperature);
    trainError += weight * one.trainError;
    for (let m = 0; m < size; m++) {
      const value = one.mean[m] as number;
      mean[m] = (mean[m] as number) + weight * value;
      second[m] = (second[m] as number) + weight * ((one.variance[m] as number) + value * value);
    }
  });
  const variance = second.map((value, m) => Math.max(0, value - (mean[m] as number) ** 2));
  const bias = average(mean.map((value, m) => (value - (task.testTargets[m] as number)) ** 2));
  const spread = average(variance);
  return { mean, variance, bias, spread, error: bias + spread, trainError };
}

/** How far q may stand from its saddle point: one standard deviation of log q there, from the curvature of S. */
export function scaleUncertainty(task: EigenTask, width: number, temperature: number, q: number): number {
  const h = 1e-4;
  const up = actionSlopeAt(task, width, temperature, q * Math.exp(h));
  const down = actionSlopeAt(task, width, temperature, q * Math.exp(-h));
  return 1 / Math.sqrt((width * (up - down)) / (4 * h));
}
