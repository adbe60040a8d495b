/**
 * A spin graph with its boundary and field: H = -sum J_ij s_i s_j - sum (h + h_i) s_i, s = +-1. Pinned spins become one ghost spin
 * that is +1, and so does the field; what is left are free spins with couplings among them and one bond each to the ghost.
 */
import { SpecError } from "../../base/index.ts";
import type { SpinGraph } from "./spin-graph.ts";

/**
 * free: nothing is pinned (the only choice on a torus). wired: all boundary spins are +1, which is the same as merging them
 * into one spin. fixed: every boundary spin has its own given sign.
 */
export type BoundaryKind = "free" | "wired" | "fixed";

/** The free spins of a model. All energies in units of J. */
export interface SpinModel {
  readonly graph: SpinGraph;
  readonly boundary: BoundaryKind;
  /** Uniform field h. */
  readonly field: number;
  /** Additional field of each site; null: none. */
  readonly siteFields: Float64Array | null;
  /** Free spins. */
  readonly spins: number;
  /** Site of each free spin. */
  readonly siteOf: Uint32Array;
  /** Free spin of each site, or -1 where the site is pinned. */
  readonly spinAt: Int32Array;
  /** Sign of each pinned site in the order of graph.boundary; empty for free. */
  readonly pinned: Int8Array;
  readonly offsets: Uint32Array;
  readonly neighbours: Uint32Array;
  readonly couplings: Float64Array | null;
  /** Strength of the bond from each free spin to the ghost: h + sum of J s over pinned neighbours; null: all 0. */
  readonly ghost: Float64Array | null;
  /** Energy of bonds between pinned sites and of pinned sites in the field. */
  readonly pinnedEnergy: number;
  /** Sum of the pinned spins. */
  readonly pinnedSum: number;
}

/** Options of `createModel`. */
export interface ModelOptions {
  /** Default "free". */
  readonly boundary?: BoundaryKind;
  /** Signs of graph.boundary, for "fixed". */
  readonly signs?: ArrayLike<number>;
  /** Default 0. */
  readonly field?: number;
  /** Fields of single sites, in addition to `field`; one per site, default none. */
  readonly siteFields?: ArrayLike<number>;
}

/**
 * Applies a boundary and a field.
 *
 * @throws SpecError when the boundary is wired or fixed and the graph has none, when signs are not +-1, or fields no numbers.
 * @example
 * ```ts
 * import { createModel, hyperbolicLattice } from "isinglass/lattice";
 * createModel(hyperbolicLattice(7, 3, 3), { boundary: "wired" }).spins; // => 8
 * ```
 */
export function createModel(graph: SpinGraph, options: ModelOptions = {}): SpinModel {
  const { boundary = "free", field = 0 } = options;
  if (!Number.isFinite(field)) throw new SpecError(`field: received ${field}, expected a number`);
  const siteFields = readSiteFields(graph, options.siteFields);
  const pinned = readSigns(graph, boundary, options.signs);
  const { sites } = graph;
  const value = new Int8Array(sites);
  if (boundary !== "free")
    for (let k = 0; k < pinned.length; k++) value[graph.boundary[k] as number] = pinned[k] as number;
  const spinAt = new Int32Array(sites);
  let spins = 0;
  for (let i = 0; i < sites; i++) spinAt[i] = value[i] === 0 ? spins++ : -1;
  if (spins === 0)
    throw new SpecError(
      `${graph.name}: a ${boundary} boundary pins all ${sites} spins, expected a larger lattice`,
    );
  const common = { graph, boundary, field, siteFields, pinned, spins, spinAt };
  const fieldAt = (site: number): number => field + (siteFields === null ? 0 : (siteFields[site] as number));
  if (boundary === "free") {
    const { offsets, neighbours, couplings } = graph;
    const siteOf = Uint32Array.from({ length: sites }, (_, i) => i);
    const isZero = field === 0 && siteFields === null;
    const ghost = isZero ? null : Float64Array.from({ length: sites }, (_, i) => fieldAt(i));
    return { ...common, siteOf, offsets, neighbours, couplings, ghost, pinnedEnergy: 0, pinnedSum: 0 };
  }
  return { ...common, ...cutPinned(graph, value, spinAt, spins, fieldAt) };
}

function cutPinned(
  { sites, offsets: rows, neighbours: all, couplings: strengths }: SpinGraph,
  value: Int8Array,
  spinAt: Int32Array,
  spins: number,
  fieldAt: (site: number) => number,
): Pick<
  SpinModel,
  "siteOf" | "offsets" | "neighbours" | "couplings" | "ghost" | "pinnedEnergy" | "pinnedSum"
> {
  const siteOf = new Uint32Array(spins);
  const offsets = new Uint32Array(spins + 1);
  const neighbours: number[] = [];
  const couplings: number[] = [];
  const ghost = new Float64Array(spins);
  let pinnedEnergy = 0;
  let pinnedSum = 0;
  for (let i = 0; i < sites; i++) {
    const a = spinAt[i] as number;
    const mine = value[i] as number;
    pinnedSum += mine;
    pinnedEnergy -= fieldAt(i) * mine;
    if (a >= 0) {
      siteOf[a] = i;
      ghost[a] = (ghost[a] as number) + fieldAt(i);
    }
    for (let k = rows[i] as number; k < (rows[i + 1] as number); k++) {
      const j = all[k] as number;
      const coupling = strengths === null ? 1 : (strengths[k] as number);
      if (a >= 0 && (spinAt[j] as number) >= 0) {
        neighbours.push(spinAt[j] as number);
        couplings.push(coupling);
      } else if (a >= 0) ghost[a] = (ghost[a] as number) + coupling * (value[j] as number);
      else if (i < j) pinnedEnergy -= coupling * mine * (value[j] as number);
    }
    if (a >= 0) offsets[a + 1] = neighbours.length;
  }
  return {
    siteOf,
    offsets,
    neighbours: Uint32Array.from(neighbours),
    couplings: strengths === null ? null : Float64Array.from(couplings),
    ghost,
    pinnedEnergy,
    pinnedSum,
  };
}

function readSiteFields(
  { name, sites }: SpinGraph,
  fields: ArrayLike<number> | undefined,
): Float64Array | null {
  if (fields === undefined) return null;
  if (fields.length !== sites)
    throw new SpecError(`${name}: received ${fields.length} site fields, expected one a site, ${sites}`);
  return Float64Array.from(fields, (h) => {
    if (!Number.isFinite(h))
      throw new SpecError(`${name}: received the field ${h} of a site, expected a number`);
    return h;
  });
}

function readSigns(graph: SpinGraph, kind: BoundaryKind, signs: ArrayLike<number> | undefined): Int8Array {
  if (kind === "free") return new Int8Array(0);
  const size = graph.boundary.length;
  if (size === 0)
    throw new SpecError(`${graph.name} has no boundary, so it cannot be ${kind}`, {
      hint: /^(square|triangular)/.test(graph.name)
        ? `${graph.name}:open has one`
        : "use at least two layers, or a free boundary",
    });
  if (kind === "wired") return new Int8Array(size).fill(1);
  if (signs?.length !== size)
    throw new SpecError(
      `${graph.name}: received ${signs?.length ?? 0} signs for a fixed boundary, expected ${size}, each 1 or -1`,
    );
  return Int8Array.from(signs, (sign) => {
    if (sign !== 1 && sign !== -1)
      throw new SpecError(`${graph.name}: received the sign ${sign} for a boundary spin, expected 1 or -1`);
    return sign;
  });
}
