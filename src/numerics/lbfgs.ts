/**
 * Minimum of a smooth function of many variables by limited-memory BFGS (Liu and Nocedal, Math. Program. 45, 1989;
 * Nocedal and Wright 2006, algorithms 7.4 and 7.5) with a strong-Wolfe line search. Local minima only; no bounds.
 */
import { ConvergenceError, runSteps, type Steps } from "../base/index.ts";
import { type LinePoint, searchLine } from "./line-search.ts";

/** Returns f(x) and writes its gradient into the second argument. */
export type ObjectiveFunction = (x: Float64Array, gradient: Float64Array) => number;

/** Options of `minimizeLbfgs`. */
export interface LbfgsOptions {
  /** Stops when the largest |gradient| entry falls below this; default 1e-8. */
  readonly gradientTolerance?: number;
  /** Default 1000. */
  readonly maxIterations?: number;
  /** Number of past steps kept; default 10. */
  readonly memory?: number;
}

/** Outcome of a minimisation. */
export interface MinimizeResult {
  readonly x: Float64Array;
  readonly value: number;
  /** Largest absolute entry of the gradient at x. */
  readonly residual: number;
  readonly iterations: number;
  readonly evaluations: number;
  /** Whether the residual met the tolerance. */
  readonly converged: boolean;
  /** Why it stopped: "gradient", "iterations", "line search" (no descent left in rounding, or a wrong gradient). */
  readonly reason: "gradient" | "iterations" | "line search";
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += (a[i] as number) * (b[i] as number);
  return sum;
}

function addScaled(target: Float64Array, scale: number, source: Float64Array): void {
  for (let i = 0; i < target.length; i++) target[i] = (target[i] as number) + scale * (source[i] as number);
}

function largest(a: Float64Array): number {
  let most = 0;
  for (const v of a) most = Math.max(most, Math.abs(v));
  return most;
}

/** One remembered step: s = change of x, y = change of the gradient, 1 / (s . y). */
interface Correction {
  readonly s: Float64Array;
  readonly y: Float64Array;
  readonly rho: number;
}

/** Two-loop recursion: minus the inverse-Hessian estimate times the gradient. */
function searchDirection(gradient: Float64Array, corrections: readonly Correction[]): Float64Array {
  const direction = gradient.map((g) => -g);
  const newest = corrections.at(-1);
  if (newest === undefined) return direction;
  const alphas: number[] = [];
  for (const { s, y, rho } of corrections.toReversed()) {
    const alpha = rho * dot(s, direction);
    alphas.push(alpha);
    addScaled(direction, -alpha, y);
  }
  const scale = 1 / (newest.rho * dot(newest.y, newest.y));
  for (let i = 0; i < direction.length; i++) direction[i] = scale * (direction[i] as number);
  for (const { s, y, rho } of corrections) {
    const beta = rho * dot(y, direction);
    addScaled(direction, (alphas.pop() as number) - beta, s);
  }
  return direction;
}

/**
 * Minimises a smooth function from a starting point.
 *
 * @param f returns the value at x and writes the gradient; must not keep its arguments. Infinite or NaN values away
 *   from the start mean "outside the domain" and shorten the step.
 * @param start starting point, length n.
 * @returns the best point with the gradient residual, and why it stopped.
 * @throws ConvergenceError when the value or gradient at the start is not finite.
 * @cost O(n memory) per iteration and about 1.1 evaluations.
 * @source Liu and Nocedal (1989); Nocedal and Wright (2006), chapter 7.
 * @example
 * import { minimizeLbfgs } from "isinglass/numerics";
 * const result = minimizeLbfgs((x, g) => {
 *   g[0] = 2 * (x[0] - 3);
 *   return (x[0] - 3) ** 2;
 * }, [0]);
 * result.x[0]; // => 3.000000
 */
export function minimizeLbfgs(
  f: ObjectiveFunction,
  start: ArrayLike<number>,
  options: LbfgsOptions = {},
): MinimizeResult {
  return runSteps(lbfgsSteps(f, start, options));
}

/** The same in steps of one iteration each, for `runStepsInTurns`. */
export function* lbfgsSteps(
  f: ObjectiveFunction,
  start: ArrayLike<number>,
  options: LbfgsOptions = {},
): Steps<MinimizeResult> {
  const { gradientTolerance = 1e-8, maxIterations = 1000, memory = 10 } = options;
  let x = Float64Array.from(start);
  let gradient = new Float64Array(x.length);
  let value = f(x, gradient);
  let evaluations = 1;
  if (!Number.isFinite(value) || !gradient.every(Number.isFinite)) {
    throw new ConvergenceError(
      `minimize: received value ${value} at the start, expected finite value and gradient`,
      {
        hint: "choose a starting point inside the domain",
      },
    );
  }
  let corrections: Correction[] = [];
  for (let iterations = 0; ; iterations++) {
    const residual = largest(gradient);
    const finish = (reason: MinimizeResult["reason"]): MinimizeResult => {
      return { x, value, residual, iterations, evaluations, converged: reason === "gradient", reason };
    };
    if (residual <= gradientTolerance) return finish("gradient");
    if (iterations >= maxIterations) return finish("iterations");
    yield { stage: "minimizing", done: iterations, total: null, note: `slope ${residual.toPrecision(2)}` };
    let direction = searchDirection(gradient, corrections);
    let slope = dot(direction, gradient);
    if (!(slope < 0)) {
      corrections = [];
      direction = searchDirection(gradient, corrections);
      slope = dot(direction, gradient);
    }
    const nextX = new Float64Array(x.length);
    const nextGradient = new Float64Array(x.length);
    let evaluatedStep = 0;
    const evaluate = (step: number): LinePoint => {
      evaluatedStep = step;
      nextX.set(x);
      addScaled(nextX, step, direction);
      evaluations += 1;
      return { step, value: f(nextX, nextGradient), slope: dot(direction, nextGradient) };
    };
    const firstStep = corrections.length === 0 ? Math.min(1, 1 / residual) : 1;
    const found = searchLine(evaluate, { step: 0, value, slope }, firstStep);
    if (found === null && corrections.length === 0) return finish("line search");
    if (found === null) {
      corrections = [];
      continue;
    }
    // The search may end on a point that it did not evaluate last.
    if (evaluatedStep !== found.step) evaluate(found.step);
    const s = nextX.map((v, i) => v - (x[i] as number));
    const y = nextGradient.map((v, i) => v - (gradient[i] as number));
    const sy = dot(s, y);
    if (sy > Number.EPSILON * dot(y, y)) corrections = [...corrections, { s, y, rho: 1 / sy }].slice(-memory);
    x = nextX;
    gradient = nextGradient;
    value = found.value;
  }
}
