/**
 * Orientation-preserving motions of the hyperbolic plane as SU(1,1) matrices acting on the Poincare disc,
 * z -> (a z + b) / (conj(b) z + conj(a)), |a|^2 - |b|^2 = 1. Plain complex numbers as pairs.
 */

/** A point of the disc, |z| < 1. */
export interface Point {
  readonly x: number;
  readonly y: number;
}

/** A motion: a = ar + i ai, b = br + i bi. */
export interface Motion {
  readonly ar: number;
  readonly ai: number;
  readonly br: number;
  readonly bi: number;
}

/** Rotation about the origin by `angle` (radians). */
export function rotation(angle: number): Motion {
  return { ar: Math.cos(angle / 2), ai: Math.sin(angle / 2), br: 0, bi: 0 };
}

/** Translation by hyperbolic distance `distance` along the positive real axis. */
export function translation(distance: number): Motion {
  return { ar: Math.cosh(distance / 2), ai: 0, br: Math.sinh(distance / 2), bi: 0 };
}

/** The motion that takes `point` to the origin, z -> (z - z0) / (1 - z conj(z0)). */
export function toOrigin({ x, y }: Point): Motion {
  const scale = 1 / Math.sqrt(1 - x * x - y * y);
  return { ar: scale, ai: 0, br: -x * scale, bi: -y * scale };
}

/** First `second`, then `first`: the matrix product, with |a|^2 - |b|^2 restored to 1. */
export function compose(first: Motion, second: Motion): Motion {
  // (a1, b1)(a2, b2) = (a1 a2 + b1 conj(b2), a1 b2 + b1 conj(a2))
  const ar = first.ar * second.ar - first.ai * second.ai + first.br * second.br + first.bi * second.bi;
  const ai = first.ar * second.ai + first.ai * second.ar + first.bi * second.br - first.br * second.bi;
  const br = first.ar * second.br - first.ai * second.bi + first.br * second.ar + first.bi * second.ai;
  const bi = first.ar * second.bi + first.ai * second.br + first.bi * second.ar - first.br * second.ai;
  return { ar, ai, br, bi };
}

/** The inverse motion. */
export function inverse({ ar, ai, br, bi }: Motion): Motion {
  return { ar, ai: -ai, br: -br, bi: -bi };
}

/** Image of a point. */
export function move({ ar, ai, br, bi }: Motion, { x, y }: Point): Point {
  const nx = ar * x - ai * y + br;
  const ny = ar * y + ai * x + bi;
  // conj(b) z + conj(a)
  const dx = br * x + bi * y + ar;
  const dy = br * y - bi * x - ai;
  const norm = dx * dx + dy * dy;
  return { x: (nx * dx + ny * dy) / norm, y: (ny * dx - nx * dy) / norm };
}

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

/** Poincare disc to the band |Im w| < pi/4 (conformal, w = artanh z): the real axis becomes the middle line. */
export function toBand({ x, y }: Point): Point {
  // artanh z = (1/2) log((1 + z) / (1 - z))
  const modulus = 0.5 * Math.log(((1 + x) ** 2 + y * y) / ((1 - x) ** 2 + y * y));
  return { x: 0.5 * modulus, y: 0.5 * (Math.atan2(y, 1 + x) - Math.atan2(-y, 1 - x)) };
}

/** Mirror image of z in the geodesic through z1 and z2: z1 to the origin, the line onto the real axis, conjugate, undo. */
export function reflect(z: Point, z1: Point, z2: Point): Point {
  const there = toOrigin(z1);
  const onto = move(there, z2);
  const turn = compose(rotation(-Math.atan2(onto.y, onto.x)), there);
  const image = move(turn, z);
  return move(inverse(turn), { x: image.x, y: -image.y });
}
