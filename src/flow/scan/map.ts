/**
 * A flow map: curves for many weight variances side by side. One cascade gives all depths, so a column costs one training.
 * From the map come the predicted boundary, the best column, and the ordered boundary at given depths.
 */
import type { Estimate } from "../../base/index.ts";
import type { Cutoff } from "../cascade/index.ts";
import { meanOver } from "./average.ts";
import { findDifferentialCutoff, findReach, KEPT_SHARE } from "./reach.ts";
import type { FlowProfile } from "./types.ts";

/** One weight variance: the profiles of its draws; null for a draw whose decoders diverged. */
export interface FlowColumn {
  readonly sigmaW2: number;
  readonly sigmaB2: number;
  readonly profiles: readonly (FlowProfile | null)[];
}

/** Means over draws by depth and column. */
export interface FlowMap {
  readonly sigmaW2: readonly number[];
  readonly sigmaB2: number;
  /** 1 to the last depth that counts. */
  readonly depths: readonly number[];
  /** Gram entropy of the input. */
  readonly input: Estimate;
  /** [depths, sigmaW2], row by row; NaN where all draws diverged. */
  readonly gram: Float64Array;
  readonly gramError: Float64Array;
  readonly differential: Float64Array;
  readonly relative: Float64Array;
  readonly columns: readonly ColumnReading[];
}

/** What is read off one column. */
export interface ColumnReading {
  readonly sigmaW2: number;
  /** Deepest depth that keeps the share of the input's Gram entropy; null when all depths do, or nothing was measured. */
  readonly reach: Estimate | null;
  /** Cutoff of the mean differential entropy (arXiv 2406.12916); null when there is none. */
  readonly cutoff: number | null;
  /** Whether the curve is flat, or the entropy undefined at a depth that the reading passes, where there is no cutoff. */
  readonly cutoffIs: "depth" | "flat" | "undefined";
  /** Draws whose decoders were trained to the end, and draws whose decoders diverged. */
  readonly measured: number;
  readonly diverged: number;
}

/** Options of `assembleMap`. */
export interface MapOptions {
  /** Depths that count; see `countedDepth`. */
  readonly counted: number;
  readonly isDense: boolean;
  /** Share of the input's Gram entropy that counts as kept. Default 0.1. */
  readonly share?: number;
}

/** Puts the columns of one bias variance together. */
export function assembleMap(columns: readonly FlowColumn[], options: MapOptions): FlowMap {
  const { counted, isDense, share = KEPT_SHARE } = options;
  const depths = Array.from({ length: counted }, (_, i) => i + 1);
  const known = columns.map(({ profiles }) => profiles.filter((profile) => profile !== null));
  const fill = (pick: (profiles: readonly FlowProfile[], depth: number) => number): Float64Array =>
    Float64Array.from({ length: depths.length * columns.length }, (_, at) => {
      const profiles = known[at % columns.length] as FlowProfile[];
      return profiles.length === 0
        ? Number.NaN
        : pick(profiles, depths[Math.floor(at / columns.length)] as number);
    });
  const mean = (quantity: "gram" | "differential" | "relative") =>
    fill((profiles, depth) => meanOver(profiles.map((profile) => profile[quantity][depth] as number)).value);
  const inputs = known.flat().map(({ gram }) => gram[0] as number);
  return {
    sigmaW2: columns.map(({ sigmaW2 }) => sigmaW2),
    sigmaB2: columns[0]?.sigmaB2 ?? 0,
    depths,
    input: meanOver(inputs.length === 0 ? [Number.NaN] : inputs),
    gram: mean("gram"),
    gramError: fill(
      (profiles, depth) => meanOver(profiles.map(({ gram }) => gram[depth] as number)).stderr ?? Number.NaN,
    ),
    differential: mean("differential"),
    relative: mean("relative"),
    columns: columns.map(({ sigmaW2, profiles }, j) =>
      readColumn(sigmaW2, known[j] as FlowProfile[], profiles.length, { counted, isDense, share }),
    ),
  };
}

function readColumn(
  sigmaW2: number,
  profiles: readonly FlowProfile[],
  draws: number,
  { counted, isDense, share }: Required<MapOptions>,
): ColumnReading {
  const diverged = draws - profiles.length;
  const measured = profiles.length;
  const none = { cutoff: null, cutoffIs: "undefined" } as const;
  if (measured === 0) return { sigmaW2, reach: null, ...none, measured, diverged };
  const reaches = profiles.map(({ gram }) => findReach(gram.slice(0, counted + 1), share));
  const mean = Array.from(
    { length: counted + 1 },
    (_, depth) => meanOver(profiles.map(({ differential }) => differential[depth] as number)).value,
  );
  return {
    sigmaW2,
    reach: reaches.every(({ isWhole }) => isWhole) ? null : meanOver(reaches.map(({ depth }) => depth)),
    ...(counted < 2 ? none : readCutoff(findDifferentialCutoff(mean, isDense))),
    measured,
    diverged,
  };
}

