/** Coordinates of a triangle-group tiling: each triangle is the mirror image of one nearer to the centre. */
import type { TriangleTiling } from "./coxeter.ts";
import { reflect } from "./geodesics.ts";
import type { Point } from "./moebius.ts";

/**
 * The corners of all triangles in the Poincare disc, six numbers a triangle: the corner with angle pi/p (where mirrors a and b
 * meet; at the origin for triangle 0), pi/q (b and c), pi/r (c and a).
 *
 * @cost O(cells). Rounding grows by about 1e-16 a reflection.
 */
export function placeTriangles({ p, q, r, cells, across }: TriangleTiling): Float64Array {
  const corners = new Float64Array(6 * cells);
  const [atP, atQ, atR] = [Math.PI / p, Math.PI / q, Math.PI / r];
  const onA = side(atP, atR, atQ);
  const onB = side(atP, atQ, atR);
  corners.set([0, 0, onB * Math.cos(atP), onB * Math.sin(atP), onA, 0]);
  // the corner off mirror a is b-c, off b is c-a, off c is a-b
  const off = [1, 2, 0] as const;
  for (let t = 1; t < cells; t++) {
    const s = [0, 1, 2].findIndex((mirror) => {
      const other = across[3 * t + mirror] as number;
      return other >= 0 && other < t;
    });
    const from = 6 * (across[3 * t + s] as number);
    const moving = off[s] as number;
    const corner = (e: number): Point => ({
      x: corners[from + 2 * e] as number,
      y: corners[from + 2 * e + 1] as number,
    });
    const image = reflect(corner(moving), corner((moving + 1) % 3), corner((moving + 2) % 3));
    corners.set(corners.subarray(from, from + 6), 6 * t);
    corners.set([image.x, image.y], 6 * t + 2 * moving);
  }
  return corners;
}

/** Length, in the disc from the origin, of the side between two angles; law of cosines with the angle opposite. */
function side(angle: number, other: number, opposite: number): number {
  const cosh = (Math.cos(opposite) + Math.cos(angle) * Math.cos(other)) / (Math.sin(angle) * Math.sin(other));
  return Math.tanh(Math.acosh(cosh) / 2);
}
