/** Complex numbers with Taylor coefficients, as the multifrontal elimination stores and inverts them. */

/** [re0, im0, re1, im1, ...]: coefficient c is entries 2c and 2c + 1. */
export type ComplexSeries = Float64Array;

/** Product, truncated. */
export function multiply(a: ComplexSeries, b: ComplexSeries): ComplexSeries {
  const out = new Float64Array(a.length);
  addProduct(out, a, b, 1);
  return out;
}

/** out += sign a b, truncated. */
export function addProduct(out: ComplexSeries, a: ComplexSeries, b: ComplexSeries, sign: number): void {
  const n = a.length;
  for (let c = 0; c < n; c += 2)
    for (let d = 0; c + d < n; d += 2) {
      const ar = a[c] as number;
      const ai = a[c + 1] as number;
      const br = b[d] as number;
      const bi = b[d + 1] as number;
      out[c + d] = (out[c + d] as number) + sign * (ar * br - ai * bi);
      out[c + d + 1] = (out[c + d + 1] as number) + sign * (ar * bi + ai * br);
    }
}

/** 1 / a: the coefficients follow from a (1/a) = 1. */
export function reciprocal(a: ComplexSeries): ComplexSeries {
  const n = a.length;
  const out = new Float64Array(n);
  const ar = a[0] as number;
  const ai = a[1] as number;
  const norm = ar * ar + ai * ai;
  for (let c = 0; c < n; c += 2) {
    // what the product of a and the terms so far still misses at order c
    let re = c === 0 ? 1 : 0;
    let im = 0;
    for (let d = 2; d <= c; d += 2) {
      re -= (a[d] as number) * (out[c - d] as number) - (a[d + 1] as number) * (out[c - d + 1] as number);
      im -= (a[d] as number) * (out[c - d + 1] as number) + (a[d + 1] as number) * (out[c - d] as number);
    }
    out[c] = (re * ar + im * ai) / norm;
    out[c + 1] = (im * ar - re * ai) / norm;
  }
  return out;
}

/** Real part of log a: log |a_0| and the real coefficients of log(a / a_0). */
export function logModulus(a: ComplexSeries): number[] {
  const n = a.length;
  const out = [Math.log(Math.hypot(a[0] as number, a[1] as number))];
  if (n === 2) return out;
  const inverse = reciprocal(Float64Array.of(a[0] as number, a[1] as number));
  const ratio = (c: number): [number, number] => {
    const x = multiply(Float64Array.of(a[c] as number, a[c + 1] as number), inverse);
    return [x[0] as number, x[1] as number];
  };
  const [r1, i1] = ratio(2);
  const [r2] = ratio(4);
  out.push(r1, r2 - 0.5 * (r1 * r1 - i1 * i1));
  return out;
}