function readCutoff({ depth, reference }: Cutoff): Pick<ColumnReading, "cutoff" | "cutoffIs"> {
  if (depth !== null) return { cutoff: depth, cutoffIs: "depth" };
  return { cutoff: null, cutoffIs: Number.isNaN(reference) ? "undefined" : "flat" };
}

/** The column whose Gram entropy at a depth is largest, and the columns that its error does not tell apart from it. */
export interface BestColumn {
  readonly depth: number;
  readonly sigmaW2: number;
  readonly gram: Estimate;
  /** Smallest and largest weight variance within two standard errors of the best. */
  readonly range: readonly [number, number];
}

/** The best column at a depth; null when no column has a value there. */
export function bestColumn(map: FlowMap, depth: number): BestColumn | null {
  const row = (map.depths.indexOf(depth) as number) * map.sigmaW2.length;
  const value = (j: number): number => map.gram[row + j] as number;
  const error = (j: number): number =>
    Number.isFinite(map.gramError[row + j]) ? (map.gramError[row + j] as number) : 0;
  const known = map.sigmaW2.map((_, j) => j).filter((j) => Number.isFinite(value(j)));
  if (row < 0 || known.length === 0) return null;
  const best = known.reduce((a, b) => (value(b) > value(a) ? b : a));
  const near = known.filter((j) => value(best) - value(j) <= 2 * Math.hypot(error(best), error(j)));
  const stderr = map.gramError[row + best] as number;
  return {
    depth,
    sigmaW2: map.sigmaW2[best] as number,
    gram: {
      value: value(best),
      stderr: Number.isFinite(stderr) ? stderr : null,
      n: map.columns.length,
      method: "mean over draws",
    },
    range: [
      Math.min(...near.map((j) => map.sigmaW2[j] as number)),
      Math.max(...near.map((j) => map.sigmaW2[j] as number)),
    ],
  };
}

/**
 * Weight variance at which the boundary passes a depth on the ordered side, by linear interpolation between columns.
 *
 * @param boundary depth by column; null where the input reaches the end, NaN where nothing is known
 * @returns null when the boundary does not pass that depth inside the map
 */
export function orderedBoundary(
  sigmaW2: readonly number[],
  boundary: readonly (number | null)[],
  depth: number,
): number | null {
  const known = sigmaW2
    .map((x, j) => ({ x, reached: boundary[j] ?? Number.POSITIVE_INFINITY }))
    .filter(({ reached }) => !Number.isNaN(reached));
  for (const [j, above] of known.entries()) {
    const below = known[j - 1];
    if (below === undefined) continue;
    if (below.reached >= depth) return null;
    if (above.reached < depth) continue;
    const share = Number.isFinite(above.reached)
      ? (depth - below.reached) / (above.reached - below.reached)
      : 1;
    return below.x + share * (above.x - below.x);
  }
  return null;
}

/** Half way between the kept and the lost end, -6.5 and -19.7, of the published colour scale (arXiv 2406.12916). */
export const PUBLISHED_MIDDLE = -13.1;

/**
 * Weight variance at which the differential entropy at a depth rises through a level, coming from the ordered side: the
 * boundary as one reads it off the published maps.
 *
 * @param level default: the middle of the published colour scale
 * @returns null when the depth is outside the map or the level is not passed inside it
 */
export function differentialBoundary(
  { sigmaW2, depths, differential }: FlowMap,
  depth: number,
  level: number = PUBLISHED_MIDDLE,
): number | null {
  const row = depths.indexOf(depth) * sigmaW2.length;
  if (row < 0) return null;
  const at = (j: number): number => differential[row + j] as number;
  for (let j = 1; j < sigmaW2.length; j++) {
    if (!(at(j - 1) < level && at(j) >= level)) continue;
    const share = (level - at(j - 1)) / (at(j) - at(j - 1));
    return (sigmaW2[j - 1] as number) + share * ((sigmaW2[j] as number) - (sigmaW2[j - 1] as number));
  }
  return null;
}

/**
 * Gram entropy, as a share of the input's, at any weight variance inside the map and any of its depths.
 *
 * @returns NaN outside the map
 */
export function interpolateShare(map: FlowMap, sigmaW2: number, depth: number): number {
  const row = map.depths.indexOf(depth) * map.sigmaW2.length;
  const right = map.sigmaW2.findIndex((x) => x >= sigmaW2 - 1e-9);
  if (row < 0 || right < 0) return Number.NaN;
  const at = (j: number): number => (map.gram[row + j] as number) / map.input.value;
  const [x1, x0] = [map.sigmaW2[right] as number, map.sigmaW2[right - 1] ?? Number.NaN];
  if (Math.abs(x1 - sigmaW2) <= 1e-9) return at(right);
  if (right === 0) return Number.NaN;
  return at(right - 1) + ((sigmaW2 - x0) / (x1 - x0)) * (at(right) - at(right - 1));
}
