/**
 * Initial value problems y' = f(t, y), not stiff: the embedded Runge-Kutta pair 5(4) of Dormand and Prince (J. Comput.
 * Appl. Math. 6, 1980) with step control and the fourth-order dense output of Hairer, Norsett and Wanner, "Solving
 * ordinary differential equations I" (1993), section II.6. No events, no implicit method.
 */
import { SpecError } from "../base/index.ts";

/** Writes f(t, y) into `slope`. */
export type OdeFunction = (t: number, y: Float64Array, slope: Float64Array) => void;

/** Options of `integrateOde`. */
export interface OdeOptions {
  /** Tolerance per step relative to |y|; default 1e-9. */
  readonly relativeTolerance?: number;
  /** Absolute tolerance per step; default 1e-12. */
  readonly absoluteTolerance?: number;
  /** Accepted plus rejected steps; default 100000. */
  readonly maxSteps?: number;
}

/** Solution at the requested times. */
export interface OdeResult {
  /** One state per time that was reached; fewer than requested when `converged` is false. */
  readonly states: readonly Float64Array[];
  /** Time of the last accepted step. */
  readonly reached: number;
  readonly steps: number;
  readonly rejected: number;
  readonly evaluations: number;
  /** Whether the last time was reached. */
  readonly converged: boolean;
  /** Why it stopped: "done", "too many steps", "step too small". */
  readonly reason: "done" | "too many steps" | "step too small";
}

// Butcher tableau and dense-output weights: Hairer et al. (1993), table II.5.2 and section II.6, program DOPRI5.
const STAGE_TIMES = [0, 1 / 5, 3 / 10, 4 / 5, 8 / 9, 1, 1];
const STAGE_WEIGHTS = [
  [],
  [1 / 5],
  [3 / 40, 9 / 40],
  [44 / 45, -56 / 15, 32 / 9],
  [19372 / 6561, -25360 / 2187, 64448 / 6561, -212 / 729],
  [9017 / 3168, -355 / 33, 46732 / 5247, 49 / 176, -5103 / 18656],
  [35 / 384, 0, 500 / 1113, 125 / 192, -2187 / 6784, 11 / 84],
];
const ERROR_WEIGHTS = [71 / 57600, 0, -71 / 16695, 71 / 1920, -17253 / 339200, 22 / 525, -1 / 40];
const DENSE_WEIGHTS = [
  -12715105075 / 11282082432,
  0,
  87487479700 / 32700410799,
  -10690763975 / 1880347072,
  701980252875 / 199316789632,
  -1453857185 / 822651844,
  69997945 / 29380423,
];
const STAGES = 7;
/** Step control of DOPRI5: exponents of the error and of the previous error, safety, and limits of the change. */
const STABILISATION = 0.04;
const EXPONENT = 0.2 - 0.75 * STABILISATION;
const SAFETY = 0.9;
const LEAST_CHANGE = 0.2;
const MOST_CHANGE = 10;

/** Scratch arrays and tolerances of one integration. */
interface Workspace {
  readonly f: OdeFunction;
  readonly slopes: Float64Array[];
  readonly trial: Float64Array;
  readonly relative: number;
  readonly absolute: number;
}

function weightedSlope(slopes: readonly Float64Array[], weights: readonly number[], i: number): number {
  let sum = 0;
  for (let s = 0; s < weights.length; s++)
    sum += (weights[s] as number) * ((slopes[s] as Float64Array)[i] as number);
  return sum;
}

/** Tries one step from (t, y): leaves the new state in `trial`, all slopes in `slopes`; returns the scaled error. */
function tryStep(work: Workspace, t: number, y: Float64Array, h: number): number {
  const { f, slopes, trial, relative, absolute } = work;
  const n = y.length;
  for (let s = 1; s < STAGES; s++) {
    const weights = STAGE_WEIGHTS[s] as number[];
    for (let i = 0; i < n; i++) trial[i] = (y[i] as number) + h * weightedSlope(slopes, weights, i);
    f(t + (STAGE_TIMES[s] as number) * h, trial, slopes[s] as Float64Array);
  }
  let sum = 0;
  for (let i = 0; i < n; i++) {
    const scale = absolute + relative * Math.max(Math.abs(y[i] as number), Math.abs(trial[i] as number));
    const error = (h * weightedSlope(slopes, ERROR_WEIGHTS, i)) / scale;
    sum += error * error;
  }
  return Math.sqrt(sum / Math.max(1, n));
}

/** Dense output at the fraction theta of the step from y to work.trial. */
function interpolate(work: Workspace, y: Float64Array, h: number, theta: number): Float64Array {
  const { slopes, trial } = work;
  const first = slopes[0] as Float64Array;
  const last = slopes[STAGES - 1] as Float64Array;
  return Float64Array.from(y, (start, i) => {
    const change = (trial[i] as number) - start;
    const bend = h * (first[i] as number) - change;
    const twist = change - h * (last[i] as number) - bend;
    const quartic = h * weightedSlope(slopes, DENSE_WEIGHTS, i);
    return start + theta * (change + (1 - theta) * (bend + theta * (twist + (1 - theta) * quartic)));
  });
}

