// The rank-one update D + rho z z^T of divide and conquer (Cuppen 1981; Gu & Eisenstat 1995): secular equation, recomputed z,
// eigenvectors. All arrays are contiguous float64; D is strictly ascending, rho > 0, |z| = 1 up to rounding.

import { lanes, madd } from "./simd";

const EPS: f64 = 2.220446049250313e-16;
const MAX_ITERATIONS: i32 = 60;

// sums over the poles left and right of the root; set by `sums`
let psi: f64 = 0;
let dpsi: f64 = 0;
let phi: f64 = 0;
let dphi: f64 = 0;

/** Sum of z2[j] / (delta[j] - mu) and of its derivative over j in [from, to). */
let total: f64 = 0;
let slope: f64 = 0;
function poles(from: i32, to: i32, mu: f64, delta: usize, z2: usize): void {
  const m = f64x2.splat(mu);
  const one = f64x2.splat(1);
  let s = f64x2.splat(0);
  let t = s;
  let o = <usize>from << 3;
  const end = <usize>to << 3;
  for (; o + 16 <= end; o += 16) {
    // one division for both sums: it is the slowest instruction here
    const r = f64x2.div(one, f64x2.sub(v128.load(delta + o), m));
    const x = f64x2.mul(v128.load(z2 + o), r);
    s = f64x2.add(s, x);
    t = madd(x, r, t);
  }
  total = lanes(s);
  slope = lanes(t);
  if (o < end) {
    const gap = load<f64>(delta + o) - mu;
    const r = load<f64>(z2 + o) / gap;
    total += r;
    slope += r / gap;
  }
}

function sums(k: i32, i: i32, mu: f64, delta: usize, z2: usize): void {
  poles(0, i + 1, mu, delta, z2);
  psi = total;
  dpsi = slope;
  poles(i + 1, k, mu, delta, z2);
  phi = total;
  dphi = slope;
}

/**
 * Root i of 1/rho + sum_j z2[j] / (d[j] - lambda), in (d[i], d[i+1]) or, for the last, above d[k-1]. On return delta[j] =
 * d[j] - lambda to full relative accuracy; the function value is lambda. Iterates the two-pole interpolation of the "middle way"
 * (Li 1993) from the closer pole, inside a bracket that only shrinks.
 */
function root(k: i32, i: i32, d: usize, z2: usize, rho: f64, delta: usize): f64 {
  const inverse = 1 / rho;
  const di = load<f64>(d + (<usize>i << 3));
  const last = i == k - 1;
  let norm2: f64 = 0;
  let width: f64;
  if (last) {
    for (let j = 0; j < k; j++) norm2 += load<f64>(z2 + (<usize>j << 3));
    width = rho * norm2;
  } else width = load<f64>(d + (<usize>(i + 1) << 3)) - di;
  // sign of the function at the middle decides which pole the root is closer to
  shift(k, di, d, delta);
  let mu = 0.5 * width;
  sums(k, i, mu, delta, z2);
  let f = inverse + psi + phi;
  let lo: f64;
  let hi: f64;
  let origin = di;
  if (last || f > 0) {
    lo = last && f <= 0 ? mu : 0;
    hi = last && f <= 0 ? width : mu;
  } else {
    origin = load<f64>(d + (<usize>(i + 1) << 3));
    shift(k, origin, d, delta);
    lo = -mu;
    hi = 0;
    mu = -mu;
  }
  for (let iteration = 0; iteration < MAX_ITERATIONS; iteration++) {
    if (iteration > 0) {
      sums(k, i, mu, delta, z2);
      f = inverse + psi + phi;
    }
    // rounding bound of f (LAPACK dlaed4): terms of one sign on each side, plus the effect of rounding mu
    const bound = 8 * (phi - psi) + 2 * inverse + Math.abs(f) + Math.abs(mu) * (dpsi + dphi);
    if (Math.abs(f) <= EPS * bound) break;
    if (f > 0) hi = mu;
    else lo = mu;
    const next = mu + step(k, i, last, f, mu, delta);
    let x = next;
    if (!(x > lo && x < hi)) {
      // geometric mean when the bracket spans scales, so that tiny offsets from a pole are reached quickly
      const a = Math.abs(lo);
      const b = Math.abs(hi);
      if (lo >= 0 && a > 0 && b > 4 * a) x = Math.sqrt(a) * Math.sqrt(b);
      else if (hi <= 0 && b > 0 && a > 4 * b) x = -Math.sqrt(a) * Math.sqrt(b);
      else x = 0.5 * (lo + hi);
    }
    if (x == mu || hi - lo <= EPS * Math.max(Math.abs(lo), Math.abs(hi))) break;
    mu = x;
  }
  const m = f64x2.splat(mu);
  let o: usize = 0;
  const end = <usize>k << 3;
  for (; o + 16 <= end; o += 16) v128.store(delta + o, f64x2.sub(v128.load(delta + o), m));
  if (o < end) store<f64>(delta + o, load<f64>(delta + o) - mu);
  return origin + mu;
}

