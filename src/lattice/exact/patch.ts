/**
 * Exact solution of planar patches by the Kac-Ward determinant: free boundary by the high-temperature expansion on the graph
 * itself, wired boundary by the low-temperature expansion on its domain walls. Energy and heat capacity are exact
 * derivatives of the determinant (Taylor arithmetic), correlations are ratios of two determinants.
 */
import { SpecError } from "../../base/index.ts";
import { drawPlane, drawWalls, type SpinGraph, type WallGraph } from "../graphs/index.ts";
import { inverseTemperature } from "./check.ts";
import { type KacWardPlan, planKacWard, solveEvenSubgraphs } from "./kac-ward.ts";
import {
  add,
  constant,
  exp,
  logCosh,
  scale,
  type Taylor,
  type Thermodynamics,
  tanh,
  thermodynamics,
  variable,
} from "./taylor.ts";

/** Exact results of a patch with free boundary. */
export interface FreePatch {
  /** Estimated floating-point operations of one temperature. */
  readonly work: number;
  solve(temperature: number): Thermodynamics;
  /** <s_a s_b>. */
  correlation(temperature: number, a: number, b: number): number;
}

/** Exact results of a patch whose boundary spins are all +1. Per-site values count all sites, pinned ones too. */
export interface WiredPatch {
  readonly work: number;
  solve(temperature: number): Thermodynamics;
  /** <s_i>; the central site unless another is given. */
  magnetization(temperature: number, site?: number): number;
}

/** Operations per entry of a front: a complex product and sum on two rows, six times for derivatives. */
const OPERATIONS = 4 * 2 * 8 * 6;

/**
 * Prepares the free-boundary solution of a planar graph: Z = 2^N prod cosh K_b sum over even subgraphs of prod tanh K_b.
 *
 * @returns null when the graph has no plane drawing (a torus, a graph without positions).
 * @accuracy about 1e-13 relative in log Z and its derivatives.
 * @source Kac and Ward (1952); correlations: coth on a path, Fisher, J. Math. Phys. 7, 1776 (1966).
 * @example
 * ```ts
 * import { hyperbolicLattice, planFreePatch } from "isinglass/lattice";
 * planFreePatch(hyperbolicLattice(7, 3, 3))?.solve(2).energy; // => -1.9006377711
 * ```
 */
export function planFreePatch(graph: SpinGraph): FreePatch | null {
  const plane = drawPlane(graph);
  if (plane === null) return null;
  const plan = planKacWard(plane);
  const { couplings } = plane;
  const weight = (K: number): number[] => Array.from(couplings, (J) => Math.tanh(K * J));
  return {
    work: plan.elimination.work * OPERATIONS,
    solve(temperature) {
      const K = inverseTemperature(temperature);
      const kinds = new Map<number, { weight: Taylor; count: number }>();
      for (const J of couplings) {
        const known = kinds.get(J);
        if (known) known.count++;
        else kinds.set(J, { weight: tanh(scale(variable(K), J)), count: 1 });
      }
      const cosh = [...kinds].map(([J, { count }]) => scale(logCosh(scale(variable(K), J)), count));
      const weights = Array.from(couplings, (J) => kinds.get(J)?.weight as Taylor);
      const loops = solveEvenSubgraphs(plan, weights);
      return thermodynamics(add(constant(graph.sites * Math.LN2), ...cosh, loops), K, graph.sites);
    },
    correlation(temperature, a, b) {
      const K = inverseTemperature(temperature);
      if (a === b) return 1;
      const path = findPath(graph, a, (site) => site === b);
      const isOnPath = markPath(plane.ends, path);
      const plain = weight(K);
      const changed = plain.map((w, k) => (isOnPath[k] ? 1 / w : w));
      let product = 1;
      plain.forEach((w, k) => {
        if (isOnPath[k]) product *= w;
      });
      return product * Math.exp(evenSubgraphs(plan, changed) - evenSubgraphs(plan, plain));
    },
  };
}