/** First step: 1 % of the scale on which y changes (Hairer et al., section II.4, first two steps of the algorithm). */
function firstStep(work: Workspace, y: Float64Array, span: number): number {
  let sizeY = 0;
  let sizeSlope = 0;
  for (let i = 0; i < y.length; i++) {
    const scale = work.absolute + work.relative * Math.abs(y[i] as number);
    sizeY += ((y[i] as number) / scale) ** 2;
    sizeSlope += (((work.slopes[0] as Float64Array)[i] as number) / scale) ** 2;
  }
  const isTiny = sizeY < 1e-10 || sizeSlope < 1e-10;
  const guess = isTiny ? 1e-6 * Math.abs(span) : 0.01 * Math.sqrt(sizeY / sizeSlope);
  return Math.sign(span) * Math.min(guess, Math.abs(span));
}

/**
 * Integrates y' = f(t, y) from times[0] through all given times.
 *
 * @param f writes the slope at (t, y) into its third argument; must not keep or change `y`.
 * @param initial state at times[0], length n.
 * @param times monotonic, increasing or decreasing, at least one.
 * @returns states at the times by dense output; when it stops early, the states reached and the reason.
 * @throws SpecError when times are not strictly monotonic or not finite.
 * @accuracy the error per step is held below absolute + relative |y|; dense output is of order 4. 6 evaluations a step.
 * @source Dormand and Prince (1980); Hairer, Norsett, Wanner (1993), sections II.4 to II.6.
 * @example
 * import { integrateOde } from "isinglass/numerics";
 * const decay = integrateOde((t, y, slope) => { slope[0] = -y[0]; }, [1], [0, 1, 2]);
 * decay.states[2][0]; // => 0.13533528
 */
export function integrateOde(
  f: OdeFunction,
  initial: ArrayLike<number>,
  times: ArrayLike<number>,
  options: OdeOptions = {},
): OdeResult {
  const { relativeTolerance = 1e-9, absoluteTolerance = 1e-12, maxSteps = 100_000 } = options;
  const end = checkTimes(times);
  let y: Float64Array = Float64Array.from(initial);
  const slopes = Array.from({ length: STAGES }, () => new Float64Array(y.length));
  const work: Workspace = {
    f,
    slopes,
    trial: new Float64Array(y.length),
    relative: relativeTolerance,
    absolute: absoluteTolerance,
  };
  const states: Float64Array[] = [y.slice()];
  let t = times[0] as number;
  f(t, y, slopes[0] as Float64Array);
  let evaluations = 1;
  let steps = 0;
  let rejected = 0;
  let h = firstStep(work, y, end - t);
  let previousError = 1e-4;
  const finish = (reason: OdeResult["reason"]): OdeResult => {
    return { states, reached: t, steps, rejected, evaluations, converged: reason === "done", reason };
  };
  while (states.length < times.length) {
    if (steps + rejected >= maxSteps) return finish("too many steps");
    const isLast = Math.abs(h) >= Math.abs(end - t);
    if (isLast) h = end - t;
    if (Math.abs(h) <= 4 * Number.EPSILON * Math.abs(t)) return finish("step too small");
    const error = tryStep(work, t, y, h);
    evaluations += STAGES - 1;
    if (!(error <= 1)) {
      rejected += 1;
      // NaN and infinity shrink the step like a large error.
      const shrink = Number.isFinite(error) ? SAFETY * error ** -EXPONENT : LEAST_CHANGE;
      h *= Math.max(LEAST_CHANGE, Math.min(1, shrink));
      if (Math.abs(h) < Number.MIN_VALUE * 2 ** 52) return finish("step too small");
      continue;
    }
    const next = isLast ? end : t + h;
    while (states.length < times.length) {
      const wanted = times[states.length] as number;
      if ((wanted - next) * Math.sign(h) > 0) break;
      states.push(wanted === next ? work.trial.slice() : interpolate(work, y, h, (wanted - t) / h));
    }
    const change = SAFETY * Math.max(error, 1e-10) ** -EXPONENT * previousError ** STABILISATION;
    previousError = Math.max(error, 1e-4);
    y = work.trial.slice();
    // First same as last: the slope at the new point is already known.
    (slopes[0] as Float64Array).set(slopes[STAGES - 1] as Float64Array);
    t = next;
    steps += 1;
    h *= Math.max(LEAST_CHANGE, Math.min(MOST_CHANGE, change));
  }
  return finish("done");
}

/** The last time, after checking that all are finite and strictly monotonic. */
function checkTimes(times: ArrayLike<number>): number {
  const count = times.length;
  const direction = Math.sign((times[count - 1] as number) - (times[0] as number));
  for (let i = 0; i < count; i++) {
    const isNext = i === 0 || ((times[i] as number) - (times[i - 1] as number)) * direction > 0;
    if (!(Number.isFinite(times[i]) && isNext)) {
      throw new SpecError(
        `integrate ODE: received times[${i}] = ${times[i]}, expected finite monotonic times`,
      );
    }
  }
  if (count === 0)
    throw new SpecError("integrate ODE: received no times, expected at least the initial time");
  return times[count - 1] as number;
}
