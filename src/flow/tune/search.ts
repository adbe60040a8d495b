/**
 * Search for the maximum of a noisy function over a box by expected improvement (Jones, Schonlau and Welch 1998) on a
 * Gaussian process. Every point is evaluated with the same draws (common random numbers), so the part of the noise that
 * a draw adds to all points alike does not count: what is left is estimated from the interaction of points and draws.
 * Each next point follows from the trials alone, so that a search that was stopped goes on with the same points.
 */
import { type Estimate, SpecError } from "../../base/index.ts";
import { createStream, normalCdf } from "../../numerics/index.ts";
import { fitGaussianProcess, type GaussianProcess } from "./gaussian-process.ts";

/** One axis of the box. */
export interface SearchAxis {
  readonly name: string;
  readonly min: number;
  readonly max: number;
  /** "log" for scales, "root" for variances that may be 0. */
  readonly spacing: "linear" | "log" | "root";
}

/** One evaluated point: the value of every draw, in the same order for all points. */
export interface Trial {
  readonly point: readonly number[];
  readonly values: readonly number[];
}

/** Where the maximum is. */
export interface Optimum {
  /** Coordinates with their errors, from draws of the fitted process. */
  readonly point: readonly Estimate[];
  /** The fitted function at the maximum. */
  readonly value: Estimate;
  /** The fitted function and its error on a grid along each axis through the maximum. */
  readonly profiles: readonly (readonly ProfileValue[])[];
  /** Standard deviation of the noise of one trial's mean. */
  readonly noise: number;
  /** True when the maximum lies at the edge of the box. */
  readonly isAtEdge: readonly boolean[];
}

/** The fitted function along an axis. */
export interface ProfileValue {
  readonly x: number;
  readonly mean: number;
  readonly stderr: number;
}

/** Points of the grid per axis, for one and for two axes. */
const GRID = [0, 97, 25] as const;
const DRAWS = 400;
/** Noise is not believed to be below this share of the spread of the values. */
const LEAST_NOISE = 1e-3;

/** Positions in [0, 1] to begin with: spread evenly, the ends included for one axis. */
export function firstPoints(axes: readonly SearchAxis[]): number[][] {
  if (axes.length === 1) return [0, 0.2, 0.4, 0.6, 0.8, 1].map((t) => [fromUnit(axes[0] as SearchAxis, t)]);
  const design = [
    ...[0.1, 0.3, 0.5, 0.7, 0.9].map((t) => [t, 0]),
    ...[0.3, 0.5, 0.7, 0.9].map((t) => [t, 0.5]),
    ...[0.4, 0.7].map((t) => [t, 1]),
  ];
  return design.map((row) => row.map((t, d) => fromUnit(axes[d] as SearchAxis, t)));
}

/**
 * The next point to evaluate.
 *
 * @throws SpecError for a box with more than two axes
 */
export function proposePoint(axes: readonly SearchAxis[], trials: readonly Trial[]): number[] {
  requireAxes(axes);
  const first = firstPoints(axes);
  if (trials.length < first.length) return first[trials.length] as number[];
  const { process, noise, scale } = fitTrials(axes, trials);
  const best = trials.reduce(
    (most, { point }) => Math.max(most, process.predict(toUnits(axes, point)).mean),
    Number.NEGATIVE_INFINITY,
  );
  let [chosen, most] = [[0.5], Number.NEGATIVE_INFINITY];
  for (const candidate of gridOf(axes.length)) {
    const { mean, variance } = process.predict(candidate);
    // where the function is known better than a trial could tell, a trial tells nothing
    const worth = variance / (variance + noise * noise);
    const gain = expectedImprovement(mean - best, Math.sqrt(variance)) * worth + 1e-12 * scale * worth;
    if (gain > most) [chosen, most] = [candidate, gain];
  }
  return chosen.map((t, d) => fromUnit(axes[d] as SearchAxis, t));
}

/**
 * The maximum that the trials point to.
 *
 * @param seed of the draws from the fitted process that give the errors
 * @throws SpecError without trials
 * @example
 * ```ts
 * import { estimateOptimum } from "isinglass/flow";
 * const axis = { name: "x", min: 0, max: 2, spacing: "linear" } as const;
 * const trials = [0, 0.5, 1, 1.5, 2].map((x) => ({ point: [x], values: [1 - (x - 1) ** 2, 1.01 - (x - 1) ** 2] }));
 * Math.abs((estimateOptimum([axis], trials, 1).point[0]?.value ?? 0) - 1) < 0.1; // => true
 * ```
 */
