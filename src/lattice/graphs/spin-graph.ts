/**
 * One interface for everything spins can live on: sites, bonds in compressed rows, layers round a centre, the outermost
 * sites. A bond stands in the rows of both its ends; two bonds between one pair (a torus of length 2) stand twice.
 */
import { BudgetError, SpecError } from "../../base/index.ts";
import type { Tiling } from "../tiling/index.ts";

/** What the graph was built from; drawings and exact solutions ask for it. */
export type LatticeShape =
  | { readonly kind: "square"; readonly rows: number; readonly columns: number; readonly periodic: boolean }
  | {
      readonly kind: "triangular";
      readonly rows: number;
      readonly columns: number;
      readonly periodic: boolean;
    }
  | { readonly kind: "cayley"; readonly coordination: number; readonly layers: number }
  | { readonly kind: "hyperbolic"; readonly tiling: Tiling }
  | { readonly kind: "custom"; readonly positions: Float64Array | null };

/** A graph for spins. */
export interface SpinGraph {
  /** As `parseLattice` reads it: "square:32", "7,3:5". */
  readonly name: string;
  readonly sites: number;
  readonly bonds: number;
  /** Row pointers, length sites + 1. */
  readonly offsets: Uint32Array;
  readonly neighbours: Uint32Array;
  /** Coupling of each entry of `neighbours`; null: all 1. Positive is ferromagnetic. */
  readonly couplings: Float64Array | null;
  /** The site that "central" observables mean. */
  readonly centre: number;
  /** Graph distance of each site from the centre. */
  readonly layer: Uint16Array;
  /** Sites that a wired or fixed boundary pins, in order round the patch where there is one; empty on a torus. */
  readonly boundary: Uint32Array;
  readonly shape: LatticeShape;
}

/** A bond of a user's graph: two sites and a coupling (default 1). */
export type Bond = readonly [i: number, j: number, coupling?: number];

/** Options of `buildGraph`. */
export interface GraphOptions {
  readonly name?: string;
  /** Default 0. */
  readonly centre?: number;
  /** Default none. */
  readonly boundary?: ArrayLike<number>;
  /** x, y of each site in a plane drawing with straight bonds that do not cross: makes the Kac-Ward solution available. */
  readonly positions?: Float64Array;
  readonly shape?: LatticeShape;
}

/** Sites that fit: 32-bit indices and a few GiB of arrays. */
export const MAX_SITES: number = 2 ** 27;

/**
 * Refuses a lattice that is too large before anything is allocated.
 * @throws BudgetError naming the number of sites.
 */
export function requireSites(where: string, sites: number): void {
  if (sites > MAX_SITES)
    throw new BudgetError(
      `${where} has ${sites.toPrecision(4)} sites, at most ${MAX_SITES} fit into memory`,
      { hint: "ask for a smaller lattice", data: { sites, maxSites: MAX_SITES } },
    );
}

/**
 * Builds a graph from its bonds.
 *
 * @param sites number of spins; `bonds` pairs of different sites with couplings.
 * @throws SpecError for a site out of range or a bond from a site to itself.
 * @cost O(sites + bonds).
 * @example
 * ```ts
 * import { buildGraph } from "isinglass/lattice";
 * buildGraph(3, [[0, 1], [1, 2, -1]]).bonds; // => 2
 * ```
 */
export function buildGraph(sites: number, bonds: readonly Bond[], options: GraphOptions = {}): SpinGraph {
  const { name = "graph", centre = 0, boundary = [], positions = null } = options;
  if (!Number.isInteger(sites) || sites < 1)
    throw new SpecError(`${name}: received ${sites} sites, expected a positive integer`);
  requireSites(name, sites);
  for (const site of [centre, ...Array.from(boundary)]) requireSite(name, site, sites);
  const offsets = new Uint32Array(sites + 1);
  let isUniform = true;
  for (const [i, j, coupling = 1] of bonds) {
    requireSite(name, i, sites);
    requireSite(name, j, sites);
    if (i === j) throw new SpecError(`${name}: received a bond from site ${i} to itself, expected two sites`);
    if (!Number.isFinite(coupling))
      throw new SpecError(`${name}: received coupling ${coupling} between ${i} and ${j}, expected a number`);
    offsets[i + 1] = (offsets[i + 1] as number) + 1;
    offsets[j + 1] = (offsets[j + 1] as number) + 1;
    if (coupling !== 1) isUniform = false;
  }
  for (let i = 0; i < sites; i++) offsets[i + 1] = (offsets[i + 1] as number) + (offsets[i] as number);
  const next = offsets.slice(0, sites);
  const neighbours = new Uint32Array(2 * bonds.length);
  const couplings = isUniform ? null : new Float64Array(2 * bonds.length);
  for (const [i, j, coupling = 1] of bonds)
    for (const [from, to] of [
      [i, j],
      [j, i],
    ] as const) {
      const at = next[from] as number;
      next[from] = at + 1;
      neighbours[at] = to;
      if (couplings !== null) couplings[at] = coupling;
    }
  return {
    name,
    sites,
    bonds: bonds.length,
    offsets,
    neighbours,
    couplings,
    centre,
    layer: graphDistances(offsets, neighbours, centre),
    boundary: Uint32Array.from(boundary),
    shape: options.shape ?? { kind: "custom", positions },
  };
}

/** Graph distance of every site from a centre, by breadth-first search; 65535 where there is no path. */
export function graphDistances(offsets: Uint32Array, neighbours: Uint32Array, centre: number): Uint16Array {
  const sites = offsets.length - 1;
  const distance = new Uint16Array(sites).fill(65535);
  const queue = new Uint32Array(sites);
  queue[0] = centre;
  distance[centre] = 0;
  let end = 1;
  for (let head = 0; head < end; head++) {
    const i = queue[head] as number;
    const next = Math.min(65534, (distance[i] as number) + 1);
    for (let k = offsets[i] as number; k < (offsets[i + 1] as number); k++) {
      const j = neighbours[k] as number;
      if (distance[j] !== 65535) continue;
      distance[j] = next;
      queue[end++] = j;
    }
  }
  return distance;
}

function requireSite(name: string, site: number, sites: number): void {
  if (!Number.isInteger(site) || site < 0 || site >= sites)
    throw new SpecError(`${name}: received site ${site}, expected an integer from 0 to ${sites - 1}`);
}
