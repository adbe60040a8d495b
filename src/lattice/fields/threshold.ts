/**
 * Where a lattice field becomes unstable: the m^2 at which the lowest eigenvalue of w (p - A) + m^2 reaches zero, beside the
 * continuum disc of the same radius, and its limit for infinite patches. With the second-order weight that limit is not the
 * Breitenlohner-Freedman bound -1/4 but depends on the cells' size; `calibrateWeight` chooses the weight that makes it so.
 * After Basteiro et al. (Phys. Rev. Lett. 130, 091604, 2023).
 */
import { ConvergenceError, type Estimate, SpecError, type WorkOptions } from "../../base/index.ts";
import { lanczos, type RandomStream, solveBracketed } from "../../numerics/index.ts";
import {
  buildTiling,
  centreOf,
  placeCells,
  planLayers,
  requireHyperbolic,
  type Tiling,
} from "../tiling/index.ts";
import { solveDiscEigenvalue } from "./disc.ts";
import { type LaplacianWeight, laplacianWeight } from "./operator.ts";

/** Largest eigenvalue of the adjacency matrix of a patch. */
export interface AdjacencyEdge {
  readonly value: number;
  /** An eigenvalue lies within this of `value`. */
  readonly residual: number;
}

/**
 * Measures the largest eigenvalue of the adjacency matrix by Lanczos.
 *
 * @param stream source of the starting vector.
 * @throws ConvergenceError when 400 steps do not bring the residual below 1e-6.
 * @accuracy the value is about residual^2 off; shown digits of 1e-9 for patches to 20000 cells.
 * @example
 * ```ts
 * import { buildTiling, measureAdjacencyEdge } from "isinglass/lattice";
 * import { createStream } from "isinglass/numerics";
 * (await measureAdjacencyEdge(buildTiling(7, 3, 4), createStream(1))).value; // => 5.69184033
 * ```
 */
export async function measureAdjacencyEdge(
  tiling: Tiling,
  stream: RandomStream,
  { signal }: WorkOptions = {},
): Promise<AdjacencyEdge> {
  const { p, q, cells, offsets, neighbours } = tiling;
  if (cells === 1) return { value: 0, residual: 0 };
  const out = new Float64Array(cells);
  const apply = (x: Float64Array): Float64Array => {
    for (let i = 0; i < cells; i++) {
      let sum = 0;
      const end = offsets[i + 1] as number;
      for (let k = offsets[i] as number; k < end; k++) sum += x[neighbours[k] as number] as number;
      out[i] = sum;
    }
    return out;
  };
  const options = { stream, tolerance: TOLERANCE, maxSteps: Math.min(cells, MAX_STEPS) };
  const { largest } = await lanczos(cells, apply, signal === undefined ? options : { ...options, signal });
  const { value, residual } = largest[0] as AdjacencyEdge;
  if (!(residual < ACCEPTED))
    throw new ConvergenceError(
      `threshold of {${p},${q}} with ${cells} cells: Lanczos stopped with a residual of ${residual.toPrecision(2)}`,
      { hint: "use fewer layers" },
    );
  return { value, residual };
}

const TOLERANCE = 1e-8;
const ACCEPTED = 1e-5;
const MAX_STEPS = 400;

/** One patch of a threshold table. */
export interface ThresholdRow {
  readonly layers: number;
  readonly cells: number;
  readonly lambdaMax: number;
  /** m_c^2 = -w (p - lambda_max). */
  readonly threshold: number;
  /** Mean distance of the outermost cells' centres from the middle. */
  readonly radius: number;
  /** Threshold of the continuum disc of that radius. */
  readonly disc: number;
}

/** Thresholds of growing patches and what they tend to. */
export interface ThresholdTable {
  readonly p: number;
  readonly q: number;
  readonly weight: number;
  readonly rows: readonly ThresholdRow[];
  /** Limit of an infinite patch: L + a / (radius + c)^2 through the last three rows. */
  readonly limit: Estimate;
  /** lambda_max of the infinite lattice. */
  readonly lambdaMax: Estimate;
  /** The weight that makes the limit -1/4. */
  readonly calibratedWeight: Estimate;
}

/** Options of `measureThreshold`. */
export interface ThresholdOptions extends WorkOptions {
  /** Default "second-order". */
  readonly weight?: LaplacianWeight;
  /** Edge layers of each patch, ascending, at least four; default as many as fit into `maxCells`. */
  readonly layers?: readonly number[];
  /** Default 12000. */
  readonly maxCells?: number;
}

const DEFAULT_CELLS = 12_000;
const FEWEST_CELLS = 20;
const FEWEST_ROWS = 4;

/**
 * Measures the instability threshold of patches of {p,q} and extrapolates it.
 *
 * @param stream source of Lanczos' starting vectors.
 * @throws SpecError when {p,q} is not hyperbolic or fewer than four patches are asked for.
 * @accuracy rows to 1e-8; the limit's `stderr` is how far it moved with the last row, not statistical.
 * @cost Lanczos with full reorthogonalisation, about 100 cells steps^2: two seconds for 11173 cells.
 * @example
 * ```ts
 * import { measureThreshold } from "isinglass/lattice";
 * import { createStream } from "isinglass/numerics";
 * const { rows } = await measureThreshold(7, 3, createStream(1), { layers: [3, 4, 5, 6] });
 * rows[3]?.threshold; // => -0.514020
 * ```
 */
