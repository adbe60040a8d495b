/**
 * The critical line as polylines inside a window of the (sigmaW2, sigmaB2) plane, for drawing: sampled along q, which is
 * its natural parameter, with ends placed on the window's border by bisection.
 */
import { criticalPointAt } from "./critical-line.ts";
import type { ScalarActivation } from "./types.ts";

/** A piece of the critical line, ascending in q. */
export interface CriticalPolyline {
  readonly sigmaW2: Float64Array;
  readonly sigmaB2: Float64Array;
  readonly q: Float64Array;
}

/** A rectangle in the plane of variances. */
export interface VarianceWindow {
  readonly sigmaW2: readonly [number, number];
  readonly sigmaB2: readonly [number, number];
}

const scanStart = 1e-6;
const scanEnd = 1e6;
const pointsPerDecade = 16;
/** Rounding allowance for sigmaB2 = 0 at q = 0. */
const slack = 1e-12;
const bisections = 60;

/**
 * The pieces of the critical line inside a window.
 *
 * @param activation - phi.
 * @param window - ranges of both variances.
 * @param samples - points per piece.
 * @returns pieces; a degree-one activation has one point, (sigmaW2_c, 0), when the window holds it. Cost about 10 ms.
 * @example
 * ```ts
 * import { resolveActivation } from "isinglass/networks";
 * import { traceCriticalLine } from "isinglass/signal";
 *
 * traceCriticalLine(resolveActivation("tanh"), { sigmaW2: [0, 4], sigmaB2: [0, 1] }).length; // => 1
 * ```
 */
export function traceCriticalLine(
  activation: ScalarActivation,
  window: VarianceWindow,
  samples: number = 128,
): CriticalPolyline[] {
  const isInside = (q: number): boolean => {
    const { sigmaW2, sigmaB2 } = criticalPointAt(activation, q);
    const [w0, w1] = window.sigmaW2;
    const [b0, b1] = window.sigmaB2;
    return sigmaW2 >= w0 && sigmaW2 <= w1 && sigmaB2 >= b0 - slack && sigmaB2 <= b1;
  };
  if (activation.degree === 1) return isInside(1) ? [sample(activation, 1, 1, 1)] : [];
  const n = Math.round(Math.log10(scanEnd / scanStart) * pointsPerDecade);
  const grid = [0, ...Array.from({ length: n + 1 }, (_, i) => scanStart * 10 ** (i / pointsPerDecade))];
  const inside = grid.map(isInside);
  const pieces: CriticalPolyline[] = [];
  for (let i = 0; i < grid.length; i++) {
    if (!inside[i]) continue;
    const first = grid[i] as number;
    const start = i === 0 ? first : border(isInside, first, grid[i - 1] as number);
    while (i + 1 < grid.length && inside[i + 1]) i++;
    const last = grid[i] as number;
    const end = i + 1 < grid.length ? border(isInside, last, grid[i + 1] as number) : last;
    pieces.push(sample(activation, start, end, samples));
  }
  return pieces;
}

/** The last q inside on the way from `inner` to `outer`. */
function border(isInside: (q: number) => boolean, inner: number, outer: number): number {
  let a = inner;
  let b = outer;
  for (let k = 0; k < bisections; k++) {
    const middle = (a + b) / 2;
    if (isInside(middle)) a = middle;
    else b = middle;
  }
  return a;
}

/** Points between two q, denser towards small q where the line is steep. */
function sample(activation: ScalarActivation, start: number, end: number, samples: number): CriticalPolyline {
  const [a, b] = [Math.cbrt(start), Math.cbrt(end)];
  const q = Float64Array.from({ length: samples }, (_, i) =>
    samples === 1 ? start : i === samples - 1 ? end : (a + ((b - a) * i) / (samples - 1)) ** 3,
  );
  const sigmaW2 = new Float64Array(samples);
  const sigmaB2 = new Float64Array(samples);
  q.forEach((value, i) => {
    const point = criticalPointAt(activation, value);
    sigmaW2[i] = point.sigmaW2;
    sigmaB2[i] = Math.max(0, point.sigmaB2);
  });
  return { sigmaW2, sigmaB2, q };
}
