/**
 * Models of the hyperbolic plane, and the way from the Poincare disc to each and back: Klein disc (geodesics are straight),
 * hyperboloid, upper half plane, band.
 */
import type { Point } from "./moebius.ts";

/** Plane models that a tiling can be drawn in. */
export type PlaneModel = "poincare" | "klein" | "half-plane" | "band";

/** Their names, for help texts. */
export const PLANE_MODELS: readonly PlaneModel[] = ["poincare", "klein", "half-plane", "band"];

/** A point of the Poincare disc in another model. */
export function toModel(model: PlaneModel, z: Point): Point {
  switch (model) {
    case "poincare":
      return z;
    case "klein":
      return toKlein(z);
    case "half-plane":
      return toHalfPlane(z);
    case "band":
      return toBand(z);
  }
}

/** Poincare disc to Klein disc, where geodesics are straight: 2z / (1 + |z|^2). */
export function toKlein({ x, y }: Point): Point {
  const scale = 2 / (1 + x * x + y * y);
  return { x: x * scale, y: y * scale };
}

/** Klein disc to Poincare disc: z / (1 + sqrt(1 - |z|^2)). */
export function fromKlein({ x, y }: Point): Point {
  const scale = 1 / (1 + Math.sqrt(Math.max(0, 1 - x * x - y * y)));
  return { x: x * scale, y: y * scale };
}

/** Poincare disc to the hyperboloid t^2 - x^2 - y^2 = 1: (1 + |z|^2, 2x, 2y) / (1 - |z|^2). */
export function toHyperboloid({ x, y }: Point): readonly [t: number, x: number, y: number] {
  const square = x * x + y * y;
  return [(1 + square) / (1 - square), (2 * x) / (1 - square), (2 * y) / (1 - square)];
}

/** Hyperboloid to Poincare disc: (x + iy) / (1 + t). */
export function fromHyperboloid([t, x, y]: readonly [number, number, number]): Point {
  return { x: x / (1 + t), y: y / (1 + t) };
}

/**
 * Poincare disc to the upper half plane, i (1 + z) / (1 - z): the origin becomes i, 1 the point at infinity.
 * @example
 * ```ts
 * import { toHalfPlane } from "isinglass/lattice";
 * toHalfPlane({ x: 0.5, y: 0 }); // => { "x": 0, "y": 3 }
 * ```
 */
export function toHalfPlane({ x, y }: Point): Point {
  const norm = (1 - x) ** 2 + y * y;
  return { x: -(2 * y) / norm + 0, y: (1 - x * x - y * y) / norm };
}

/** Upper half plane to Poincare disc: (w - i) / (w + i). */
export function fromHalfPlane({ x, y }: Point): Point {
  const norm = x * x + (y + 1) ** 2;
  return { x: (x * x + y * y - 1) / norm, y: -(2 * x) / norm };
}

/** Poincare disc to the band |Im w| < pi/4 (conformal, w = artanh z): the real axis becomes the middle line. */
export function toBand({ x, y }: Point): Point {
  // artanh z = (1/2) log((1 + z) / (1 - z))
  const modulus = 0.5 * Math.log(((1 + x) ** 2 + y * y) / ((1 - x) ** 2 + y * y));
  return { x: 0.5 * modulus, y: 0.5 * (Math.atan2(y, 1 + x) - Math.atan2(-y, 1 - x)) };
}

/** Band to Poincare disc: z = tanh w. */
export function fromBand({ x, y }: Point): Point {
  // tanh(x + iy) = (sinh 2x + i sin 2y) / (cosh 2x + cos 2y)
  const scale = 1 / (Math.cosh(2 * x) + Math.cos(2 * y));
  return { x: Math.sinh(2 * x) * scale, y: Math.sin(2 * y) * scale };
}
