/**
 * Metropolis moves of the wall. A triangle is picked uniformly from the n triangles next to the wall; as n changes with the
 * move, picking is not symmetric, and detailed balance needs its ratio in the acceptance (Hastings, Biometrika 57, 1970):
 *   min(1, (n_before / n_after) exp(-beta Delta H)), Delta H = -h Delta N_up + (J - E) Delta L,
 * where Delta L = like - unlike neighbours. The published program leaves the factor out.
 */
import type { RandomStream } from "../../numerics/index.ts";
import { canFlip, flip, type Region, wallChange } from "./region.ts";

/** beta h and beta (J - E): all that acceptance depends on. */
export interface GravityWeights {
  readonly area: number;
  readonly length: number;
}

/** Probability that a picked triangle flips; 0 where the rule forbids it. */
export function acceptance(region: Region, cell: number, { area, length }: GravityWeights): number {
  if (!canFlip(region, cell)) return 0;
  const deltaArea = region.up[cell] === 1 ? -1 : 1;
  const deltaLength = 3 - 2 * (region.unlike[cell] as number);
  const before = region.wallCells;
  const ratio = before / (before + wallChange(region, cell));
  return Math.min(1, ratio * Math.exp(area * deltaArea - length * deltaLength));
}

/** `moves` proposals; returns how many were accepted. */
export function moveWall(
  region: Region,
  weights: GravityWeights,
  moves: number,
  stream: RandomStream,
): number {
  let accepted = 0;
  for (let move = 0; move < moves; move++) {
    // the bias of a 53-bit uniform times n is below n 2^-53
    const cell = region.wall[Math.floor(stream.uniform() * region.wallCells)] as number;
    const p = acceptance(region, cell, weights);
    if (p > 0 && (p >= 1 || stream.uniform() < p)) {
      flip(region, cell);
      accepted++;
    }
  }
  return accepted;
}
