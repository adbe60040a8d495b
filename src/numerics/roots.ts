/**
 * Roots of a function of one variable: Brent's bracketed method (R. P. Brent, "Algorithms for minimization without
 * derivatives", 1973, chapter 4), a bracket expansion, and a scan for all sign changes on a grid. A double root
 * without a sign change is not found.
 */
import { ConvergenceError, SpecError } from "../base/index.ts";

/** Outcome of a root search. */
export interface RootResult {
  readonly root: number;
  /** f at the root. */
  readonly residual: number;
  readonly iterations: number;
  /** Whether the bracket shrank below the tolerance before the iterations ran out. */
  readonly converged: boolean;
}

/** An interval at whose ends the function has opposite signs (or is zero). */
export interface Bracket {
  readonly lower: number;
  readonly upper: number;
}

/** Options of `solveBracketed`. */
export interface RootOptions {
  /** Absolute tolerance on the root; 4 units in the last place of the root are always added. Default 1e-14. */
  readonly tolerance?: number;
  /** Default 200. */
  readonly maxIterations?: number;
}

/** Rounding allowance of Brent's stopping rule, in units of |root|. */
const ROUNDING = 2 * Number.EPSILON;

function finiteValue(f: (x: number) => number, x: number, where: string): number {
  const y = f(x);
  if (Number.isNaN(y)) {
    throw new ConvergenceError(`${where}: received f(${x}) = NaN, expected a number`, {
      hint: "choose an interval on which the function is defined",
      data: { x },
    });
  }
  return y;
}

/**
 * Solves f(x) = 0 on [a, b] where f changes sign, by Brent's method (inverse quadratic, secant, bisection).
 *
 * @param f continuous real function; infinite values are allowed, NaN is not.
 * @param a one end; `b` the other.
 * @returns the root with its residual; `converged` is false when the iterations ran out.
 * @throws ConvergenceError when f(a) and f(b) have the same sign, or f is NaN.
 * @cost about 8 evaluations for a smooth f, never more than about (log2 |b - a| / tolerance)^2.
 * @source Brent (1973), section 4.6, procedure `zero`.
 * @example
 * import { solveBracketed } from "isinglass/numerics";
 * solveBracketed((x) => Math.cos(x) - x, 0, 1).root; // => 0.7390851332151607
 */
export function solveBracketed(
  f: (x: number) => number,
  a: number,
  b: number,
  options: RootOptions = {},
): RootResult {
  const { tolerance = 1e-14, maxIterations = 200 } = options;
  // xb is the best estimate, xa the previous one, xc the other end of the bracket.
  let xa = a;
  let xb = b;
  let fa = finiteValue(f, a, "solve bracketed root");
  let fb = finiteValue(f, b, "solve bracketed root");
  if ((fa > 0 && fb > 0) || (fa < 0 && fb < 0)) {
    throw new ConvergenceError(
      `solve bracketed root: received f(${a}) = ${fa} and f(${b}) = ${fb}, expected opposite signs`,
      { hint: "widen the interval, for instance with expandBracket", data: { a, b, fa, fb } },
    );
  }
  let xc = xa;
  let fc = fa;
  let step = xb - xa;
  let lastStep = step;
  for (let iterations = 0; ; iterations++) {
    if (Math.abs(fc) < Math.abs(fb)) {
      xa = xb;
      xb = xc;
      xc = xa;
      fa = fb;
      fb = fc;
      fc = fa;
    }
    const allowance = ROUNDING * Math.abs(xb) + 0.5 * tolerance;
    const half = 0.5 * (xc - xb);
    const isDone = Math.abs(half) <= allowance || fb === 0;
    if (isDone || iterations >= maxIterations) {
      return { root: xb, residual: fb, iterations, converged: isDone };
    }
    let next = half;
    let isInterpolated = false;
    if (Math.abs(lastStep) >= allowance && Math.abs(fa) > Math.abs(fb)) {
      next = interpolatedStep(xa, xb, xc, fa, fb, fc);
      const limit = Math.min(1.5 * Math.abs(half) - 0.5 * allowance, 0.5 * Math.abs(lastStep));
      isInterpolated = next * half > 0 && Math.abs(next) < limit;
    }
    // A rejected interpolation bisects, and the next acceptance test starts from that half step.
    lastStep = isInterpolated ? step : half;
    step = isInterpolated ? next : half;
    xa = xb;
    fa = fb;
    xb += Math.abs(step) > allowance ? step : Math.sign(half) * allowance;
    fb = finiteValue(f, xb, "solve bracketed root");
    if (fb > 0 === fc > 0) {
      xc = xa;
      fc = fa;
      step = xb - xa;
      lastStep = step;
    }
  }
}

