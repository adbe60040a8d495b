/**
 * The effective action of one hidden layer of finite width (Pacelli et al. 2023, equation 7; Li and Sompolinsky 2021 for linear
 * units): integrating the weights leaves one order parameter q that rescales the kernel K of infinite width,
 * S(q) = q - log q + (1/N) [ log det(T + q K) + y^T (T + q K)^{-1} y ], with posterior weight exp(-N S / 2).
 */
import { ConvergenceError } from "../../base/index.ts";
import { scanBrackets, solveBracketed } from "../../numerics/index.ts";
import { type EigenTask, requireInvertible } from "./eigenbasis.ts";

/** What the action depends on. */
export type SpectralTask = Pick<EigenTask, "eigenvalues" | "components">;

/** What the data add to N S: log det(T + q K) + y^T (T + q K)^{-1} y. */
export function dataActionAt(
  { eigenvalues, components }: SpectralTask,
  temperature: number,
  q: number,
): number {
  let sum = 0;
  for (let i = 0; i < eigenvalues.length; i++) {
    const a = temperature + q * (eigenvalues[i] as number);
    sum += Math.log(a) + (components[i] as number) ** 2 / a;
  }
  return sum;
}

/** S(q) for hidden width `width`. */
export function actionAt(task: SpectralTask, width: number, temperature: number, q: number): number {
  return q - Math.log(q) + dataActionAt(task, temperature, q) / width;
}

/** q dS/dq, which vanishes at the saddle points. */
export function actionSlopeAt(task: SpectralTask, width: number, temperature: number, q: number): number {
  return q - 1 + dataSlopeAt(task, temperature, q) / width;
}

/** The derivative of what the data add, in log q. */
export function dataSlopeAt(
  { eigenvalues, components }: SpectralTask,
  temperature: number,
  q: number,
): number {
  let sum = 0;
  for (let i = 0; i < eigenvalues.length; i++) {
    const k = q * (eigenvalues[i] as number);
    const a = temperature + k;
    sum += (k / a) * (1 - (components[i] as number) ** 2 / a);
  }
  return sum;
}

/** (1/P) y^T K^{-1} y: how large the targets are for the prior of infinite width; above 1, finite width raises q above 1. */
export function targetRatio({ eigenvalues, components }: EigenTask): number {
  let sum = 0;
  for (let i = 0; i < eigenvalues.length; i++)
    sum += (components[i] as number) ** 2 / (eigenvalues[i] as number);
  return sum / eigenvalues.length;
}

/** log q is searched between these. */
const LOG_RANGE = 30;
const LOG_STEP = 0.1;

/**
 * The order parameter q at the saddle point of S: of several, the one of lowest action. At T = 0 in closed form,
 * q = [ (1 - a) + sqrt((1 - a)^2 + 4 a r) ] / 2 with a = P / N and r = y^T K^{-1} y / P (Pacelli et al. 2023, equation 9).
 *
 * @throws ConvergenceError for a singular kernel at T = 0.
 */
export function solveSaddle(task: EigenTask, width: number, temperature: number): number {
  if (temperature === 0) {
    requireInvertible(task, 0);
    const load = task.eigenvalues.length / width;
    const root = Math.sqrt((1 - load) ** 2 + 4 * load * targetRatio(task));
    // the sum that does not cancel
    return load <= 1 ? (1 - load + root) / 2 : (2 * load * targetRatio(task)) / (root + load - 1);
  }
  const slope = (u: number): number => actionSlopeAt(task, width, temperature, Math.exp(u));
  const steps = Math.round((2 * LOG_RANGE) / LOG_STEP);
  const grid = Float64Array.from({ length: steps + 1 }, (_, i) => -LOG_RANGE + i * LOG_STEP);
  const roots = scanBrackets(slope, grid).map(({ lower, upper }) =>
    Math.exp(solveBracketed(slope, lower, upper).root),
  );
  const [first, ...others] = roots;
  if (first === undefined) {
    throw new ConvergenceError(
      `effective action: no saddle point with q between e^-${LOG_RANGE} and e^${LOG_RANGE} at width ${width}, temperature ${temperature}`,
      { hint: "rescale the targets" },
    );
  }
  return others.reduce(
    (best, q) =>
      actionAt(task, width, temperature, q) < actionAt(task, width, temperature, best) ? q : best,
    first,
  );
}