/**
 * Prepares the wired solution: with all boundary spins +1, Z = exp(K bonds) times the sum over closed domain walls of
 * exp(-2K) per bond cut; a spin is -1 when an odd number of walls separates it from the boundary, so that <s> is the ratio of two
 * sums, one with the sign changed on every bond of a path to the boundary.
 *
 * @returns null when the walls cannot be drawn (`drawWalls`), or the couplings are not all 1.
 * @accuracy about 1e-12 in the magnetisation.
 * @example
 * ```ts
 * import { hyperbolicLattice, planWiredPatch } from "isinglass/lattice";
 * planWiredPatch(hyperbolicLattice(7, 3, 3))?.magnetization(5); // => 0.8034824196
 * ```
 */
export function planWiredPatch(graph: SpinGraph): WiredPatch | null {
  const walls = graph.couplings === null ? drawWalls(graph) : null;
  if (walls === null) return null;
  const plan = planKacWard(walls);
  const isPinned = new Uint8Array(graph.sites);
  for (const site of graph.boundary) isPinned[site] = 1;
  const edges = walls.couplings.length;
  return {
    work: plan.elimination.work * OPERATIONS,
    solve(temperature) {
      const K = inverseTemperature(temperature);
      const weight = exp(scale(variable(K), -2));
      const loops = solveEvenSubgraphs(plan, new Array(edges).fill(weight));
      return thermodynamics(add(scale(variable(K), graph.bonds), loops), K, graph.sites);
    },
    magnetization(temperature, site = graph.centre) {
      const K = inverseTemperature(temperature);
      const path = findPath(graph, site, (at) => isPinned[at] === 1);
      const isOnPath = markPath((walls as WallGraph).sites, path);
      const weight = Math.exp(-2 * K);
      const plain = new Array<number>(edges).fill(weight);
      const changed = plain.map((w, k) => (isOnPath[k] ? -w : w));
      return Math.exp(evenSubgraphs(plan, changed) - evenSubgraphs(plan, plain));
    },
  };
}

/** log of the sum over even subgraphs, without derivatives. */
function evenSubgraphs(plan: KacWardPlan, weights: readonly number[]): number {
  return solveEvenSubgraphs(
    plan,
    weights.map((w) => [w]),
  )[0];
}

/** Sites of a shortest path from a site to the first that satisfies a condition. */
function findPath(
  { name, sites, offsets, neighbours }: SpinGraph,
  from: number,
  isEnd: (site: number) => boolean,
): number[] {
  if (!Number.isInteger(from) || from < 0 || from >= sites)
    throw new SpecError(`${name}: received site ${from}, expected an integer from 0 to ${sites - 1}`);
  const previous = new Int32Array(sites).fill(-1);
  previous[from] = from;
  const queue = [from];
  for (let head = 0; head < queue.length; head++) {
    let site = queue[head] as number;
    if (isEnd(site)) {
      const path = [site];
      while (site !== from) {
        site = previous[site] as number;
        path.push(site);
      }
      return path;
    }
    for (let k = offsets[site] as number; k < (offsets[site + 1] as number); k++) {
      const next = neighbours[k] as number;
      if (previous[next] !== -1) continue;
      previous[next] = site;
      queue.push(next);
    }
  }
  throw new SpecError(
    `${name}: no path leads from site ${from} to where it should, expected a connected graph`,
  );
}

/** Which bonds (pairs of sites) are steps of a path. */
function markPath(pairs: Uint32Array, path: readonly number[]): Uint8Array {
  const key = (a: number, b: number): string => `${Math.min(a, b)},${Math.max(a, b)}`;
  const steps = new Set(path.slice(1).map((site, k) => key(site, path[k] as number)));
  return Uint8Array.from({ length: pairs.length / 2 }, (_, b) =>
    steps.has(key(pairs[2 * b] as number, pairs[2 * b + 1] as number)) ? 1 : 0,
  );
}
