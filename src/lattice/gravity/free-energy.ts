/**
 * The free energy by thermodynamic integration: log Z(beta) = log C - int_0^beta <H> d beta', F = -log Z / beta, where C is the
 * number of regions. (With N log 2 in place of log C, as published, the constraint is left out.) Nodes are those of the
 * Clenshaw-Curtis rule (Num. Math. 2, 1960), reached by cooling from 0 to beta, each run starting where the last one ended; half
 * of them give the rule of half the order, and so a bound on what the rule leaves out.
 *
 * C itself follows from another integral. Weigh regions by exp(A N_up): Z(0) = C, and at large A all of the patch is up, so
 *   log C = -log P_A(full) + int_0^A (N - <N_up>) dA',
 * N the number of triangles and P_A(full) the measured share of the full region. No transition lies on this way; on the other one,
 * to large K in exp(-K L), the region collapses to a single triangle.
 *
 * Where a collapse lies between 0 and beta the rule is poor, but then the share of single triangles is large and gives
 *   log Z = log N + beta h - 3 beta (J - E) - log P(L = 3)
 * without any integral. The one with the smaller error is reported.
 */
import type { Estimate } from "../../base/index.ts";
import type { RandomStream } from "../../numerics/index.ts";
import { type GravityCouplings, requireBeta } from "./couplings.ts";
import { type IntegrationOptions, integrate } from "./integration.ts";
import type { GravityPatch } from "./patch.ts";
import { createRegion } from "./region.ts";
import type { GravityRun } from "./simulate.ts";

/** A free energy. */
export interface GravityFreeEnergy {
  readonly logZ: Estimate;
  /** -log Z / beta; null at beta = 0. */
  readonly freeEnergy: Estimate | null;
  readonly logCount: Estimate;
  /** log Z by integration, which `logZ` is unless single triangles give it better. */
  readonly integrated: Estimate;
  /** Difference from the rule with half as many intervals: bounds the rule's own error, noise included; part of no stderr. */
  readonly ruleDifference: number;
  /** Runs at the nodes, beta ascending; the last one is at the beta asked for. */
  readonly runs: readonly GravityRun[];
}

/** At A = log N + this, about exp(-this) of all regions are not full. */
const REFERENCE_EXCESS = 1.5;
/** The rule is cut in two here, as <N_up> bends. With 12 intervals each what it leaves out is below 1e-4 (187 triangles). */
const REFERENCE_BREAK = 1.5;
/** Least share of single triangles from which log Z is taken. */
const LEAST_SHARE = 0.05;

/**
 * Integrates <H> from 0 to beta.
 *
 * @throws SpecError as `simulateGravity`.
 * @accuracy stderr holds the errors of all runs and of log C.
 * @cost `intervals` + 1 runs, three times that where log C has to be estimated.
 * @example
 * ```ts
 * import { estimateFreeEnergy, gravityCouplings, gravityPatch } from "isinglass/lattice";
 * import { createStream } from "isinglass/numerics";
 * const known = { sweeps: 1000, logCount: { value: Math.log(143), stderr: 0, n: 1, method: "enumeration" } };
 * const couplings = gravityCouplings(7, 0);
 * const { logZ } = await estimateFreeEnergy(gravityPatch(7, 3), couplings, 1, createStream(1), known);
 * Math.abs(logZ.value - 4.07161973) < 5 * (logZ.stderr ?? 0); // => true
 * ```
 */
export async function estimateFreeEnergy(
  patch: GravityPatch,
  couplings: GravityCouplings,
  beta: number,
  stream: RandomStream,
  options: IntegrationOptions = {},
): Promise<GravityFreeEnergy> {
  requireBeta(beta);
  const { field, effectiveCoupling } = couplings;
  const logCount =
    options.logCount ?? (await estimateLogCount(patch, couplings, stream.fork("count"), options));
  const region = createRegion(patch, options.start ?? "full");
  const integral = await integrate(region, couplings, [0, beta], stream, options, (at) => ({
    area: at * field,
    length: at * effectiveCoupling,
  }));
  const { value, stderr, half } = integral.of(({ energy }) => energy);
  const ruleDifference = Math.abs(value - half);
  const last = integral.runs.at(-1) as GravityRun;
  const integrated: Estimate = {
    value: logCount.value - value,
    stderr: Math.hypot(stderr, logCount.stderr ?? 0),
    n: last.sweeps,
    method: `integration of <H> over beta, ${integral.runs.length} runs`,
  };
  const direct = fromSingleTriangles(patch, couplings, beta, last);
  const isDirect =
    direct !== null && (direct.stderr ?? 0) < Math.hypot(integrated.stderr ?? 0, ruleDifference);
  const logZ = isDirect ? direct : integrated;
  return {
    logZ,
    freeEnergy:
      beta === 0 ? null : { ...logZ, value: -logZ.value / beta, stderr: (logZ.stderr as number) / beta },
    logCount,
    integrated,
    ruleDifference,
    runs: integral.runs,
  };
}

function fromSingleTriangles(
  { cells }: GravityPatch,
  { field, effectiveCoupling }: GravityCouplings,
  beta: number,
  { single }: GravityRun,
): Estimate | null {
  if (single.value < LEAST_SHARE) return null;
  return {
    ...single,
    value: Math.log(cells) + beta * (field - 3 * effectiveCoupling) - Math.log(single.value),
    stderr: (single.stderr ?? 0) / single.value,
    method: "share of single triangles",
  };
}

/**
 * log C, the logarithm of the number of regions, from the share of the full region at a large weight of the area.
 *
 * @cost 2 (`intervals` + 1) runs.
 * @example
 * ```ts
 * import { estimateLogCount, gravityCouplings, gravityPatch } from "isinglass/lattice";
 * import { createStream } from "isinglass/numerics";
 * const count = await estimateLogCount(gravityPatch(7, 3), gravityCouplings(7, 0), createStream(1), { sweeps: 1000 });
 * Math.abs(count.value - Math.log(143)) < 5 * (count.stderr ?? 0); // => true
 * ```
 */
export async function estimateLogCount(
  patch: GravityPatch,
  couplings: GravityCouplings,
  stream: RandomStream,
  options: IntegrationOptions = {},
): Promise<Estimate> {
  const { cells } = patch;
  const ends = [0, REFERENCE_BREAK, Math.log(cells) + REFERENCE_EXCESS];
  const region = createRegion(patch, options.start ?? "full");
  const integral = await integrate(region, couplings, ends, stream, options, (at) => ({
    area: at,
    length: 0,
  }));
  const { value, stderr } = integral.of(({ up }) => ({ ...up, value: cells - up.value }));
  const full = (integral.runs.at(-1) as GravityRun).full;
  return {
    value: value - Math.log(full.value),
    stderr: Math.hypot(stderr, (full.stderr ?? 0) / full.value),
    n: full.n,
    method: `integration of <N_up> over its weight, ${integral.runs.length} runs`,
  };
}
