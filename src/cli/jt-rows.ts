/** What `isinglass jt` measures and solves at each beta and E. */
import { type Estimate, exact } from "../base/index.ts";
import {
  estimateFreeEnergy,
  estimateLogCount,
  type GravityExact,
  type GravityPatch,
  gravityCouplings,
  type IntegrationOptions,
  planTransfer,
  solveGravityMeanField,
  sumTransfer,
  type TransferPlan,
} from "../lattice/index.ts";
import type { RandomStream } from "../numerics/index.ts";

/** One beta and E. */
export interface JtPoint {
  readonly beta: number;
  readonly resolventEnergy: number;
}

/** Exact values beside a simulation. */
export interface JtExact extends Readonly<Record<"lnZ" | "energy" | "up" | "wall", Estimate>> {
  readonly method: string;
  readonly freeEnergy: Estimate | null;
  /** (measured - exact) / stderr. */
  readonly deviations: Readonly<Record<string, number>>;
}

/** One row of the result. */
export interface JtRow extends JtPoint, Readonly<Record<"lnZ" | "energy" | "up" | "wall", Estimate>> {
  readonly effectiveCoupling: number;
  readonly freeEnergy: Estimate | null;
  /** Null where nothing was simulated. */
  readonly run: {
    readonly tau: Estimate;
    readonly acceptance: number;
    readonly converged: boolean;
    readonly ruleDifference: number;
  } | null;
  readonly exact: JtExact | null;
  readonly meanField: Readonly<Record<"lnZ" | "energy" | "up" | "wall", number>>;
}

/** Steps of the exact solution that are tried beside a simulation (a second or two) and for `--exact`. */
const BESIDE_STEPS = 4e5;
const EXACT_STEPS = 1e7;

/** The transfer plan of a patch, or null where it takes too many steps. */
export function planExactGravity(patch: GravityPatch, isExact: boolean): TransferPlan | null {
  if (isExact) return planTransfer(patch, { maxSteps: EXACT_STEPS });
  try {
    return planTransfer(patch, { maxSteps: BESIDE_STEPS });
  } catch {
    return null;
  }
}

/** Exact values only. */
export function solveRow(patch: GravityPatch, plan: TransferPlan, point: JtPoint): JtRow {
  const { beta, resolventEnergy } = point;
  const couplings = gravityCouplings(patch.q, resolventEnergy);
  const solution = exactColumn(sumTransfer(plan, couplings, beta), beta, {});
  const { method: _, deviations: __, ...values } = solution;
  return {
    ...point,
    effectiveCoupling: couplings.effectiveCoupling,
    ...values,
    run: null,
    exact: solution,
    meanField: meanFieldOf(patch, point),
  };
}

/** log C: exact where a plan exists, else estimated. */
export function countOf(
  patch: GravityPatch,
  plan: TransferPlan | null,
  stream: RandomStream,
  options: IntegrationOptions,
): Promise<Estimate> {
  const couplings = gravityCouplings(patch.q, 0);
  if (plan === null) return estimateLogCount(patch, couplings, stream, options);
  const solution = sumTransfer(plan, couplings, 0);
  return Promise.resolve(exact(solution.logZ, solution.method));
}

/** Simulates from 0 to beta, with the exact values beside. */
export async function simulateRow(
  patch: GravityPatch,
  plan: TransferPlan | null,
  point: JtPoint,
  stream: RandomStream,
  options: IntegrationOptions,
): Promise<{ row: JtRow; configuration: Uint8Array }> {
  const { beta, resolventEnergy } = point;
  const couplings = gravityCouplings(patch.q, resolventEnergy);
  const { logZ, freeEnergy, ruleDifference, runs } = await estimateFreeEnergy(
    patch,
    couplings,
    beta,
    stream,
    options,
  );
  const last = runs.at(-1);
  if (last === undefined) throw new Error("internal: an integration without runs");
  const { energy, up, wall, tau, acceptance, configuration } = last;
  const measured = { lnZ: logZ, energy, up, wall };
  return {
    row: {
      ...point,
      effectiveCoupling: couplings.effectiveCoupling,
      lnZ: logZ,
      freeEnergy,
      ...{ energy, up, wall },
      run: { tau, acceptance, converged: runs.every(({ converged }) => converged), ruleDifference },
      exact: plan === null ? null : exactColumn(sumTransfer(plan, couplings, beta), beta, measured),
      meanField: meanFieldOf(patch, point),
    },
    configuration,
  };
}

function exactColumn(
  { method, logZ, energy, up, wall }: GravityExact,
  beta: number,
  measured: Readonly<Record<string, Estimate>>,
): JtExact {
  const values = { lnZ: logZ, energy, up, wall };
  const deviations: Record<string, number> = {};
  for (const [name, estimate] of Object.entries(measured))
    if (estimate.stderr)
      deviations[name] = (estimate.value - values[name as keyof typeof values]) / estimate.stderr;
  return {
    method,
    lnZ: exact(logZ, method),
    freeEnergy: beta === 0 ? null : exact(-logZ / beta, method),
    energy: exact(energy, method),
    up: exact(up, method),
    wall: exact(wall, method),
    deviations,
  };
}

/** Mean field without the constraint. */
export function meanFieldOf(
  patch: GravityPatch,
  { beta, resolventEnergy }: JtPoint,
): Readonly<Record<"lnZ" | "energy" | "up" | "wall", number>> {
  const couplings = gravityCouplings(patch.q, resolventEnergy);
  const { logZ, energy, up, wall } = solveGravityMeanField(patch, couplings, beta);
  return { lnZ: logZ, energy, up, wall };
}
