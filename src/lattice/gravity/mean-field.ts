/**
 * Mean field of the same Ising model without the constraint on the wall: independent triangles with probabilities x_i of being
 * up, the outside down. F = <H> - T S is lowest where
 *   x_i = 1 / (1 + exp(-beta (h - (J - E) sum_j (1 - 2 x_j)))),
 * the sum over the three neighbours, x = 0 outside. An upper bound on the free energy of the model without constraint; with
 * it, only the ends agree: the wall shrinks for large J - E and runs to the cutoff for large negative J - E.
 */
import { type GravityCouplings, requireBeta } from "./couplings.ts";
import type { GravityPatch } from "./patch.ts";

/** A mean-field solution. */
export interface GravityMeanField {
  /** F = <H> - T S; beta F -> -N log 2 at beta = 0, where it is reported as log Z only. */
  readonly logZ: number;
  readonly energy: number;
  readonly up: number;
  readonly wall: number;
  readonly iterations: number;
  readonly converged: boolean;
}

const MOST_ITERATIONS = 2000;
const TOLERANCE = 1e-11;

/**
 * Solves the mean-field equations from all up and from all down, and keeps the lower free energy.
 *
 * @throws SpecError for beta < 0.
 * @example
 * ```ts
 * import { gravityCouplings, gravityPatch, solveGravityMeanField } from "isinglass/lattice";
 * solveGravityMeanField(gravityPatch(7, 1), gravityCouplings(7, 0), 0).logZ; // => 0.693147181
 * ```
 */
export function solveGravityMeanField(
  patch: GravityPatch,
  couplings: GravityCouplings,
  beta: number,
): GravityMeanField {
  requireBeta(beta);
  const solutions = [0.999, 0.001].map((start) => iterate(patch, couplings, beta, start));
  return solutions.reduce((a, b) => (b.logZ > a.logZ ? b : a));
}

function iterate(
  patch: GravityPatch,
  { field, effectiveCoupling }: GravityCouplings,
  beta: number,
  start: number,
): GravityMeanField {
  const { cells, across } = patch;
  const x = new Float64Array(cells).fill(start);
  const at = (cell: number): number => (cell < 0 ? 0 : (x[cell] as number));
  let change = Number.POSITIVE_INFINITY;
  let iterations = 0;
  for (; change > TOLERANCE && iterations < MOST_ITERATIONS; iterations++) {
    change = 0;
    for (let c = 0; c < cells; c++) {
      let cost = -field;
      for (let e = 3 * c; e < 3 * c + 3; e++) cost += effectiveCoupling * (1 - 2 * at(across[e] as number));
      const next = 1 / (1 + Math.exp(beta * cost));
      change = Math.max(change, Math.abs(next - (x[c] as number)));
      // triangles are updated one after another, so that F never rises
      x[c] = next;
    }
  }
  let [up, wall, entropy] = [0, 0, 0];
  for (let c = 0; c < cells; c++) {
    const p = x[c] as number;
    up += p;
    for (const share of [p, 1 - p]) if (share > 0) entropy -= share * Math.log(share);
    for (let e = 3 * c; e < 3 * c + 3; e++) {
      const other = across[e] as number;
      if (other < 0) wall += p;
      else if (other > c) wall += p + at(other) - 2 * p * at(other);
    }
  }
  const energy = effectiveCoupling * wall - field * up;
  return {
    logZ: entropy - beta * energy,
    energy,
    up,
    wall,
    iterations,
    converged: change <= TOLERANCE,
  };
}