export async function measureThreshold(
  p: number,
  q: number,
  stream: RandomStream,
  options: ThresholdOptions = {},
): Promise<ThresholdTable> {
  requireHyperbolic(p, q);
  const { signal, onProgress } = options;
  const layers = options.layers ?? chooseLayers(p, q, options.maxCells ?? DEFAULT_CELLS);
  if (layers.length < FEWEST_ROWS || layers.some((n, k) => k > 0 && n <= (layers[k - 1] as number)))
    throw new SpecError(
      `threshold of {${p},${q}}: received layers ${layers.join(", ")}, expected at least ${FEWEST_ROWS}, ascending`,
      { hint: "for example layers 4, 5, 6, 7; or raise maxCells" },
    );
  const weight = laplacianWeight(p, q, options.weight);
  const rows: ThresholdRow[] = [];
  for (const [k, n] of layers.entries()) {
    signal?.throwIfAborted();
    onProgress?.({ stage: "eigenvalues", done: k, total: layers.length });
    const tiling = buildTiling(p, q, n);
    const work = signal === undefined ? {} : { signal };
    const { value } = await measureAdjacencyEdge(tiling, stream.fork(n), work);
    const radius = meanRadius(tiling);
    rows.push({
      layers: n,
      cells: tiling.cells,
      lambdaMax: value,
      threshold: -weight * (p - value),
      radius,
      disc: -solveDiscEigenvalue(radius),
    });
  }
  const value = extrapolate(rows.slice(-3));
  const limit: Estimate = {
    value,
    stderr: Math.abs(value - extrapolate(rows.slice(-4, -1))),
    n: rows.length,
    method: "L + a / (radius + c)^2 through the last three patches",
  };
  return {
    p,
    q,
    weight,
    rows,
    limit,
    lambdaMax: scaled(limit, 1 / weight, p),
    calibratedWeight: calibrateWeight(weight, limit),
  };
}

/**
 * The weight whose infinite patch becomes unstable exactly at the Breitenlohner-Freedman bound: w (p - lambda_max) = 1/4.
 *
 * @param weight the weight that `limit` was measured with.
 * @example
 * ```ts
 * import { calibrateWeight } from "isinglass/lattice";
 * calibrateWeight(0.5, { value: -0.5, stderr: 0, n: 1, method: "given" }).value; // => 0.25
 * ```
 */
export function calibrateWeight(weight: number, limit: Estimate): Estimate {
  const value = weight / (-4 * limit.value);
  const stderr = limit.stderr === null ? null : (value * limit.stderr) / Math.abs(limit.value);
  return { value, stderr, n: limit.n, method: `w (p - lambda_max) = 1/4, ${limit.method}` };
}

function scaled({ value, stderr, n, method }: Estimate, factor: number, shift: number): Estimate {
  return { value: shift + factor * value, stderr: stderr === null ? null : factor * stderr, n, method };
}

function chooseLayers(p: number, q: number, maxCells: number): number[] {
  const layers: number[] = [];
  for (let n = 2; ; n++) {
    const cells = planLayers(p, q, n, "edge", "cell").reduce((sum, size) => sum + size, 0);
    if (!(cells <= maxCells)) return layers;
    if (cells >= FEWEST_CELLS) layers.push(n);
  }
}

/** Mean hyperbolic distance of the last layer's centres from the origin. */
function meanRadius(tiling: Tiling): number {
  const placement = placeCells(tiling);
  const first = tiling.layerStart.at(-2) as number;
  let sum = 0;
  for (let c = first; c < tiling.cells; c++) {
    const { x, y } = centreOf(placement, c);
    sum += 2 * Math.atanh(Math.hypot(x, y));
  }
  return sum / (tiling.cells - first);
}

/** L of L + a / (radius + c)^2 through three rows. */
function extrapolate(rows: readonly ThresholdRow[]): number {
  const [a, b, c] = rows as readonly [ThresholdRow, ThresholdRow, ThresholdRow];
  const term = (row: ThresholdRow, shift: number): number => (row.radius + shift) ** -2;
  const ratio = (a.threshold - b.threshold) / (b.threshold - c.threshold);
  const miss = (shift: number): number =>
    (term(a, shift) - term(b, shift)) / (term(b, shift) - term(c, shift)) - ratio;
  // the ratio falls from infinity, where the first row's term diverges, to that of equal slopes
  const low = -a.radius * (1 - 1e-9);
  const high = LARGEST_SHIFT;
  if (!(miss(low) > 0 && miss(high) < 0))
    throw new ConvergenceError("threshold: the patches do not follow L + a / (radius + c)^2", {
      hint: "use larger patches",
    });
  const { root } = solveBracketed(miss, low, high);
  const slope = (b.threshold - c.threshold) / (term(b, root) - term(c, root));
  return c.threshold - slope * term(c, root);
}

const LARGEST_SHIFT = 1000;
