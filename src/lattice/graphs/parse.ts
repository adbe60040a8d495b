/** Lattices by name, as the command line and run files give them. */
import { SpecError } from "../../base/index.ts";
import { cayleyTree } from "./cayley.ts";
import { closedHyperbolicLattice } from "./closed.ts";
import { squareLattice, triangularLattice } from "./euclidean.ts";
import { hyperbolicLattice } from "./hyperbolic.ts";
import type { SpinGraph } from "./spin-graph.ts";
import { surfaceLattice } from "./surface.ts";

/** What `parseLattice` understands, for help texts. */
export const LATTICE_FORMS: readonly string[] = [
  "square:L",
  "square:LxM",
  "square:L:open",
  "triangular:L",
  "triangular:L:open",
  "cayley:COORDINATION:LAYERS",
  "P,Q:LAYERS",
  "P,Q:LAYERS:vertex",
  "P,Q:closed:PRIME",
  "surface:NAME",
  "surface:NAME:dual",
];

/**
 * Reads a lattice: `square:32` and `triangular:24` are tori, `:open` cuts them open; `cayley:3:8` is a tree; `7,3:5` puts
 * spins on the cells of 5 edge layers of {7,3}, the centre cell being the first, and `7,3:5:vertex` on those of vertex layers;
 * `surface:klein` is closed, and so is `7,3:closed:29`, the surface of that type over the field of 29 elements.
 *
 * @throws SpecError when it is none of these; BudgetError when it is too large.
 * @example
 * ```ts
 * import { parseLattice } from "isinglass/lattice";
 * parseLattice("7,3:5").sites; // => 232
 * ```
 */
export function parseLattice(text: string): SpinGraph {
  const euclidean = /^(square|triangular):(\d+)(?:x(\d+))?(:open)?$/.exec(text);
  if (euclidean) {
    const [, kind, columns, rows, open] = euclidean;
    const build = kind === "square" ? squareLattice : triangularLattice;
    return build(Number(columns), { rows: Number(rows ?? columns), periodic: open === undefined });
  }
  const tree = /^(?:cayley|bethe):(\d+):(\d+)$/.exec(text);
  if (tree) return cayleyTree(Number(tree[1]), Number(tree[2]));
  const tiling = /^(\d+),(\d+):(\d+)(:vertex)?$/.exec(text);
  if (tiling) {
    const [p, q, layers] = tiling.slice(1, 4).map(Number) as [number, number, number];
    return hyperbolicLattice(p, q, layers, tiling[4] === undefined ? "edge" : "vertex");
  }
  const closed = /^(\d+),(\d+):closed:(\d+)$/.exec(text);
  if (closed) return closedHyperbolicLattice(Number(closed[1]), Number(closed[2]), Number(closed[3]));
  const surface = /^surface:(.+)$/.exec(text);
  if (surface) return surfaceLattice(surface[1] as string);
  throw new SpecError(`lattice: received "${text}", expected ${LATTICE_FORMS.join(", ")}`, {
    hint: "for example square:32, or 7,3:5 for five layers of {7,3}",
    data: { received: text },
  });
}
