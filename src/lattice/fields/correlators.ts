/**
 * Scaling dimensions of a lattice field: its two-point function between boundary cells falls as (1 - cos theta)^(-Delta), with
 * theta the angle between them on the disc, and inside as exp(-Delta d). In the continuum Delta (Delta - 1) = m^2. After
 * Asaduzzaman, Catterall, Hubisz, Nelson and Unmuth-Yockey (Phys. Rev. D 102, 034511, 2020).
 */
import { type Estimate, SpecError } from "../../base/index.ts";
import { fitLine, jackknife, type RandomStream } from "../../numerics/index.ts";
import { centreOf, placeCells, type Tiling } from "../tiling/index.ts";
import { type FieldFactor, factorField } from "./cholesky.ts";
import { continuumDimension } from "./disc.ts";
import { createFieldOperator, type FieldOptions } from "./operator.ts";

/** A two-point function averaged over pairs of one bin. */
export interface CorrelatorPoint {
  /** Mean angle (boundary) or distance (bulk) of the pairs. */
  readonly at: number;
  /** Exponential of the mean logarithm. */
  readonly value: number;
  readonly pairs: number;
}

/** Fitted dimensions of one mass. */
export interface FieldCorrelators {
  readonly massSquared: number;
  readonly weight: number;
  /** Boundary-to-boundary dimension; the error is over sources. */
  readonly boundary: Estimate;
  /** Decay from the centre in the bulk; the error is that of the fit. */
  readonly bulk: Estimate;
  /** 1/2 + sqrt(1/4 + m^2), null below -1/4. */
  readonly continuum: number | null;
  readonly boundaryCurve: readonly CorrelatorPoint[];
  readonly bulkCurve: readonly CorrelatorPoint[];
}

/** Options of `measureCorrelators`. */
export interface CorrelatorOptions extends FieldOptions {
  /** Boundary cells drawn as sources; default 24, at most all. */
  readonly sources?: number;
  /** Smallest angle of the boundary fit in radians; default 0.05. */
  readonly smallestAngle?: number;
  /**
   * Distances of the bulk fit as fractions of the mean radius of the last layer; default [0.42, 0.67]: nearer, the short-distance form
   * of the propagator matters, farther out the wall.
   */
  readonly bulkWindow?: readonly [from: number, to: number];
}

/**
 * Measures both two-point functions of a free field with phi = 0 outside the patch and fits their exponents, log G against
 * log(1 - cos theta) over all pairs of the sources with the last layer, and log G against d from the centre.
 *
 * @param tiling a cell-centred patch with its tree; at least four layers.
 * @param stream chooses the sources.
 * @throws SpecError for smaller patches; ConvergenceError when m^2 is below the threshold of the patch.
 * @cost one factorisation, a solve per source: a second for 11173 cells.
 * @example
 * ```ts
 * import { buildTiling, measureCorrelators } from "isinglass/lattice";
 * import { createStream } from "isinglass/numerics";
 * const { boundary } = measureCorrelators(buildTiling(7, 3, 7), createStream(1), { massSquared: 0 });
 * Math.abs(boundary.value - 1) < 0.01; // => true
 * ```
 */
export function measureCorrelators(
  tiling: Tiling,
  stream: RandomStream,
  options: CorrelatorOptions = {},
): FieldCorrelators {
  const { sources = 24, smallestAngle = 0.05, bulkWindow = [0.42, 0.67] } = options;
  const { p, q, perLayer, centre } = tiling;
  if (perLayer.length < FEWEST_LAYERS || centre !== "cell")
    throw new SpecError(
      `correlators on {${p},${q}}: received ${perLayer.length} layers round a ${centre}, expected at least ${FEWEST_LAYERS} round a cell`,
      { hint: "use more layers" },
    );
  if (!Number.isInteger(sources) || sources < 2)
    throw new SpecError(`correlators: received ${sources} sources, expected an integer of at least 2`);
  const factor = factorField(createFieldOperator(tiling, options));
  const { massSquared, weight } = factor.operator;
  const continuum = massSquared >= -0.25 ? continuumDimension(massSquared) : null;
  return {
    massSquared,
    weight,
    continuum,
    ...measureBoundary(factor, stream, sources, smallestAngle),
    ...measureBulk(factor, bulkWindow),
  };
}

const FEWEST_LAYERS = 4;

