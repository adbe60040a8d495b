/**
 * Gaussian averages of g(h) = erf(h / sqrt 2) and g'(h) over local fields of covariance C (Saad and Solla 1995, equations 9, 13
 * and 14). `c` is row major with `n` columns; a, b, ... are indices of fields.
 */

/** I2 = E g(a) g(b). */
export function averageOutputs(c: Float64Array, n: number, a: number, b: number): number {
  const [aa, ab, bb] = [at(c, n, a, a), at(c, n, a, b), at(c, n, b, b)];
  return (2 / Math.PI) * Math.asin(ab / Math.sqrt((1 + aa) * (1 + bb)));
}

/** I3 = E g'(a) b g(c). */
export function averageField(c: Float64Array, n: number, a: number, b: number, d: number): number {
  const one = 1 + at(c, n, a, a);
  const ad = at(c, n, a, d);
  const gap = one * (1 + at(c, n, d, d)) - ad * ad;
  return ((2 / Math.PI / Math.sqrt(gap)) * (at(c, n, b, d) * one - at(c, n, a, b) * ad)) / one;
}

/** I4 = E g'(a) g'(b) g(d) g(e). */
export function averageSlopes(
  c: Float64Array,
  n: number,
  a: number,
  b: number,
  d: number,
  e: number,
): number {
  const oneA = 1 + at(c, n, a, a);
  const oneB = 1 + at(c, n, b, b);
  const ab = at(c, n, a, b);
  const [ad, ae, bd, be] = [at(c, n, a, d), at(c, n, a, e), at(c, n, b, d), at(c, n, b, e)];
  const l4 = oneA * oneB - ab * ab;
  const l0 = l4 * at(c, n, d, e) - bd * be * oneA - ad * ae * oneB + ab * ad * be + ab * ae * bd;
  const l1 = l4 * (1 + at(c, n, d, d)) - bd * bd * oneA - ad * ad * oneB + 2 * ab * ad * bd;
  const l2 = l4 * (1 + at(c, n, e, e)) - be * be * oneA - ae * ae * oneB + 2 * ab * ae * be;
  // for d = e rounding may push the argument past 1
  const sine = Math.max(-1, Math.min(1, l0 / Math.sqrt(l1 * l2)));
  return (4 / Math.PI ** 2 / Math.sqrt(l4)) * Math.asin(sine);
}

/** J2 = E g'(a) g'(b). */
export function averageNoise(c: Float64Array, n: number, a: number, b: number): number {
  const ab = at(c, n, a, b);
  return 2 / Math.PI / Math.sqrt((1 + at(c, n, a, a)) * (1 + at(c, n, b, b)) - ab * ab);
}

function at(c: Float64Array, n: number, i: number, j: number): number {
  return c[i * n + j] as number;
}