/** delta = d - origin. */
function shift(k: i32, origin: f64, d: usize, delta: usize): void {
  for (let j = 0; j < k; j++) {
    const o = <usize>j << 3;
    store<f64>(delta + o, load<f64>(d + o) - origin);
  }
}

/** Step from mu to the root of c + s/(delta_i - x) + S/(delta_{i+1} - x) matched to psi, phi and their slopes at mu. */
function step(k: i32, i: i32, last: bool, f: f64, mu: f64, delta: usize): f64 {
  const left = last ? max(i - 1, 0) : i;
  const d1 = load<f64>(delta + (<usize>left << 3)) - mu;
  const d2 = load<f64>(delta + (<usize>(last ? i : i + 1) << 3)) - mu;
  if (k == 1) return d1 + (d1 * d1 * dpsi) / (f - d1 * dpsi);
  if (last) {
    // both nearest poles lie left of the root: psi is matched by a simple pole at d2 and a constant
    const c = f - d2 * dpsi;
    return c > 0 ? d2 + (d2 * d2 * dpsi) / c : -2 * Math.abs(mu) - 1;
  }
  const c = f - d1 * dpsi - d2 * dphi;
  const a = (d1 + d2) * f - d1 * d2 * (dpsi + dphi);
  const b = d1 * d2 * f;
  if (c == 0) return b / a;
  const q = Math.sqrt(Math.max(0, a * a - 4 * b * c));
  return a <= 0 ? (a - q) / (2 * c) : (2 * b) / (a + q);
}

/** Part `part` of `parts` of all roots: lambda[i], and row i of U (stride ld) = d - lambda[i]. */
export function secularRoots(
  part: i32, parts: i32, k: i32, d: usize, z2: usize, rho: f64, lambda: usize, u: usize, ld: i32,
): void {
  const i0 = <i32>((<i64>k * part) / parts);
  const i1 = <i32>((<i64>k * (part + 1)) / parts);
  for (let i = i0; i < i1; i++) {
    store<f64>(lambda + (<usize>i << 3), root(k, i, d, z2, rho, u + ((<usize>i * <usize>ld) << 3)));
  }
}

/**
 * z recomputed so that the roots are exact for it (Loewner's formula; Gu & Eisenstat 1995): zhat[j] =
 * sqrt(prod_i (lambda_i - d_j) / prod_{i != j} (d_i - d_j)), with the signs of z.
 */
export function secularVector(k: i32, d: usize, z: usize, u: usize, ld: i32, zhat: usize): void {
  const l = <usize>ld << 3;
  const end = <usize>k << 3;
  for (let j: usize = 0; j < end; j += 8) {
    // j is a byte offset; the diagonal term of row j/8 has no denominator
    store<f64>(zhat + j, -load<f64>(u + (j >> 3) * l + j));
  }
  for (let i = 0; i < k; i++) {
    const row = u + <usize>i * l;
    const at = <usize>i << 3;
    const keep = load<f64>(zhat + at);
    const di = f64x2.splat(load<f64>(d + at));
    let o: usize = 0;
    for (; o + 16 <= end; o += 16) {
      const ratio = f64x2.div(v128.load(row + o), f64x2.sub(v128.load(d + o), di));
      v128.store(zhat + o, f64x2.mul(v128.load(zhat + o), ratio));
    }
    if (o < end) store<f64>(zhat + o, (load<f64>(zhat + o) * load<f64>(row + o)) / (load<f64>(d + o) - load<f64>(d + at)));
    store<f64>(zhat + at, keep);
  }
  for (let o: usize = 0; o < end; o += 8) {
    const s = Math.sqrt(Math.abs(load<f64>(zhat + o)));
    store<f64>(zhat + o, load<f64>(z + o) < 0 ? -s : s);
  }
}

/**
 * Part `part` of `parts` of the eigenvectors: row i of U, holding d - lambda[i], becomes the normalised zhat / (d - lambda[i]) with
 * its entries moved to the columns order[j].
 */
export function secularEigenvectors(
  part: i32, parts: i32, k: i32, zhat: usize, u: usize, ld: i32, order: usize, work: usize,
): void {
  const i0 = <i32>((<i64>k * part) / parts);
  const i1 = <i32>((<i64>k * (part + 1)) / parts);
  const t = work + <usize>part * (<usize>k << 3);
  const end = <usize>k << 3;
  for (let i = i0; i < i1; i++) {
    const row = u + ((<usize>i * <usize>ld) << 3);
    let s = f64x2.splat(0);
    let o: usize = 0;
    for (; o + 16 <= end; o += 16) {
      const x = f64x2.div(v128.load(zhat + o), v128.load(row + o));
      s = f64x2.add(s, f64x2.mul(x, x));
      v128.store(t + o, x);
    }
    let norm2 = lanes(s);
    if (o < end) {
      const x = load<f64>(zhat + o) / load<f64>(row + o);
      norm2 += x * x;
      store<f64>(t + o, x);
    }
    const r = 1 / Math.sqrt(norm2);
    for (let j = 0; j < k; j++) {
      store<f64>(row + (<usize>load<i32>(order + (<usize>j << 2)) << 3), load<f64>(t + (<usize>j << 3)) * r);
    }
  }
}
