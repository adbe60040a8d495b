/**
 * All Gaussian averages of one activation as functions of q, by interpolation: V, dV/dq, E phi'^2 and the squared Hermite
 * coefficients are analytic in log q (phi(sqrt(q) z) sees a pole at i y only when arg q reaches pi), so 20 Chebyshev
 * points per decade reproduce them to about 1e-13. Panels are made when first needed and checked against the adaptive
 * averages. This turns a fixed point into a microsecond of arithmetic and is what phase diagrams are painted with.
 * Source of the interpolation formula: Berrut and Trefethen 2004, equation 4.2.
 */
import { HermiteExpansion } from "./hermite-series.ts";
import { averageMoments } from "./moments.ts";
import { quadraturePairKernel } from "./pair-quadrature.ts";
import { seriesLoss, seriesSlope, type TruncatedSeries } from "./truncated-series.ts";
import type { PairKernel, ScalarActivation } from "./types.ts";

/** Chebyshev points per decade of q. */
const points = 20;
/** Largest accepted disagreement with the adaptive averages between the points, relative. */
const certified = 1e-11;
/** Truncation error of a series accepted in a painted correlation, relative to E phi'^2. */
const truncation = 1e-10;
const firstTerms = 32;
const maxTerms = 1024;

/** One decade of q. */
interface Panel {
  /** Points in [-1, 1], a linear map of log q. */
  readonly q: Float64Array;
  readonly meanSquare: Float64Array;
  readonly meanSquareSlope: Float64Array;
  readonly slopeSquare: Float64Array;
  readonly isCertified: boolean;
  /** Hermite expansions at the points, made when a correlation is first asked for. */
  series: readonly HermiteExpansion[] | null;
}

/** Chebyshev points of the second kind on [-1, 1]. */
const abscissae: Float64Array = Float64Array.from(
  { length: points },
  (_, i) => -Math.cos((Math.PI * i) / (points - 1)),
);

/** Averages at one q. */
export interface TableAverages {
  q: number;
  meanSquare: number;
  meanSquareSlope: number;
  slopeSquare: number;
}

/** Interpolated averages of one activation; owns its panels. */
export class AverageTable {
  readonly #activation: ScalarActivation;
  readonly #panels: Map<number, Panel> = new Map();
  /** Interpolation weights of the last q. */
  readonly #weights: Float64Array = new Float64Array(points);
  readonly #squares: Float64Array = new Float64Array(maxTerms);

  constructor(activation: ScalarActivation) {
    this.#activation = activation;
  }

