/**
 * The dual of any activation as a table, for matrices of millions of pairs. For deviations s and s' and a pair at angle t,
 *
 *     V(s, s', t) = sum_abn v_abn T_a(s) T_b(s') T_n(x),
 *
 * in Chebyshev polynomials, x the correlation cos t for smooth activations and 1 - 2 t / pi for those with kinks, which are smooth
 * in the angle but not in the correlation (ReLU's V has a term sin t). The same for S. As many terms as the tolerance
 * needs; the error is measured between the nodes.
 */
import type { Activation } from "../../networks/index.ts";
import { arcSeries } from "./arcs.ts";
import {
  chebyshevCoefficients,
  chebyshevNodes,
  chebyshevPolynomials,
  type Interval,
  neededTerms,
} from "./chebyshev.ts";
import { cornerSeries, isPiecewiseLinear } from "./corners.ts";
import { harmonicSeries, type PairSeries } from "./harmonics.ts";

/** A table for deviations in an interval. */
export interface DualTable {
  readonly deviations: Interval;
  readonly variable: "correlation" | "angle";
  /** Polynomials of a deviation. */
  readonly size: number;
  /** Polynomials of the angle or correlation. */
  readonly terms: number;
  /** v_abn and s_abn, [size, size, terms] each. */
  readonly values: Float64Array;
  readonly slopes: Float64Array;
  /** Largest error at points between the nodes, relative to the largest value. */
  readonly error: number;
}

/** How a kind of activation is expanded. */
interface Method {
  readonly variable: DualTable["variable"];
  /** Numbers of terms to try. */
  readonly terms: readonly number[];
  series(terms: number): PairSeries;
}

/** Wanted error, relative to the largest value of V (of S). */
const TOLERANCE = 1e-11;
/** A table is good enough at this error, and refused above that one. */
const GOOD = 1e-10;
const WORST = 1e-7;
/** Tables are made for somewhat wider intervals, so that other blocks of the same data find them ready. */
const MARGIN = 1.05;
/** Intervals narrower than this are points. */
const POINT = 1e-12;
const SIZES = [1, 6, 10, 14, 20, 26];

const made = new WeakMap<Activation, DualTable[]>();

/** A table that covers deviations in an interval, kept with its activation; null where none would be accurate. */
export function dualTable(activation: Activation, deviations: Interval): DualTable | null {
  const known = made.get(activation) ?? [];
  const { low, high } = deviations;
  const found = known.find((table) => table.deviations.low <= low && table.deviations.high >= high);
  if (found !== undefined) return found;
  const isPoint = high - low <= POINT * high;
  const table = build(activation, isPoint ? { low: high, high } : { low: low / MARGIN, high: high * MARGIN });
  if (table !== null) made.set(activation, [...known, table]);
  return table;
}

/** How an activation is tabulated at deviations in an interval; null where no table would be accurate. */
function methodOf(activation: Activation, isPoint: boolean): Method | null {
  const { kinks } = activation;
  if (kinks.length === 0) {
    return {
      variable: "correlation",
      terms: [32, 64, 128, 256],
      series: (terms) => harmonicSeries(activation, terms),
    };
  }
  // a kink at 0 is one at every scale; others meet at different angles for different deviations, which no polynomial follows
  if (kinks.every((x) => x === 0)) {
    return { variable: "angle", terms: [24, 48], series: (terms) => arcSeries(activation, terms) };
  }
  return isPoint && isPiecewiseLinear(activation)
    ? { variable: "angle", terms: [64, 128], series: (terms) => cornerSeries(activation, terms) }
    : null;
}

function build(activation: Activation, deviations: Interval): DualTable | null {
  const isPoint = deviations.low === deviations.high;
  const method = methodOf(activation, isPoint);
  if (method === null) return null;
  const { series, terms } = chooseTerms(method, deviations);
  let best: DualTable | null = null;
  for (const size of SIZES) {
    if (isPoint !== (size === 1)) continue;
    const table = { ...tabulate(series, deviations, size, terms), variable: method.variable, error: 0 };
    const error = measureError(table, series, terms);
    if (best === null || error < best.error) best = { ...table, error };
    if (error <= GOOD) break;
  }
  return best !== null && best.error <= WORST ? best : null;
}

