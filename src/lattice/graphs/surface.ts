/** Spins on the cells of a closed hyperbolic surface: no boundary, and yet negatively curved. */
import { SpecError } from "../../base/index.ts";
import { buildNamedSurface, type ClosedSurface } from "../tiling/index.ts";
import { graphDistances, type SpinGraph } from "./spin-graph.ts";

/**
 * The spin graph of a closed surface. Two cells that share several edges have as many bonds.
 *
 * @throws SpecError when a cell borders itself, so that its spin would have a bond to itself, or the name is unknown.
 * @example
 * ```ts
 * import { surfaceLattice } from "isinglass/lattice";
 * surfaceLattice("klein").bonds; // => 84
 * ```
 */
export function surfaceLattice(surface: ClosedSurface | string): SpinGraph {
  const { name, cells, edges, offsets, neighbours, p } =
    typeof surface === "string" ? buildNamedSurface(surface) : surface;
  const own = neighbours.findIndex((other, k) => other === Math.floor(k / p));
  if (own >= 0)
    throw new SpecError(`surface:${name}: cell ${Math.floor(own / p)} borders itself, expected other cells`, {
      hint: "use its dual, or a larger surface",
    });
  return {
    name: `surface:${name}`,
    sites: cells,
    bonds: edges,
    offsets,
    neighbours,
    couplings: null,
    centre: 0,
    layer: graphDistances(offsets, neighbours, 0),
    boundary: new Uint32Array(0),
    shape: { kind: "custom", positions: null },
  };
}
