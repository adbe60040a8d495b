/**
 * Single points of a phase diagram by interpolated tables, for views that follow a drag: fixed points, depth profile and
 * correlation map in one or two milliseconds once the tables are made. Meaning and conventions are those of `solveMeanField`,
 * `predictDepthProfile` and `predictCorrelationStep`, which are the reference and take five to a hundred times as long.
 */
import type { AverageTable, TableAverages } from "./average-table.ts";
import { predictDepthProfile } from "./depth-profile.ts";
import { type PhaseCell, PhaseCellSolver } from "./phase-cell-solver.ts";
import { checkVariances, type ScalarActivation, type Variances } from "./types.ts";

/** What a sketch shows beside the fixed points. */
export interface PointSketchOptions {
  /** Number of layers. */
  readonly depth: number;
  /** Cosine of two inputs of mean square 1, in [-1, 1]. */
  readonly cosine: number;
  /** Correlations at which the map is wanted, in [-1, 1]. */
  readonly c: ArrayLike<number>;
}

/** A sketched point. */
export interface PointSketch extends Readonly<PhaseCell> {
  /** q_l and c_l of layers 1 to depth. */
  readonly profile: { readonly q: Float64Array; readonly c: Float64Array };
  /** c' for each c, at the limiting variance; null where that is 0 or infinite. */
  readonly map: Float64Array | null;
}

/** Variances that the tables are made for; profiles that leave this range are predicted exactly. */
const smallest = 1e-6;
const largest = 1e6;

/**
 * Sketches points of one activation; owns its tables, which are made decade by decade when first needed.
 *
 * @example
 * ```ts
 * import { resolveActivation } from "isinglass/networks";
 * import { PointSketcher } from "isinglass/signal";
 *
 * const sketcher = new PointSketcher(resolveActivation("tanh"));
 * const point = sketcher.sketch({ sigmaW2: 1.5, sigmaB2: 0.05 }, { depth: 30, cosine: 0.5, c: [0, 0.5] });
 * point.chi1; // => 0.938636
 * ```
 */
export class PointSketcher {
  readonly #activation: ScalarActivation;
  readonly #solver: PhaseCellSolver;
  readonly #table: AverageTable;
  readonly #averages: TableAverages = { q: 0, meanSquare: 0, meanSquareSlope: 0, slopeSquare: 0 };

  constructor(activation: ScalarActivation) {
    this.#activation = activation;
    this.#solver = new PhaseCellSolver(activation);
    this.#table = this.#solver.table;
  }

  /**
   * Everything about one point: q and chi_1 to 1e-10 relative, correlations to 1e-8, or 1e-6 next to c = 1 for activations
   * with kinks.
   *
   * @throws SpecError for impossible variances, depths or cosines.
   */
  sketch(variances: Variances, { depth, cosine, c }: PointSketchOptions): PointSketch {
    checkVariances(variances, "PointSketcher.sketch");
    const cell: PhaseCell = { q: 0, decorrelation: 0, chi1: 0, chiC: 0, chiQ: 0 };
    this.#solver.solve(variances.sigmaW2, variances.sigmaB2, cell);
    return {
      ...cell,
      profile: this.#profile(variances, depth, cosine),
      map: this.#map(variances, cell.q, c),
    };
  }

  /** `predictLayers` for equal layers without dropout. */
  #profile(variances: Variances, depth: number, cosine: number): PointSketch["profile"] {
    const { sigmaW2, sigmaB2 } = variances;
    const q = new Float64Array(depth);
    const c = new Float64Array(depth);
    let meanSquare = 1;
    let loss = 1 - cosine;
    for (let l = 0; l < depth; l++) {
      const variance = sigmaW2 * meanSquare + sigmaB2;
      if (!(variance > smallest && variance < largest))
        return predictDepthProfile(this.#activation, variances, { depth, cosine });
      const epsilon = Math.min(2, (sigmaW2 * loss) / variance);
      q[l] = variance;
      c[l] = 1 - epsilon;
      this.#table.averages(variance, this.#averages);
      meanSquare = this.#averages.meanSquare;
      loss = epsilon === 0 ? 0 : this.#table.kernel(this.#averages).loss(epsilon);
    }
    return { q, c };
  }

  #map({ sigmaW2, sigmaB2 }: Variances, q: number, c: ArrayLike<number>): Float64Array | null {
    if (!(q > smallest && q < largest)) return null;
    this.#table.averages(q, this.#averages);
    const kernel = this.#table.kernel(this.#averages);
    const next = sigmaW2 * this.#averages.meanSquare + sigmaB2;
    return Float64Array.from(c, (value) => (value === 1 ? 1 : 1 - (sigmaW2 * kernel.loss(1 - value)) / next));
  }
}
