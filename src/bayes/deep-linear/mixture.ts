/**
 * The exact posterior of a deep linear network at finite width: its kernel is q K with q = product of L independent chi-squared
 * variables over N (Zavatone-Veth and Pehlevan 2021), reweighted by the evidence of the data. The density of log q is the L-fold
 * convolution of the density of one factor, on a uniform grid.
 */
import { SpecError } from "../../base/index.ts";
import { logGamma } from "../../numerics/index.ts";
import type { EigenTask, ScaleDistribution } from "../finite-width/index.ts";

const STEP_FRACTION = 1 / 40;
const NEGLIGIBLE = 1e-19;

/** Hidden layers: L of one width, or the width of each. */
export type DeepScaleSetting =
  | { readonly depth: number; readonly width: number; readonly temperature: number }
  | { readonly widths: readonly number[]; readonly temperature: number };

/**
 * The posterior of the scale q of a linear network with L hidden layers, of equal or of any widths.
 *
 * @param task - a task in the eigenbasis of the kernel of infinite width.
 * @returns a distribution for `predictOverScales`. Accuracy about 1e-9; cost O(L (10 sqrt(L N))^2).
 * @throws SpecError for a depth or width below 1.
 */
export function solveDeepScaleDistribution(
  { eigenvalues, components }: Pick<EigenTask, "eigenvalues" | "components">,
  setting: DeepScaleSetting,
): ScaleDistribution {
  const { temperature } = setting;
  const density = solveScalePrior(widthsOf(setting));
  const { step } = density;
  const logs = density.values.map((value, i) => {
    const q = Math.exp((density.first + i) * step);
    let evidence = 0;
    for (let e = 0; e < eigenvalues.length; e++) {
      const a = temperature + q * (eigenvalues[e] as number);
      evidence -= (Math.log(a) + (components[e] as number) ** 2 / a) / 2;
    }
    return Math.log(value) + evidence;
  });
  const largest = logs.reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY);
  const weights = logs.map((value) => Math.exp(value - largest));
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  const scales = weights.map((_, i) => Math.exp((density.first + i) * step));
  for (let i = 0; i < weights.length; i++) weights[i] = (weights[i] as number) / total;
  const constant = (eigenvalues.length / 2) * Math.log(2 * Math.PI);
  return {
    scales,
    weights,
    mean: scales.reduce((sum, q, i) => sum + q * (weights[i] as number), 0),
    logEvidence: largest + Math.log(total * step) - constant,
  };
}

function widthsOf(setting: DeepScaleSetting): readonly number[] {
  return "widths" in setting ? setting.widths : equalWidths(setting);
}

function checkWidths(widths: readonly number[]): void {
  if (widths.length >= 1 && widths.every((width) => width >= 1 && Number.isFinite(width))) return;
  throw new SpecError(
    `deep network: received widths [${widths.join(", ")}], expected at least one, each of at least 1`,
  );
}

function equalWidths({ depth, width }: { readonly depth: number; readonly width: number }): number[] {
  if (Number.isInteger(depth) && depth >= 1) return new Array<number>(depth).fill(width);
  throw new SpecError(`deep linear network: received depth ${depth}, expected a whole number of at least 1`);
}

/** Values on the grid (first + i) step of u = log q. */
interface GridDensity {
  readonly first: number;
  readonly values: Float64Array;
}

/** Density of u = log q on the grid (first + i) step. */
export interface ScalePrior extends GridDensity {
  readonly step: number;
}

/**
 * The prior of the scale of a network with layers of these widths: the density of log q, q a product of independent chi^2_N / N.
 *
 * @param widths - units of every hidden layer, at least 1.
 * @returns accuracy about 1e-9 where the density is above 1e-30 of its largest value; cost O(L (10 sqrt(L N))^2).
 * @throws SpecError for no widths, or one below 1.
 * @source Zavatone-Veth and Pehlevan 2021.
 * @example
 * ```ts
 * import { solveScalePrior } from "isinglass/bayes";
 *
 * const { step, values } = solveScalePrior([10, 20]);
 * values.reduce((sum, density) => sum + density * step, 0); // => 1
 * ```
 */
export function solveScalePrior(widths: readonly number[]): ScalePrior {
  checkWidths(widths);
  const step = STEP_FRACTION / Math.sqrt(Math.max(...widths));
  const factors = new Map<number, GridDensity>();
  const [first, ...others] = widths.map((width) => {
    const density = factors.get(width) ?? factorDensity(width, step);
    factors.set(width, density);
    return density;
  });
  return { step, ...others.reduce((product, one) => convolve(product, one, step), first as GridDensity) };
}

/** Density of u = log(chi^2_N / N): exp((N/2)(u - e^u) + (N/2) log(N/2) - logGamma(N/2)). */
function factorDensity(width: number, step: number): GridDensity {
  const half = width / 2;
  const constant = half * Math.log(half) - logGamma(half);
  const at = (i: number): number => Math.exp(half * (i * step - Math.exp(i * step)) + constant);
  let first = 0;
  while (at(first) > NEGLIGIBLE * 1e-20) first--;
  let last = 0;
  while (at(last) > NEGLIGIBLE * 1e-20) last++;
  return { first, values: Float64Array.from({ length: last - first + 1 }, (_, i) => at(first + i)) };
}

/** The density of a sum, without entries that are negligible beside the largest. */
function convolve(a: GridDensity, b: GridDensity, step: number): GridDensity {
  const values = new Float64Array(a.values.length + b.values.length - 1);
  for (let i = 0; i < a.values.length; i++) {
    const left = (a.values[i] as number) * step;
    for (let j = 0; j < b.values.length; j++)
      values[i + j] = (values[i + j] as number) + left * (b.values[j] as number);
  }
  return { first: a.first + b.first, values };
}
