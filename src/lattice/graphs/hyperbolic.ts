/** Spins on the cells of a hyperbolic tiling {p,q}: every inner spin has p neighbours. */
import { SpecError } from "../../base/index.ts";
import { buildTiling, type LayerKind, planLayers, requireHyperbolic, type Tiling } from "../tiling/index.ts";
import { graphDistances, requireSites, type SpinGraph } from "./spin-graph.ts";

/**
 * Spins on the cells of `layers` layers of {p,q}, the centre cell being the first; the last layer is the boundary.
 *
 * @param by what makes the next layer: cells that share an edge with the patch (default), or at least a vertex.
 * @throws SpecError when {p,q} is not hyperbolic; BudgetError when it does not fit into memory.
 * @example
 * ```ts
 * import { hyperbolicLattice } from "isinglass/lattice";
 * hyperbolicLattice(7, 3, 5).sites; // => 232
 * ```
 */
export function hyperbolicLattice(p: number, q: number, layers: number, by: LayerKind = "edge"): SpinGraph {
  requireHyperbolic(p, q);
  if (!Number.isInteger(layers) || layers < 1)
    throw new SpecError(`${p},${q}:${layers}: received ${layers} layers, expected an integer of at least 1`);
  let sites = 0;
  for (const size of planLayers(p, q, layers, by, "cell")) {
    sites += size;
    requireSites(`${p},${q}:${layers}`, sites);
  }
  return tilingGraph(buildTiling(p, q, layers, { by, tree: sites <= TREE_LIMIT }));
}

/** Above this size no drawing is made, so that the tree would only cost memory. */
const TREE_LIMIT = 200_000;

/** The spin graph of a tiling that exists already; its last layer is the boundary. */
export function tilingGraph(tiling: Tiling): SpinGraph {
  const { p, q, by, cells, bonds, layerStart, offsets, neighbours, perLayer } = tiling;
  const last = layerStart.at(-2) as number;
  return {
    name: `${p},${q}:${perLayer.length}${by === "vertex" ? ":vertex" : ""}`,
    sites: cells,
    bonds,
    offsets,
    neighbours,
    couplings: null,
    centre: 0,
    layer: graphDistances(offsets, neighbours, 0),
    boundary:
      perLayer.length === 1
        ? new Uint32Array(0)
        : Uint32Array.from({ length: cells - last }, (_, k) => last + k),
    shape: { kind: "hyperbolic", tiling },
  };
}
