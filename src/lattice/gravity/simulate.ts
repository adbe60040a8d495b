/** Simulations of the wall: start, thermalise, measure, with errors from autocorrelation times. A sweep is one proposal a triangle. */
import { type Estimate, SpecError, type WorkOptions } from "../../base/index.ts";
import { autocorrelationTime, type RandomStream } from "../../numerics/index.ts";
import { type GravityCouplings, requireBeta } from "./couplings.ts";
import { type GravityWeights, moveWall } from "./metropolis.ts";
import type { GravityPatch } from "./patch.ts";
import { createRegion, type Region, type RegionStart } from "./region.ts";

/** Options of a run. */
export interface GravityRunOptions extends WorkOptions {
  /** Measured sweeps of one proposal for each triangle; default 10000. */
  readonly sweeps?: number;
  /** Sweeps before; default a fifth of `sweeps`. */
  readonly thermalization?: number;
  /** Default "full", every triangle up; "seed" is the central one alone. */
  readonly start?: RegionStart;
}

/** A finished run. */
export interface GravityRun {
  readonly beta: number;
  /** <H> without its constant. */
  readonly energy: Estimate;
  /** <N_up>. */
  readonly up: Estimate;
  /** <L>. */
  readonly wall: Estimate;
  /** Probability that the region is a single triangle. */
  readonly single: Estimate;
  /** Probability that every triangle is up. */
  readonly full: Estimate;
  /** Longest autocorrelation time of the three, in sweeps. */
  readonly tau: Estimate;
  /** Whether the run is longer than 50 autocorrelation times. */
  readonly converged: boolean;
  /** Fraction of proposals that were accepted. */
  readonly acceptance: number;
  readonly sweeps: number;
  readonly thermalization: number;
  /** 1 for each triangle that was up at the end. */
  readonly configuration: Uint8Array;
}

const DEFAULT_SWEEPS = 10_000;
const LEAST_SWEEPS = 16;
const REPORTS = 50;

/**
 * Simulates the model at one beta.
 *
 * @throws SpecError for beta < 0 or too few sweeps; the signal's reason when it is aborted.
 * @cost about 0.1 microseconds a proposal.
 * @example
 * ```ts
 * import { gravityCouplings, gravityPatch, simulateGravity } from "isinglass/lattice";
 * import { createStream } from "isinglass/numerics";
 * const patch = gravityPatch(7, 3);
 * const { wall } = await simulateGravity(patch, gravityCouplings(7, 0), 1, createStream(1), { sweeps: 2000 });
 * Math.abs(wall.value - 6.78467146) < 5 * (wall.stderr ?? 0); // => true
 * ```
 */
export async function simulateGravity(
  patch: GravityPatch,
  couplings: GravityCouplings,
  beta: number,
  stream: RandomStream,
  options: GravityRunOptions = {},
): Promise<GravityRun> {
  requireBeta(beta);
  const { field, effectiveCoupling } = couplings;
  const region = createRegion(patch, options.start ?? "full");
  const weights = { area: beta * field, length: beta * effectiveCoupling };
  const record = await recordWall(region, weights, stream, options, {
    stage: `beta = ${Number(beta.toPrecision(4))}`,
  });
  return analyzeWall(record, couplings, beta, region);
}

/** Time series of a run. */
export interface WallRecord {
  readonly areas: Float64Array;
  readonly lengths: Float64Array;
  readonly acceptance: number;
  readonly thermalization: number;
}

/** Thermalises and measures; the region goes on from where it is. */
export async function recordWall(
  region: Region,
  weights: GravityWeights,
  stream: RandomStream,
  options: GravityRunOptions,
  { stage }: { readonly stage: string },
): Promise<WallRecord> {
  const { sweeps, thermalization } = readSweeps(options);
  const { signal, onProgress } = options;
  const { cells } = region.patch;
  const areas = new Float64Array(sweeps);
  const lengths = new Float64Array(sweeps);
  const total = thermalization + sweeps;
  const every = Math.max(1, Math.floor(total / REPORTS));
  let accepted = 0;
  for (let n = 0; n < total; n++) {
    if (n % every === 0 && (signal !== undefined || onProgress !== undefined)) {
      // an interruption can only be noticed when other code may run
      await new Promise((resolve) => setTimeout(resolve, 0));
      signal?.throwIfAborted();
      onProgress?.({ stage, done: n, total });
    }
    const moved = moveWall(region, weights, cells, stream);
    if (n < thermalization) continue;
    accepted += moved;
    areas[n - thermalization] = region.area;
    lengths[n - thermalization] = region.length;
  }
  return { areas, lengths, acceptance: accepted / (sweeps * cells), thermalization };
}

/** Averages of a record with errors. */
export function analyzeWall(
  { areas, lengths, acceptance, thermalization }: WallRecord,
  { field, effectiveCoupling }: GravityCouplings,
  beta: number,
  region: Region,
): GravityRun {
  const energies = areas.map((area, i) => effectiveCoupling * (lengths[i] as number) - field * area);
  const energy = autocorrelationTime(energies);
  const up = autocorrelationTime(areas);
  const wall = autocorrelationTime(lengths);
  const share = (samples: Float64Array, value: number): Estimate =>
    autocorrelationTime(samples.map((x) => (x === value ? 1 : 0))).mean;
  const slowest = [energy, up, wall].reduce((a, b) => (b.tau.value > a.tau.value ? b : a));
  return {
    beta,
    energy: energy.mean,
    up: up.mean,
    wall: wall.mean,
    single: share(areas, 1),
    full: share(areas, region.patch.cells),
    tau: slowest.tau,
    converged: [energy, up, wall].every(({ converged }) => converged),
    acceptance,
    sweeps: areas.length,
    thermalization,
    configuration: Uint8Array.from(region.up),
  };
}

/** Checked lengths of a run. */
export function readSweeps({ sweeps = DEFAULT_SWEEPS, thermalization }: GravityRunOptions): {
  sweeps: number;
  thermalization: number;
} {
  if (!Number.isInteger(sweeps) || sweeps < LEAST_SWEEPS)
    throw new SpecError(`jt: received ${sweeps} sweeps, expected an integer of at least ${LEAST_SWEEPS}`);
  const before = thermalization ?? Math.ceil(sweeps / 5);
  if (!Number.isInteger(before) || before < 0)
    throw new SpecError(`jt: received ${before} sweeps before measuring, expected an integer of at least 0`);
  return { sweeps, thermalization: before };
}
