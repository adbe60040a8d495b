/**
 * Closed surfaces that have names: highly symmetric Riemann surfaces with their regular maps (Conder's list gives the maps as R
 * genus.number). The relators close the group at the order known from the literature, which the tests check.
 */
import { SpecError } from "../../base/index.ts";
import { buildSurface, type ClosedSurface } from "./surface.ts";

/** A surface that is known by name. */
export interface NamedSurface {
  readonly p: number;
  readonly q: number;
  readonly relators: readonly string[];
  readonly title: string;
}

/** The catalogue; `:dual` behind a name exchanges cells and vertices. */
export const NAMED_SURFACES: Readonly<Record<string, NamedSurface>> = {
  bolza: { p: 8, q: 3, relators: ["R^4 S r^4 s"], title: "Bolza surface: genus 2, 6 octagons" },
  klein: { p: 7, q: 3, relators: ["(RsrS)^4"], title: "Klein quartic: genus 3, 24 heptagons" },
  bring: { p: 5, q: 4, relators: ["(RsrS)^3"], title: "Bring's curve: genus 4, 24 pentagons" },
  hurwitz14: { p: 7, q: 3, relators: ["(RsrS)^6"], title: "a Hurwitz surface: genus 14, 156 heptagons" },
  hurwitz129: { p: 7, q: 3, relators: ["(RsrS)^8"], title: "a Hurwitz surface: genus 129, 1536 heptagons" },
};

/**
 * Builds a surface of the catalogue: "bolza", "klein-quartic" or "klein", "bring", "hurwitz14", "hurwitz129"; with ":dual" its
 * dual map, such as the 56 triangles {3,7} of "klein:dual".
 *
 * @throws SpecError when there is no such name.
 * @example
 * ```ts
 * import { buildNamedSurface } from "isinglass/lattice";
 * const { cells, genus } = buildNamedSurface("klein:dual");
 * [cells, genus]; // => [56, 3]
 * ```
 */
export function buildNamedSurface(name: string): ClosedSurface {
  const [base = "", suffix, ...rest] = name.toLowerCase().split(":");
  const known = NAMED_SURFACES[base.replace(/-(quartic|surface|curve)$/, "")];
  if (known === undefined || rest.length > 0 || (suffix !== undefined && suffix !== "dual"))
    throw new SpecError(
      `surface: received "${name}", expected ${Object.keys(NAMED_SURFACES).join(", ")}, with :dual for the dual map`,
      { hint: "for example klein, or klein:dual for 56 triangles", data: { received: name } },
    );
  const surface = buildSurface(known.p, known.q, known.relators, { name: base, maxRows: 2 ** 21 });
  return suffix === undefined ? surface : dualSurface(surface);
}

/** The dual map {q,p}: cells and vertices exchanged. */
export function dualSurface(surface: ClosedSurface): ClosedSurface {
  const { name, p, q, cells, vertices, neighbours, vertexNeighbours } = surface;
  const { cellOf, vertexOf, turnCell, turnVertex } = surface;
  return {
    ...surface,
    name: name.endsWith(":dual") ? name.slice(0, -5) : `${name}:dual`,
    p: q,
    q: p,
    cells: vertices,
    vertices: cells,
    offsets: Uint32Array.from({ length: vertices + 1 }, (_, c) => q * c),
    neighbours: vertexNeighbours,
    vertexNeighbours: neighbours,
    cellOf: vertexOf,
    vertexOf: cellOf,
    turnCell: turnVertex,
    turnVertex: turnCell,
  };
}