/** Sums of a least-squares line, which add up over sources. */
type Sums = readonly [n: number, x: number, y: number, xx: number, xy: number];

function measureBoundary(
  factor: FieldFactor,
  stream: RandomStream,
  sources: number,
  smallest: number,
): Pick<FieldCorrelators, "boundary" | "boundaryCurve"> {
  const { tiling } = factor.operator;
  const first = tiling.layerStart.at(-2) as number;
  const placement = placeCells(tiling);
  const angles = Float64Array.from({ length: tiling.cells - first }, (_, k) => {
    const { x, y } = centreOf(placement, first + k);
    return Math.atan2(y, x);
  });
  const chosen = [...stream.permutation(angles.length)].slice(0, sources);
  const bins = new Bins();
  const rows = chosen.map((source): Sums => {
    const b = new Float64Array(tiling.cells);
    b[first + source] = 1;
    const G = factor.solve(b);
    const sums: [number, number, number, number, number] = [0, 0, 0, 0, 0];
    for (let k = 0; k < angles.length; k++) {
      const theta = separation(angles[k] as number, angles[source] as number);
      if (theta <= smallest) continue;
      const x = Math.log(1 - Math.cos(theta));
      const y = Math.log(G[first + k] as number);
      bins.add(Math.floor(Math.log(theta) * BINS_PER_E), theta, y);
      sums[0] += 1;
      sums[1] += x;
      sums[2] += y;
      sums[3] += x * x;
      sums[4] += x * y;
    }
    return sums;
  });
  const fit = (kept: readonly Sums[]): number => {
    const [n, x, y, xx, xy] = kept.reduce((a, b) => a.map((v, k) => v + (b[k] as number)) as unknown as Sums);
    return -(n * xy - x * y) / (n * xx - x * x);
  };
  const { value, stderr } = jackknife(rows, fit);
  return {
    boundary: {
      value,
      stderr,
      n: rows.length,
      method: `log-log fit over theta > ${smallest}, ${rows.length} sources`,
    },
    boundaryCurve: bins.finish(),
  };
}

const BINS_PER_E = 8;

function measureBulk(
  factor: FieldFactor,
  [from, to]: readonly [number, number],
): Pick<FieldCorrelators, "bulk" | "bulkCurve"> {
  const { tiling } = factor.operator;
  const placement = placeCells(tiling);
  const b = new Float64Array(tiling.cells);
  b[0] = 1;
  const G = factor.solve(b);
  const distances = Float64Array.from({ length: tiling.cells }, (_, c) => {
    const { x, y } = centreOf(placement, c);
    return 2 * Math.atanh(Math.hypot(x, y));
  });
  const last = tiling.layerStart.at(-2) as number;
  const outer = distances.subarray(last);
  const radius = outer.reduce((sum, d) => sum + d, 0) / outer.length;
  const x: number[] = [];
  const y: number[] = [];
  const bins = new Bins();
  for (let c = 1; c < tiling.cells; c++) {
    const d = distances[c] as number;
    const log = Math.log(G[c] as number);
    bins.add(Math.round(d * BINS_PER_LENGTH), d, log);
    if (d <= from * radius || d >= to * radius) continue;
    x.push(d);
    y.push(log);
  }
  const { slope } = fitLine(x, y);
  const method = `fit of log G over ${from} to ${to} of the radius ${radius.toFixed(2)}`;
  return {
    bulk: { value: -slope.value, stderr: slope.stderr, n: x.length, method },
    bulkCurve: bins.finish(),
  };
}

const BINS_PER_LENGTH = 10;

/** Angle between two directions, 0 to pi. */
function separation(a: number, b: number): number {
  const turn = Math.abs(a - b) % (2 * Math.PI);
  return Math.min(turn, 2 * Math.PI - turn);
}

/** Geometric means over bins. */
class Bins {
  private readonly sums = new Map<number, [number, number, number]>();

  add(bin: number, at: number, log: number): void {
    const sum = this.sums.get(bin);
    if (sum === undefined) {
      this.sums.set(bin, [1, at, log]);
      return;
    }
    sum[0] += 1;
    sum[1] += at;
    sum[2] += log;
  }

  finish(): CorrelatorPoint[] {
    return [...this.sums.values()]
      .map(([pairs, at, log]) => ({ at: at / pairs, value: Math.exp(log / pairs), pairs }))
      .sort((a, b) => a.at - b.at);
  }
}