/** The fewest terms that serve the ends of the interval and the pair across. */
function chooseTerms(
  { series, terms }: Method,
  { low, high }: Interval,
): { readonly series: PairSeries; readonly terms: number } {
  for (const count of terms) {
    const candidate = series(count);
    const needs = [candidate(low, low), candidate(high, high), candidate(low, high)].flatMap((pair) =>
      pair.map((list) =>
        neededTerms(list, TOLERANCE * list.reduce((sum, x) => Math.max(sum, Math.abs(x)), 1e-300)),
      ),
    );
    const needed = Math.max(...needs);
    if (needed <= count - 3 || count === terms.at(-1)) return { series: candidate, terms: needed };
  }
  throw new Error("internal: a dual table has no numbers of terms");
}

function tabulate(
  series: PairSeries,
  deviations: Interval,
  size: number,
  terms: number,
): Pick<DualTable, "deviations" | "size" | "terms" | "values" | "slopes"> {
  const nodes = chebyshevNodes(size, deviations);
  const values = new Float64Array(size * size * terms);
  const slopes = new Float64Array(size * size * terms);
  for (let a = 0; a < size; a++) {
    for (let b = a; b < size; b++) {
      const [v, s] = series(nodes[a] as number, nodes[b] as number);
      for (const at of [a * size + b, b * size + a]) {
        values.set(v.subarray(0, terms), at * terms);
        slopes.set(s.subarray(0, terms), at * terms);
      }
    }
  }
  for (const array of [values, slopes]) {
    for (let k = 0; k < size; k++) {
      for (let n = 0; n < terms; n++) {
        transformLine(array, size, k * terms + n, size * terms);
      }
    }
    for (let k = 0; k < size; k++) {
      for (let n = 0; n < terms; n++) {
        transformLine(array, size, k * size * terms + n, terms);
      }
    }
  }
  return { deviations, size, terms, values, slopes };
}

/** Numbers at nodes become coefficients. */
function transformLine(array: Float64Array, size: number, start: number, stride: number): void {
  const line = Array.from({ length: size }, (_, k) => array[start + k * stride] as number);
  chebyshevCoefficients(line).forEach((value, k) => {
    array[start + k * stride] = value;
  });
}

/** The series in x of a table at two deviations, [V, S]. */
export function seriesOf(table: DualTable, s: number, other: number): [Float64Array, Float64Array] {
  const { size, terms, deviations } = table;
  const first = chebyshevPolynomials(size, s, deviations);
  const second = chebyshevPolynomials(size, other, deviations);
  const collect = (array: Float64Array): Float64Array => {
    const out = new Float64Array(terms);
    for (let a = 0; a < size; a++) {
      for (let b = 0; b < size; b++) {
        const weight = (first[a] as number) * (second[b] as number);
        for (let n = 0; n < terms; n++) {
          out[n] = (out[n] as number) + weight * (array[(a * size + b) * terms + n] as number);
        }
      }
    }
    return out;
  };
  return [collect(table.values), collect(table.slopes)];
}

/** V and S of one pair from a table, slowly; the twin of the assembly. */
export function lookUp(table: DualTable, s: number, other: number, correlation: number): [number, number] {
  const r = Math.max(-1, Math.min(1, correlation));
  const x = table.variable === "correlation" ? r : 1 - (2 * Math.acos(r)) / Math.PI;
  const waves = chebyshevPolynomials(table.terms, x, { low: -1, high: 1 });
  return seriesOf(table, s, other).map((series) =>
    series.reduce((sum, value, n) => sum + value * (waves[n] as number), 0),
  ) as [number, number];
}

/** Places that are not nodes, for a check. */
const CHECKS = [0.004, 0.07, 0.21, 0.47, 0.69, 0.93, 0.997];

/** Largest distance between series from the table and those of the method itself, summed over terms. */
function measureError(table: DualTable, series: PairSeries, terms: number): number {
  const { low, high } = table.deviations;
  const at = (x: number): number => low + (high - low) * x;
  const scales = series(high, high).map((list) => list.reduce((sum, x) => sum + Math.abs(x), 0));
  let worst = 0;
  CHECKS.forEach((x, i) => {
    const other = at(CHECKS[(i * 3 + 1) % CHECKS.length] as number);
    const exact = series(at(x), other);
    seriesOf(table, at(x), other).forEach((list, which) => {
      const known = exact[which] as Float64Array;
      let error = 0;
      known.forEach((value, n) => {
        error += Math.abs(value - (n < terms ? (list[n] as number) : 0));
      });
      worst = Math.max(worst, error / (scales[which] as number));
    });
  });
  return worst;
}