export function estimateOptimum(
  axes: readonly SearchAxis[],
  trials: readonly Trial[],
  seed: number,
): Optimum {
  requireAxes(axes);
  if (trials.length === 0) throw new SpecError("estimateOptimum: received no trials, expected at least one");
  const { process, noise } = fitTrials(axes, trials);
  const grid = gridOf(axes.length);
  const top = grid.reduce((a, b) => (process.predict(b).mean > process.predict(a).mean ? b : a));
  const found = process
    .sample(grid, DRAWS, createStream(seed).fork("optimum"))
    .map((draw) => grid[argmax(draw)] as number[]);
  const { mean, variance } = process.predict(top);
  return {
    point: axes.map((axis, d) => {
      const value = fromUnit(axis, top[d] as number);
      const squares = found.map((point) => (fromUnit(axis, point[d] as number) - value) ** 2);
      const stderr = Math.sqrt(squares.reduce((sum, s) => sum + s, 0) / found.length);
      return { value, stderr, n: trials.length, method: "maximum of a Gaussian process" };
    }),
    value: {
      ...{ value: mean, stderr: Math.sqrt(variance), n: trials.length },
      method: "Gaussian process at its maximum",
    },
    profiles: axes.map((axis, d) =>
      Array.from({ length: GRID[1] }, (_, i) => {
        const t = i / (GRID[1] - 1);
        const at = process.predict(top.map((u, other) => (other === d ? t : u)));
        return { x: fromUnit(axis, t), mean: at.mean, stderr: Math.sqrt(at.variance) };
      }),
    ),
    noise,
    // nothing lies beyond a variance of 0
    isAtEdge: top.map((t, d) => (t === 0 && (axes[d] as SearchAxis).min > 0) || t === 1),
  };
}

function requireAxes(axes: readonly SearchAxis[]): void {
  if (axes.length === 1 || axes.length === 2) return;
  throw new SpecError(`search: received ${axes.length} axes, expected 1 or 2`);
}

function fitTrials(
  axes: readonly SearchAxis[],
  trials: readonly Trial[],
): { readonly process: GaussianProcess; readonly noise: number; readonly scale: number } {
  const means = trials.map(({ values }) => average(values));
  const centre = average(means);
  const scale = Math.sqrt(average(means.map((value) => (value - centre) ** 2)));
  const noise = Math.max(interactionError(trials), LEAST_NOISE * scale, 1e-9);
  const points = trials.map(({ point }) => toUnits(axes, point));
  return { process: fitGaussianProcess({ points, values: means, noise: noise * noise }), noise, scale };
}

/** Standard error of a trial's mean after the parts that belong to a trial and to a draw are taken out (two-way layout). */
function interactionError(trials: readonly Trial[]): number {
  const draws = trials[0]?.values.length ?? 0;
  if (draws < 2 || trials.length < 2) return 0;
  const rows = trials.map(({ values }) => average(values));
  const columns = Array.from({ length: draws }, (_, j) =>
    average(trials.map(({ values }) => values[j] as number)),
  );
  const all = average(rows);
  let squares = 0;
  trials.forEach(({ values }, i) => {
    values.forEach((value, j) => {
      squares += (value - (rows[i] as number) - (columns[j] as number) + all) ** 2;
    });
  });
  return Math.sqrt(squares / ((trials.length - 1) * (draws - 1)) / draws);
}

/** E max(f - best, 0) for normal f. */
function expectedImprovement(lead: number, deviation: number): number {
  if (deviation === 0) return Math.max(0, lead);
  const z = lead / deviation;
  const density = Math.exp(-(z * z) / 2) / Math.sqrt(2 * Math.PI);
  return lead * normalCdf(z) + deviation * density;
}

function gridOf(dimensions: number): number[][] {
  const size = GRID[dimensions as 1 | 2];
  const line = Array.from({ length: size }, (_, i) => i / (size - 1));
  return dimensions === 1 ? line.map((t) => [t]) : line.flatMap((a) => line.map((b) => [a, b]));
}

function toUnits(axes: readonly SearchAxis[], point: readonly number[]): number[] {
  return point.map((x, d) => toUnit(axes[d] as SearchAxis, x));
}

function toUnit({ min, max, spacing }: SearchAxis, x: number): number {
  const bend = BENDS[spacing].bend;
  return (bend(x) - bend(min)) / (bend(max) - bend(min));
}

/** The value of an axis at a position in [0, 1]. */
function fromUnit({ min, max, spacing }: SearchAxis, t: number): number {
  if (t <= 0) return min;
  if (t >= 1) return max;
  const { bend, unbend } = BENDS[spacing];
  // rounding errors of the way there and back would show in specifications
  return Number(unbend(bend(min) + t * (bend(max) - bend(min))).toPrecision(8));
}

const BENDS = {
  linear: { bend: (x: number) => x, unbend: (t: number) => t },
  log: { bend: Math.log, unbend: Math.exp },
  root: { bend: Math.sqrt, unbend: (t: number) => t * t },
} as const;

function average(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

function argmax(values: ArrayLike<number>): number {
  let best = 0;
  for (let i = 1; i < values.length; i++) if ((values[i] as number) > (values[best] as number)) best = i;
  return best;
}
