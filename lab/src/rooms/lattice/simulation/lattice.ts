/** Builds a lattice and everything the page draws of it. Runs in the worker. */
import {
  buildTiling,
  cellGeometry,
  compose,
  dualTiling,
  type Motion,
  meshOf,
  placeCells,
  rotation,
  type SpinGraph,
  squareLattice,
  type Tiling,
  tilingGraph,
  translation,
} from "../../../../../src/lattice/index.ts";
import { type LatticeSpec, nameOf } from "../plan.ts";
import type { BuiltLattice } from "./messages.ts";

/** Patches larger than this are drawn without their dual, whose search takes more memory than the patch. */
const MOST_DUAL_CELLS = 300_000;

/** The graph, and what is sent to the page. */
export function buildLattice(spec: LatticeSpec): { graph: SpinGraph; built: BuiltLattice } {
  if (spec.kind === "square") {
    const isPeriodic = spec.boundary === "periodic";
    const graph = squareLattice(spec.size, { periodic: isPeriodic });
    return { graph, built: describe(graph, { kind: "square", size: spec.size, isPeriodic }) };
  }
  const { p, q, layers, by } = spec;
  const tiling = buildTiling(p, q, layers, { by });
  const graph = tilingGraph(tiling);
  const { motions } = placeCells(tiling);
  const dual = tiling.cells > MOST_DUAL_CELLS ? new Float64Array(0) : placeDual(tiling, motions);
  const { perLayer, layerStart } = tiling;
  return { graph, built: describe(graph, { kind: "tiling", p, q, perLayer, layerStart, motions, dual }) };
}

/** Builds lattices; the last one is kept, since most runs are on the lattice of the one before. */
export interface Lattices {
  /** The graph; `tell` is told of a lattice that is new, with buffers that may be moved. */
  build(spec: LatticeSpec, tell: (built: BuiltLattice, buffers: Transferable[]) => void): SpinGraph;
}

/** Without a lattice yet. */
export function createLattices(): Lattices {
  let kept: { readonly key: string; readonly graph: SpinGraph } | null = null;
  return {
    build(spec, tell) {
      const key = `${nameOf(spec)} ${spec.boundary}`;
      if (kept?.key === key) return kept.graph;
      const { graph, built } = buildLattice(spec);
      kept = { key, graph };
      const { picture } = built;
      tell(built, picture.kind === "tiling" ? [picture.motions.buffer, picture.dual.buffer] : []);
      return graph;
    },
  };
}

function describe(graph: SpinGraph, picture: BuiltLattice["picture"]): BuiltLattice {
  const { name, sites, bonds, boundary } = graph;
  return { name, sites, bonds, rim: boundary.length, picture };
}

/**
 * Motions that take a regular q-gon at the middle of the disc to the dual cell round each inner vertex: from a cell to its corner,
 * and then turned so that a corner of the dual cell lies in the middle of that cell.
 */
export function placeDual(tiling: Tiling, motions: Float64Array): Float64Array {
  const { p, q } = tiling;
  const mesh = meshOf(tiling);
  const { vertexOf } = dualTiling(mesh);
  const cornerOf = new Uint32Array(mesh.vertices);
  mesh.corners.forEach((vertex, corner) => {
    cornerOf[vertex] = corner;
  });
  const out = translation(cellGeometry(p, q).circumradius);
  const back = rotation(Math.PI - Math.PI / q);
  const toCorner = Array.from({ length: p }, (_, e) =>
    compose(compose(rotation((Math.PI * (2 * e + 1)) / p), out), back),
  );
  const dual = new Float64Array(4 * vertexOf.length);
  vertexOf.forEach((vertex, d) => {
    const corner = cornerOf[vertex] as number;
    const k = 4 * Math.floor(corner / p);
    const cell: Motion = {
      ar: motions[k] as number,
      ai: motions[k + 1] as number,
      br: motions[k + 2] as number,
      bi: motions[k + 3] as number,
    };
    const { ar, ai, br, bi } = compose(cell, toCorner[corner % p] as Motion);
    dual.set([ar, ai, br, bi], 4 * d);
  });
  return dual;
}
