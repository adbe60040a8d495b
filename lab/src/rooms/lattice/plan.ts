/** What a lattice will cost before it is built: cells, bytes in this tab, and why it is refused. Pure; no worker is asked. */
import { IsinglassError } from "../../../../src/base/index.ts";
import {
  estimateTilingBytes,
  type LayerKind,
  planLayers,
  requireHyperbolic,
} from "../../../../src/lattice/index.ts";

/** A lattice that the room knows. */
export type LatticeSpec =
  | { readonly kind: "square"; readonly size: number; readonly boundary: SquareBoundary }
  | {
      readonly kind: "tiling";
      readonly p: number;
      readonly q: number;
      readonly layers: number;
      readonly by: LayerKind;
      readonly boundary: PatchBoundary;
    };

/** Boundaries of square lattices. */
export type SquareBoundary = "periodic" | "free" | "wired";
/** Boundaries of patches. */
export type PatchBoundary = "free" | "wired";

/** What will be built, or why not. */
export type LatticePlan =
  | {
      readonly kind: "fits";
      readonly name: string;
      readonly cells: number;
      readonly bytes: number;
      /** Cells in each layer; empty for square lattices. */
      readonly perLayer: readonly number[];
    }
  | { readonly kind: "refused"; readonly message: string; readonly hint: string };

/** Bytes that a lattice with its simulation and its picture may take in a tab. */
export const MOST_BYTES: number = 512 * 2 ** 20;
/** Rows, spins, layers, places and drawing of a cell, without its neighbours. */
const BYTES_PER_CELL = 110;
/** Times that the rows of neighbours are kept: graph, kernel. */
const ROW_COPIES = 2;

/** As `parseLattice` reads it: "square:128", "square:64:open", "7,3:7", "7,3:5:vertex". */
export function nameOf(spec: LatticeSpec): string {
  return spec.kind === "square"
    ? `square:${spec.size}${spec.boundary === "periodic" ? "" : ":open"}`
    : `${spec.p},${spec.q}:${spec.layers}${spec.by === "vertex" ? ":vertex" : ""}`;
}

/** Counts before anything is allocated. */
export function planLattice(spec: LatticeSpec): LatticePlan {
  const name = nameOf(spec);
  if (spec.kind === "square") {
    const cells = spec.size ** 2;
    return { kind: "fits", name, cells, bytes: cells * (BYTES_PER_CELL + 16 * ROW_COPIES), perLayer: [] };
  }
  const { p, q, layers, by, boundary } = spec;
  try {
    requireHyperbolic(p, q);
  } catch (error) {
    return {
      kind: "refused",
      message: error instanceof Error ? error.message : String(error),
      hint: (error instanceof IsinglassError && error.hint) || "raise p or q",
    };
  }
  if (boundary === "wired" && layers < 2)
    return {
      kind: "refused",
      message: `one layer of {${p},${q}} is all boundary: nothing is left to move when it is wired`,
      hint: "ask for two layers or more, or a free boundary",
    };
  const perLayer = planLayers(p, q, layers, by, "cell");
  const cells = perLayer.reduce((sum, n) => sum + n, 0);
  const bytes = ROW_COPIES * estimateTilingBytes(p, q, layers, { by }) + BYTES_PER_CELL * cells;
  if (bytes <= MOST_BYTES) return { kind: "fits", name, cells, bytes, perLayer };
  const fitting = mostLayers(spec);
  return {
    kind: "refused",
    message: `{${p},${q}} with ${layers} layers has ${cells.toPrecision(3)} cells and would take ${size(bytes)} of this tab's memory, allowed are ${size(MOST_BYTES)}`,
    hint: `at most ${fitting} ${fitting === 1 ? "layer fits" : "layers fit"}`,
  };
}

/** The largest number of layers that fits. */
export function mostLayers(spec: Extract<LatticeSpec, { kind: "tiling" }>): number {
  let layers = 1;
  while (planBytes({ ...spec, layers: layers + 1 }) <= MOST_BYTES) layers++;
  return layers;
}

function planBytes({ p, q, layers, by }: Extract<LatticeSpec, { kind: "tiling" }>): number {
  const cells = planLayers(p, q, layers, by, "cell").reduce((sum, n) => sum + n, 0);
  return ROW_COPIES * estimateTilingBytes(p, q, layers, { by }) + BYTES_PER_CELL * cells;
}

/** Bytes as people say them. */
export function size(bytes: number): string {
  if (bytes < 2 ** 20) return `${Math.max(1, Math.round(bytes / 2 ** 10))} KiB`;
  if (bytes < 2 ** 30) return `${Math.round(bytes / 2 ** 20)} MiB`;
  if (bytes < 2 ** 40) return `${Number((bytes / 2 ** 30).toPrecision(3))} GiB`;
  return `${(bytes / 2 ** 40).toPrecision(3)} TiB`;
}
