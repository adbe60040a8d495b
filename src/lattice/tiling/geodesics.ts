/**
 * Distances, geodesics, midpoints and mirror images in the Poincare disc of curvature -1 (Anderson, "Hyperbolic Geometry",
 * 2005, chapters 3 and 4).
 */
import { compose, inverse, type Motion, move, type Point, rotation, toOrigin } from "./moebius.ts";

/**
 * Hyperbolic distance 2 artanh(|z1 - z2| / |1 - z1 conj(z2)|). Loses digits beyond a distance of about 27 from the
 * origin, where 1 - |z|^2 falls below the rounding error.
 * @example
 * ```ts
 * import { distance } from "isinglass/lattice";
 * distance({ x: 0, y: 0 }, { x: 0.5, y: 0 }); // => 1.0986122887
 * ```
 */
export function distance(z1: Point, z2: Point): number {
  const numerator = Math.hypot(z1.x - z2.x, z1.y - z2.y);
  const denominator = Math.hypot(1 - z1.x * z2.x - z1.y * z2.y, z1.x * z2.y - z1.y * z2.x);
  return 2 * Math.atanh(numerator / denominator);
}

/** The geodesic through two points: a diameter, or part of a circle that meets the unit circle at right angles. */
export type Geodesic =
  | { readonly kind: "line" }
  | {
      readonly kind: "arc";
      /** Centre and radius of the circle, |centre|^2 = radius^2 + 1. */
      readonly centre: Point;
      readonly radius: number;
      /** Whether the way from the first point to the second runs counter-clockwise on that circle. */
      readonly isCounterClockwise: boolean;
    };

/**
 * The geodesic from z1 to z2. Where the circle's radius would exceed 10^4 it is called a line; over a chord shorter than 2
 * the difference is below 5e-5.
 * @example
 * ```ts
 * import { geodesicThrough } from "isinglass/lattice";
 * const arc = geodesicThrough({ x: 0.5, y: 0 }, { x: 0, y: 0.5 });
 * arc.kind === "arc" ? arc.radius : 0; // => 1.4577379737
 * ```
 */
export function geodesicThrough(z1: Point, z2: Point): Geodesic {
  const cross = z1.x * z2.y - z1.y * z2.x;
  if (Math.abs(cross) < 1e-4 * Math.hypot(z2.x - z1.x, z2.y - z1.y)) return { kind: "line" };
  const a = (1 + z1.x * z1.x + z1.y * z1.y) / 2;
  const b = (1 + z2.x * z2.x + z2.y * z2.y) / 2;
  const x = (a * z2.y - b * z1.y) / cross;
  const y = (b * z1.x - a * z2.x) / cross;
  const radius = Math.sqrt(Math.max(0, x * x + y * y - 1));
  return { kind: "arc", centre: { x, y }, radius, isCounterClockwise: cross < 0 };
}

/** The point at a fraction of the way from z1 to z2 along the geodesic; 0 gives z1, 1 gives z2. */
export function pointAlong(z1: Point, z2: Point, fraction: number): Point {
  const there = toOrigin(z1);
  const end = move(there, z2);
  const radius = Math.hypot(end.x, end.y);
  if (radius === 0) return z1;
  const scale = Math.tanh(fraction * Math.atanh(radius)) / radius;
  return move(inverse(there), { x: end.x * scale, y: end.y * scale });
}

/** The middle of the geodesic between two points. */
export function midpoint(z1: Point, z2: Point): Point {
  return pointAlong(z1, z2, 1 / 2);
}

/**
 * Area of a geodesic triangle, pi minus its angles. With one vertex at the origin and the others at u and v,
 * tan(area / 2) = |Im(conj(u) v)| / (1 - Re(conj(u) v)).
 */
export function triangleArea(z1: Point, z2: Point, z3: Point): number {
  const there = toOrigin(z1);
  const u = move(there, z2);
  const v = move(there, z3);
  return 2 * Math.atan2(Math.abs(u.x * v.y - u.y * v.x), 1 - u.x * v.x - u.y * v.y);
}

/** Mirror image of z in the geodesic through z1 and z2: z1 to the origin, the line onto the real axis, conjugate, undo. */
export function reflect(z: Point, z1: Point, z2: Point): Point {
  const there = toOrigin(z1);
  const onto = move(there, z2);
  const turn = compose(rotation(-Math.atan2(onto.y, onto.x)), there);
  const image = move(turn, z);
  return move(inverse(turn), { x: image.x, y: -image.y });
}

/** The translation along the geodesic from z1 to z2 that takes z1 to z2; `fraction` of the way for an animation. */
export function translationBetween(z1: Point, z2: Point, fraction: number = 1): Motion {
  const there = toOrigin(z1);
  const end = pointAlong({ x: 0, y: 0 }, move(there, z2), fraction);
  const step = inverse(toOrigin(end));
  return compose(inverse(there), compose(step, there));
}
