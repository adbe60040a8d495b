/**
 * Fixed points of many cells of a phase diagram: brackets from a table of V(q), Newton's iteration for q* started from the
 * neighbour, Newton's iteration for c* in chaotic cells only. Meaning and conventions are those of `solveMeanField` with
 * its default start; cells outside the table are handed to it.
 */
import { asymptoteOf } from "./asymptote.ts";
import { AverageTable, type TableAverages } from "./average-table.ts";
import { closedPairKernel } from "./closed-forms.ts";
import { solveCorrelation } from "./correlation-fixed-point.ts";
import { solveMeanField } from "./mean-field.ts";
import { averageMoments } from "./moments.ts";
import type { ScalarActivation } from "./types.ts";
import { scanVariance, type VarianceScan } from "./variance-scan.ts";

/** What is known of one cell. */
export interface PhaseCell {
  q: number;
  /** 1 - c*. */
  decorrelation: number;
  chi1: number;
  chiC: number;
  chiQ: number;
}

/** Range of q in which cells are bracketed, and points per decade. */
const smallestVariance = 1e-6;
const largestVariance = 1e6;
const pointsPerDecade = 8;
/** Relative size of Newton's last step. */
const tolerance = 1e-13;
const maxIterations = 60;

/** Solves cells of one activation; owns its tables and the neighbour's solution. */
export class PhaseCellSolver {
  readonly #activation: ScalarActivation;
  readonly #table: AverageTable;
  readonly #scan: VarianceScan;
  /** Bracket points and V there, and the index of q = 1, where iteration starts. */
  readonly #grid: Float64Array;
  readonly #values: Float64Array;
  readonly #start: number;
  readonly #averages: TableAverages = { q: 0, meanSquare: 0, meanSquareSlope: 0, slopeSquare: 0 };
  readonly #atOrigin: { readonly slopeSquare: number; readonly meanSquareSlope: number } | null;
  readonly #farSlope: number;
  #neighbour: number = 1;

  constructor(activation: ScalarActivation) {
    this.#activation = activation;
    this.#table = new AverageTable(activation);
    this.#scan = scanVariance(activation);
    const inRange = (q: number): boolean => q > smallestVariance / 1.1 && q < largestVariance * 1.1;
    this.#grid = this.#scan.q.filter(inRange);
    this.#values = this.#scan.meanSquare.filter((_, i) => inRange(this.#scan.q[i] as number));
    this.#start = Math.round(-Math.log10(smallestVariance) * pointsPerDecade);
    this.#atOrigin = activation.f(0) === 0 ? averageMoments(activation, 0) : null;
    this.#farSlope = averageMoments(asymptoteOf(activation), 1).slopeSquare;
  }

  /** The averages of this activation, for what else is wanted of a cell. */
  get table(): AverageTable {
    return this.#table;
  }

  /** Solves the cell at (sigmaW2, sigmaB2) into `out`. */
  solve(sigmaW2: number, sigmaB2: number, out: PhaseCell): void {
    if (this.#activation.degree === 1) {
      this.#solveSlowly(sigmaW2, sigmaB2, out);
      return;
    }
    const grid = this.#grid;
    const values = this.#values;
    const gap = (i: number): number => sigmaW2 * (values[i] as number) + sigmaB2 - (grid[i] as number);
    const isRising = gap(this.#start) > 0;
    let i = this.#start;
    if (isRising) while (i < grid.length - 1 && gap(i) > 0) i++;
    else while (i > 0 && !(gap(i) > 0)) i--;
    if (isRising && gap(i) > 0) this.#solveDiverging(sigmaW2, sigmaB2, out);
    else if (!isRising && !(gap(i) > 0)) this.#solveVanishing(sigmaW2, sigmaB2, out);
    else {
      const low = isRising ? i - 1 : i;
      this.#solveBetween(sigmaW2, sigmaB2, grid[low] as number, grid[low + 1] as number, out);
    }
  }

  /** The fixed point between two variances where q' - q is positive and negative. */
  #solveBetween(sigmaW2: number, sigmaB2: number, low: number, high: number, out: PhaseCell): void {
    const averages = this.#averages;
    const q = this.#newton(sigmaW2, sigmaB2, low, high);
    this.#table.averages(q, averages);
    out.q = q;
    out.chi1 = sigmaW2 * averages.slopeSquare;
    out.chiQ = sigmaW2 * averages.meanSquareSlope;
    out.decorrelation = 0;
    out.chiC = out.chi1;
    if (out.chi1 > 1) {
      const kernel = closedPairKernel(this.#activation, q) ?? this.#table.kernel(averages);
      const solved = solveCorrelation(kernel, sigmaW2);
      out.decorrelation = solved.epsilon;
      out.chiC = solved.chiC;
    }
  }

  #newton(sigmaW2: number, sigmaB2: number, low: number, high: number): number {
    const averages = this.#averages;
    let a = low;
    let b = high;
    let q = this.#neighbour > low && this.#neighbour < high ? this.#neighbour : Math.sqrt(low * high);
    for (let k = 0; k < maxIterations; k++) {
      this.#table.averages(q, averages);
      const value = sigmaW2 * averages.meanSquare + sigmaB2 - q;
      if (value > 0) a = q;
      else b = q;
      const newton = q - value / (sigmaW2 * averages.meanSquareSlope - 1);
      const next = newton > a && newton < b ? newton : (a + b) / 2;
      const isDone = Math.abs(next - q) <= tolerance * q;
      q = next;
      if (isDone) break;
    }
    this.#neighbour = q;
    return q;
  }

  #solveDiverging(sigmaW2: number, sigmaB2: number, out: PhaseCell): void {
    if (sigmaB2 > largestVariance / 2 || !Number.isFinite(this.#farSlope)) {
      this.#solveSlowly(sigmaW2, sigmaB2, out);
      return;
    }
    out.q = Number.POSITIVE_INFINITY;
    out.chi1 = sigmaW2 * this.#farSlope;
    out.chiQ = out.chi1;
    out.chiC = 1;
    out.decorrelation = 0;
  }

  #solveVanishing(sigmaW2: number, sigmaB2: number, out: PhaseCell): void {
    const origin = this.#atOrigin;
    if (origin === null || sigmaB2 > 0 || sigmaW2 * origin.meanSquareSlope > 1) {
      this.#solveSlowly(sigmaW2, sigmaB2, out);
      return;
    }
    out.q = 0;
    out.chi1 = sigmaW2 * origin.slopeSquare;
    out.chiQ = sigmaW2 * origin.meanSquareSlope;
    out.chiC = out.chi1;
    out.decorrelation = 0;
  }

  #solveSlowly(sigmaW2: number, sigmaB2: number, out: PhaseCell): void {
    const field = solveMeanField(this.#activation, { sigmaW2, sigmaB2 }, { scan: this.#scan });
    out.q = field.q.value;
    out.decorrelation = field.decorrelation.value;
    out.chi1 = field.chi1.value;
    out.chiC = field.chiC.value;
    out.chiQ = field.chiQ.value;
  }
}
