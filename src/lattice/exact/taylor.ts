/**
 * Truncated Taylor series c0 + c1 e + c2 e^2 of functions of the coupling K + e: derivatives of partition functions to
 * second order without finite differences (Griewank and Walther, "Evaluating derivatives", 2008, chapter 13).
 */

/** Coefficients of 1, e, e^2. */
export type Taylor = readonly [c0: number, c1: number, c2: number];

/** The variable itself at x. */
export function variable(x: number): Taylor {
  return [x, 1, 0];
}

/** A number. */
export function constant(x: number): Taylor {
  return [x, 0, 0];
}

/** Sum of several series. */
export function add(...terms: readonly Taylor[]): Taylor {
  let [a, b, c] = [0, 0, 0];
  for (const [x, y, z] of terms) {
    a += x;
    b += y;
    c += z;
  }
  return [a, b, c];
}

/** A series times a number. */
export function scale([a, b, c]: Taylor, factor: number): Taylor {
  return [factor * a, factor * b, factor * c];
}

/** Product. */
export function times([a, b, c]: Taylor, [x, y, z]: Taylor): Taylor {
  return [a * x, a * y + b * x, a * z + b * y + c * x];
}

/** f of a series, from f, f' and f'' at its value. */
export function chain([, b, c]: Taylor, f: number, df: number, d2f: number): Taylor {
  return [f, df * b, df * c + 0.5 * d2f * b * b];
}

/** Natural logarithm. */
export function log(s: Taylor): Taylor {
  return chain(s, Math.log(s[0]), 1 / s[0], -1 / s[0] ** 2);
}

/** Exponential function. */
export function exp(s: Taylor): Taylor {
  const y = Math.exp(s[0]);
  return chain(s, y, y, y);
}

/** Hyperbolic tangent. */
export function tanh(s: Taylor): Taylor {
  const y = Math.tanh(s[0]);
  const slope = 1 - y * y;
  return chain(s, y, slope, -2 * y * slope);
}

/** Hyperbolic cotangent. */
export function coth(s: Taylor): Taylor {
  const y = 1 / Math.tanh(s[0]);
  const slope = 1 - y * y;
  return chain(s, y, slope, -2 * y * slope);
}

/** log cosh, without overflow. */
export function logCosh(s: Taylor): Taylor {
  const x = Math.abs(s[0]);
  const t = Math.tanh(s[0]);
  return chain(s, x + Math.log1p(Math.exp(-2 * x)) - Math.LN2, t, 1 - t * t);
}

/** log |sinh|, without overflow; the value must not be 0. */
export function logSinh(s: Taylor): Taylor {
  const x = Math.abs(s[0]);
  const t = 1 / Math.tanh(s[0]);
  return chain(s, x + Math.log1p(-Math.exp(-2 * x)) - Math.LN2, t, 1 - t * t);
}

/** Inverse hyperbolic cosine, for values above 1. */
export function acosh(s: Taylor): Taylor {
  const x = s[0];
  const root = Math.sqrt(x * x - 1);
  return chain(s, Math.acosh(x), 1 / root, -x / root ** 3);
}

/** Thermodynamics of `sites` spins from log Z(K), K = 1/T, J = k = 1. */
export interface Thermodynamics {
  /** log Z / N. */
  readonly logZ: number;
  /** -T log Z / N. */
  readonly freeEnergy: number;
  /** -d log Z / dK / N. */
  readonly energy: number;
  /** K^2 d^2 log Z / dK^2 / N. */
  readonly heatCapacity: number;
}

/** Per-site thermodynamics from the Taylor series of log Z at K. */
export function thermodynamics([value, slope, half]: Taylor, K: number, sites: number): Thermodynamics {
  return {
    logZ: value / sites,
    freeEnergy: -value / (K * sites),
    energy: -slope / sites,
    heatCapacity: (K * K * 2 * half) / sites,
  };
}
