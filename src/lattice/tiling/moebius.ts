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