  /** Writes the averages at q > 0 into `out`. */
  averages(q: number, out: TableAverages): void {
    const panel = this.#locate(q);
    const weights = this.#weights;
    out.q = q;
    if (!panel.isCertified) {
      const exact = averageMoments(this.#activation, q);
      out.meanSquare = exact.meanSquare;
      out.meanSquareSlope = exact.meanSquareSlope;
      out.slopeSquare = exact.slopeSquare;
      return;
    }
    let v = 0;
    let d = 0;
    let m = 0;
    for (let i = 0; i < points; i++) {
      const weight = weights[i] as number;
      v += weight * (panel.meanSquare[i] as number);
      d += weight * (panel.meanSquareSlope[i] as number);
      m += weight * (panel.slopeSquare[i] as number);
    }
    out.meanSquare = v;
    out.meanSquareSlope = d;
    out.slopeSquare = m;
  }

  /**
   * Pair averages at the q of `averages` (the last call of `averages` must have been at this q). The kernel is valid
   * until the next call: it shares the table's buffers.
   */
  kernel(averages: Readonly<TableAverages>): PairKernel {
    const { q, meanSquare, slopeSquare } = averages;
    const panel = this.#locate(q);
    if (!panel.isCertified) return quadraturePairKernel(this.#activation, q);
    panel.series ??= this.#expand(panel);
    const series = panel.series;
    const squares = this.#squares;
    const accepted = truncation * q * slopeSquare;
    let count = 0;
    let tail = meanSquare;
    let slopeTail = q * slopeSquare;
    const extend = (terms: number): void => {
      for (const expansion of series) expansion.extend(terms);
      this.#interpolateSquares(series, count, terms);
      for (; count < terms; count++) {
        tail -= squares[count] as number;
        slopeTail -= count * (squares[count] as number);
      }
      tail = Math.max(0, tail);
      slopeTail = Math.max(0, slopeTail);
    };
    extend(firstTerms);
    /** As many terms as epsilon needs, or all. */
    const seriesFor = (epsilon: number): TruncatedSeries => {
      const size = Math.abs(1 - epsilon);
      while (slopeTail * size ** (count - 1) > accepted && count < maxTerms)
        extend(Math.min(maxTerms, 2 * count));
      return { squares, count, tail, slopeTail };
    };
    return {
      q,
      method: "interpolated Hermite series",
      loss: (epsilon) => seriesLoss(seriesFor(epsilon), epsilon),
      slope: (epsilon) => (epsilon === 0 ? slopeSquare : seriesSlope(seriesFor(epsilon), epsilon) / q),
    };
  }

  /** The panel of q, with the interpolation weights of q in `#weights`. */
  #locate(q: number): Panel {
    const decade = Math.log10(q);
    const index = Math.floor(decade);
    let panel = this.#panels.get(index);
    if (panel === undefined) {
      panel = this.#make(index);
      this.#panels.set(index, panel);
    }
    interpolationWeights(2 * (decade - index) - 1, this.#weights);
    return panel;
  }

  #make(index: number): Panel {
    const q = abscissae.map((x) => 10 ** (index + (x + 1) / 2));
    const moments = Array.from(q, (value) => averageMoments(this.#activation, value));
    const panel = {
      q,
      meanSquare: Float64Array.from(moments, (m) => m.meanSquare),
      meanSquareSlope: Float64Array.from(moments, (m) => m.meanSquareSlope),
      slopeSquare: Float64Array.from(moments, (m) => m.slopeSquare),
      series: null,
    };
    return { ...panel, isCertified: [0.05, 0.45, 0.85].every((x) => this.#agrees(panel, index, x)) };
  }

  #agrees(panel: Omit<Panel, "isCertified">, index: number, fraction: number): boolean {
    const weights = new Float64Array(points);
    interpolationWeights(2 * fraction - 1, weights);
    const exact = averageMoments(this.#activation, 10 ** (index + fraction));
    const relative = (values: Float64Array, value: number): number =>
      Math.abs(values.reduce((sum, v, i) => sum + v * (weights[i] as number), 0) / value - 1);
    return (
      relative(panel.meanSquare, exact.meanSquare) < certified &&
      relative(panel.slopeSquare, exact.slopeSquare) < certified
    );
  }

  #expand({ q, meanSquare, slopeSquare }: Panel): HermiteExpansion[] {
    return Array.from(
      q,
      (value, i) =>
        new HermiteExpansion(this.#activation, {
          q: value,
          meanSquare: meanSquare[i] as number,
          slopeSquare: slopeSquare[i] as number,
        }),
    );
  }

  #interpolateSquares(series: readonly HermiteExpansion[], from: number, to: number): void {
    const squares = this.#squares;
    squares.fill(0, from, to);
    // Odd activations have odd coefficients only; `from` is even.
    const [first, stride] = this.#activation.odd ? [from + 1, 2] : [from, 1];
    for (let i = 0; i < points; i++) {
      const weight = this.#weights[i] as number;
      const values = (series[i] as HermiteExpansion).squares;
      for (let k = first; k < to; k += stride) {
        squares[k] = (squares[k] as number) + weight * (values[k] as number);
      }
    }
  }
}

/** Barycentric weights, normalised to sum 1, of the value at x for data at `abscissae`. */
function interpolationWeights(x: number, out: Float64Array): void {
  let sum = 0;
  for (let i = 0; i < points; i++) {
    const distance = x - (abscissae[i] as number);
    if (distance === 0) {
      out.fill(0);
      out[i] = 1;
      return;
    }
    const end = i === 0 || i === points - 1 ? 0.5 : 1;
    const weight = (i % 2 === 0 ? end : -end) / distance;
    out[i] = weight;
    sum += weight;
  }
  for (let i = 0; i < points; i++) out[i] = (out[i] as number) / sum;
}
