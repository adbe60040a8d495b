/**
 * Line search for the strong Wolfe conditions: Nocedal and Wright, "Numerical optimization" (2006), algorithms 3.5
 * (bracketing) and 3.6 (zoom), with cubic interpolation (their eq. 3.59). Values that are not finite count as
 * infinitely high, so that a step out of the domain is shortened. Close to the minimum, where values differ by rounding
 * only, slopes decide (after the approximate Wolfe conditions of Hager and Zhang, SIAM J. Optim. 16, 2005).
 */

/** Value and slope along the line at one step. */
export interface LinePoint {
  readonly step: number;
  readonly value: number;
  readonly slope: number;
}

/** Sufficient-decrease and curvature constants for quasi-Newton steps (Nocedal and Wright, section 3.1). */
const DECREASE = 1e-4;
const CURVATURE = 0.9;
/** Trial steps in each of the two phases. */
const MOST_TRIALS = 40;
/** Differences of values below this fraction are rounding: there the slopes decide (Hager and Zhang, 2005). */
const ROUNDING = 32 * Number.EPSILON;
/** A trial stays this fraction of the interval away from its ends. */
const SAFEGUARD = 0.1;

/** Minimiser of the cubic through two points with slopes, or the middle; kept away from the ends. */
function cubicStep(a: LinePoint, b: LinePoint): number {
  const middle = 0.5 * (a.step + b.step);
  const width = Math.abs(b.step - a.step);
  const d1 = a.slope + b.slope - (3 * (a.value - b.value)) / (a.step - b.step);
  const d2 = Math.sign(b.step - a.step) * Math.sqrt(d1 * d1 - a.slope * b.slope);
  const step = b.step - ((b.step - a.step) * (b.slope + d2 - d1)) / (b.slope - a.slope + 2 * d2);
  if (!Number.isFinite(step)) return middle;
  const low = Math.min(a.step, b.step) + SAFEGUARD * width;
  const high = Math.max(a.step, b.step) - SAFEGUARD * width;
  return Math.min(high, Math.max(low, step));
}

/**
 * Finds a step with phi(step) <= phi(0) + 1e-4 step phi'(0) (up to rounding) and |phi'(step)| <= 0.9 |phi'(0)|.
 *
 * @param evaluate value and slope at a step.
 * @param start the point at step 0, with negative slope.
 * @param firstStep first trial.
 * @returns the accepted point, or null when rounding or a wrong slope prevents progress.
 */
export function searchLine(
  evaluate: (step: number) => LinePoint,
  start: LinePoint,
  firstStep: number,
): LinePoint | null {
  const slack = ROUNDING * Math.abs(start.value);
  const isTooHigh = (p: LinePoint): boolean =>
    !(p.value <= start.value + DECREASE * p.step * start.slope + slack) || !Number.isFinite(p.slope);
  const isFlat = (p: LinePoint): boolean => Math.abs(p.slope) <= -CURVATURE * start.slope;
  let previous = start;
  let step = firstStep;
  for (let trial = 0; trial < MOST_TRIALS; trial++) {
    const point = evaluate(step);
    if (isTooHigh(point) || (trial > 0 && point.value > previous.value + slack)) return zoom(previous, point);
    if (isFlat(point)) return point;
    if (point.slope >= 0) return zoom(point, previous);
    previous = point;
    step *= 2.5;
  }
  return null;

  /** Algorithm 3.6: `low` satisfies decrease and points towards `high`. */
  function zoom(first: LinePoint, second: LinePoint): LinePoint | null {
    let low = first;
    let high = second;
    for (let trial = 0; trial < MOST_TRIALS; trial++) {
      const width = Math.abs(high.step - low.step);
      if (width <= Number.EPSILON * Math.max(low.step, high.step)) break;
      const point = evaluate(cubicStep(low, high));
      if (isTooHigh(point) || point.value > low.value + slack) {
        high = point;
      } else {
        if (isFlat(point)) return point;
        if (point.slope * (high.step - low.step) >= 0) high = low;
        low = point;
      }
    }
    // Curvature is out of reach of rounding; a step that still descends is useful.
    return low.step > 0 && low.value < start.value ? low : null;
  }
}