/** Secant step, or inverse quadratic when three distinct points are known; NaN becomes 0, which is rejected. */
function interpolatedStep(xa: number, xb: number, xc: number, fa: number, fb: number, fc: number): number {
  const s = fb / fa;
  let p: number;
  let q: number;
  if (xa === xc) {
    p = (xc - xb) * s;
    q = s - 1;
  } else {
    const r = fb / fc;
    const t = fa / fc;
    p = s * ((xc - xb) * t * (t - r) - (xb - xa) * (r - 1));
    q = -(t - 1) * (r - 1) * (s - 1);
  }
  const step = p / q;
  return Number.isFinite(step) ? step : 0;
}

/** Options of `expandBracket`. */
export interface ExpandOptions {
  /** Growth of the interval per step; default 1.6. */
  readonly factor?: number;
  /** Default 60. */
  readonly maxIterations?: number;
  /** Limits that the interval never leaves; default none. */
  readonly min?: number;
  readonly max?: number;
}

/**
 * Widens [a, b] until f changes sign, moving the end where |f| is smaller.
 *
 * @param f real function.
 * @param a lower end; `b` upper end, a < b.
 * @returns the bracket, or null when none was found within the steps or the limits.
 * @throws SpecError unless a < b; ConvergenceError when f is NaN.
 * @source Press et al., "Numerical Recipes", section 9.1 (`zbrac`).
 * @example
 * import { expandBracket, solveBracketed } from "isinglass/numerics";
 * const f = (x: number) => Math.log(x) - 3;
 * const bracket = expandBracket(f, 1, 2);
 * bracket === null ? NaN : solveBracketed(f, bracket.lower, bracket.upper).root; // => 20.085536923187668
 */
export function expandBracket(
  f: (x: number) => number,
  a: number,
  b: number,
  options: ExpandOptions = {},
): Bracket | null {
  const {
    factor = 1.6,
    maxIterations = 60,
    min = Number.NEGATIVE_INFINITY,
    max = Number.POSITIVE_INFINITY,
  } = options;
  if (!(a < b)) throw new SpecError(`expand bracket: received [${a}, ${b}], expected a < b`);
  let lower = a;
  let upper = b;
  let low = finiteValue(f, lower, "expand bracket");
  let high = finiteValue(f, upper, "expand bracket");
  for (let i = 0; i <= maxIterations; i++) {
    if (low === 0 || high === 0 || low > 0 !== high > 0) return { lower, upper };
    if (lower <= min && upper >= max) return null;
    const width = factor * (upper - lower);
    const movesLower = (Math.abs(low) < Math.abs(high) && lower > min) || upper >= max;
    if (movesLower) {
      lower = Math.max(min, lower - width);
      low = finiteValue(f, lower, "expand bracket");
    } else {
      upper = Math.min(max, upper + width);
      high = finiteValue(f, upper, "expand bracket");
    }
  }
  return null;
}

/**
 * All sub-intervals of a grid at whose ends f changes sign.
 *
 * @param f real function; grid points where it is NaN separate intervals.
 * @param grid increasing abscissae.
 * @returns brackets from left to right; a grid point that is exactly a root closes the bracket on its left.
 * @cost one evaluation per grid point; a pair of roots between two grid points is missed.
 * @example
 * import { scanBrackets } from "isinglass/numerics";
 * scanBrackets(Math.sin, [1, 2, 4, 5, 7]).length; // => 2
 */
export function scanBrackets(f: (x: number) => number, grid: ArrayLike<number>): Bracket[] {
  const brackets: Bracket[] = [];
  let previous = grid.length > 0 ? f(grid[0] as number) : Number.NaN;
  for (let i = 1; i < grid.length; i++) {
    const current = f(grid[i] as number);
    const startsAtRoot = previous === 0 && i === 1;
    if (startsAtRoot || previous * current < 0 || (current === 0 && previous !== 0)) {
      brackets.push({ lower: grid[i - 1] as number, upper: grid[i] as number });
    }
    previous = current;
  }
  return brackets;
}
