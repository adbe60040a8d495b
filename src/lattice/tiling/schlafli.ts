/**
 * The Schlaefli symbol {p,q}: regular p-gons, q of them round every vertex. Lengths and areas are those of the hyperbolic
 * plane of curvature -1 (Coxeter 1956, "Regular honeycombs in hyperbolic space").
 */
import { SpecError } from "../../base/index.ts";

/** Which plane a regular tiling lives on, by the sign of (p-2)(q-2) - 4. */
export type PlaneKind = "spherical" | "euclidean" | "hyperbolic";

/** The plane that {p,q} tiles: (p-2)(q-2) below, equal to or above 4. */
export function planeOf(p: number, q: number): PlaneKind {
  const excess = (p - 2) * (q - 2) - 4;
  if (excess === 0) return "euclidean";
  return excess > 0 ? "hyperbolic" : "spherical";
}

/**
 * Refuses everything but a hyperbolic {p,q}.
 * @throws SpecError when p or q is no integer of at least 3, or the tiling is spherical or Euclidean (it says which).
 */
export function requireHyperbolic(p: number, q: number): void {
  for (const [name, value] of [
    ["p", p],
    ["q", q],
  ] as const) {
    if (!Number.isInteger(value) || value < 3)
      throw new SpecError(`tiling {p,q}: ${name} is ${value}, expected an integer of at least 3`, {
        hint: "for example --p 7 --q 3",
        data: { [name]: value },
      });
  }
  const plane = planeOf(p, q);
  if (plane !== "hyperbolic")
    throw new SpecError(
      `tiling {${p},${q}} is ${plane}: (p-2)(q-2) = ${(p - 2) * (q - 2)}, and a hyperbolic tiling needs more than 4`,
      {
        hint:
          plane === "euclidean"
            ? "use a Euclidean lattice (square:L, triangular:L), or raise p or q by one"
            : "raise p or q: {7,3}, {5,4} and {3,7} are the smallest hyperbolic ones",
        data: { p, q, plane },
      },
    );
}

/** Lengths of a hyperbolic {p,q} in units of the curvature radius, and its cell area. */
export interface CellGeometry {
  /** Distance between the centres of adjacent cells: 2 acosh(cos(pi/q) / sin(pi/p)). */
  readonly centreDistance: number;
  /** Length of a polygon's edge: 2 acosh(cos(pi/p) / sin(pi/q)). */
  readonly edgeLength: number;
  /** Centre to vertex: acosh(cot(pi/p) cot(pi/q)). */
  readonly circumradius: number;
  /** The circumradius in the Poincare disc: tanh(circumradius / 2). */
  readonly discCircumradius: number;
  /** pi (p - 2 - 2p/q), by Gauss-Bonnet. */
  readonly area: number;
}

/**
 * Geometry of one cell of a hyperbolic {p,q}.
 *
 * Note that the package hypertiling calls the centre distance the "edge length"; it is the edge of the dual tiling.
 * @throws SpecError when {p,q} is not hyperbolic.
 * @example
 * ```ts
 * import { cellGeometry } from "isinglass/lattice";
 * cellGeometry(7, 3).centreDistance; // => 1.090550
 * ```
 */
export function cellGeometry(p: number, q: number): CellGeometry {
  requireHyperbolic(p, q);
  const a = Math.PI / p;
  const b = Math.PI / q;
  const circumradius = Math.acosh(1 / (Math.tan(a) * Math.tan(b)));
  return {
    centreDistance: 2 * Math.acosh(Math.cos(b) / Math.sin(a)),
    edgeLength: 2 * Math.acosh(Math.cos(a) / Math.sin(b)),
    circumradius,
    discCircumradius: Math.tanh(circumradius / 2),
    area: Math.PI * (p - 2 - (2 * p) / q),
  };
}
