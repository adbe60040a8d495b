/**
 * What burn-in adapts: the step size by dual averaging (Hoffman and Gelman 2014, algorithm 5), and one scale for every coordinate,
 * or for every class of coordinates that share one, from the variance of the states so far (as Stan's diagonal metric).
 */

/** Dual averaging constants of Hoffman and Gelman. */
const GAMMA = 0.05;
const DELAY = 10;
const DECAY = 0.75;

/** Adapts a step size towards a mean acceptance. */
export interface StepAdaptation {
  /** The next step, after an acceptance probability; the last one is the average. */
  next(probability: number, isLast: boolean): number;
}

/** Dual averaging of log step; at the end the averaged step is taken. */
export function createStepAdaptation(first: number, target: number): StepAdaptation {
  const centre = Math.log(10 * first);
  let error = 0;
  let logAverage = 0;
  let count = 0;
  return {
    next: (probability, isLast) => {
      count++;
      const weight = 1 / (count + DELAY);
      error = (1 - weight) * error + weight * (target - probability);
      const logStep = centre - (Math.sqrt(count) / GAMMA) * error;
      const share = count ** -DECAY;
      logAverage = share * logStep + (1 - share) * logAverage;
      return Math.exp(isLast ? logAverage : logStep);
    },
  };
}

/** States that a shrunken scale is worth, and the variance it shrinks towards (Stan reference manual). */
const SHRINKAGE = 5;
const FLOOR = 1e-3;

/** Collects states and turns their spread into scales. */
export interface ScaleAdaptation {
  add(state: Float64Array): void;
  /** Writes the square roots of the shrunken variances, and starts over. */
  finish(scales: Float64Array): void;
}

/** Scales of coordinates i that share one with i + period, i + 2 period, ... */
export function createScaleAdaptation(dimension: number, period: number): ScaleAdaptation {
  const sum = new Float64Array(period);
  const squares = new Float64Array(period);
  const copies = dimension / period;
  let states = 0;
  return {
    add: (state) => {
      states++;
      for (let i = 0, k = 0; i < dimension; i++, k = k + 1 === period ? 0 : k + 1) {
        const x = state[i] as number;
        sum[k] = (sum[k] as number) + x;
        squares[k] = (squares[k] as number) + x * x;
      }
    },
    finish: (scales) => {
      const count = states * copies;
      for (let k = 0; k < period; k++) {
        const mean = (sum[k] as number) / count;
        const variance = Math.max(0, (squares[k] as number) / count - mean * mean);
        const scale = Math.sqrt((states * variance + SHRINKAGE * FLOOR) / (states + SHRINKAGE));
        for (let i = k; i < dimension; i += period) scales[i] = scale;
      }
      sum.fill(0);
      squares.fill(0);
      states = 0;
    },
  };
}
