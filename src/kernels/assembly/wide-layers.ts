// One layer of a wide network on a piece of a row that stays in the first cache: k becomes b + w V and theta becomes rb + rw V + w S theta,
// with V and S the averages of phi phi and phi' phi'. Loops over arcs take two vectors at a time, which share constants; a piece
// is worked on up to the next multiple of 32 bytes.

import { arcsine, halfPi, half, signBit, supplement, twoOverPi } from "./arcs";
import { arcsOfCosines, arcsOfRatios, COSINE, SERIES, SINE_OF } from "./wide-arcs";
import { exponential } from "./exponential";
import { madd } from "./simd";
import { tableLayer } from "./wide-table";

const LINEAR: i32 = 0;
const HALF_LINES: i32 = 1;
const ERF: i32 = 2;
const GELU: i32 = 3;
const SINE: i32 = 4;
const TABLE: i32 = 5;

const TWO_OVER_PI: f64 = 0.6366197723675814;
const TWO_PI_INVERSE: f64 = 0.15915494309189535;

/** V = u k, S = u. */
function linearLayer(end: usize, k: usize, theta: usize, program: usize): void {
  const b = v128.load_splat<f64>(program, 8);
  const w = v128.load_splat<f64>(program, 16);
  const rb = v128.load_splat<f64>(program, 24);
  const rw = v128.load_splat<f64>(program, 32);
  const u = v128.load_splat<f64>(program, 40);
  const wu = f64x2.mul(w, u);
  for (let o: usize = 0; o < end; o += 16) {
    const v = f64x2.mul(u, v128.load(k + o));
    v128.store(k + o, madd(w, v, b));
    v128.store(theta + o, madd(wu, v128.load(theta + o), madd(rw, v, rb)));
  }
}

/** Lines with a kink at 0: S = p (pi - t) - m, V = l l' (p sin t + cos t S), t the angle; factors 1 / l and l. */
function halfLinesLayer(
  end: usize, k: usize, theta: usize, program: usize, r1: f64, r2: f64, c1: usize, c2: usize,
): void {
  const b = v128.load_splat<f64>(program, 8);
  const w = v128.load_splat<f64>(program, 16);
  const rb = v128.load_splat<f64>(program, 24);
  const rw = v128.load_splat<f64>(program, 32);
  const p = v128.load_splat<f64>(program, 40);
  const m = v128.load_splat<f64>(program, 48);
  const length = f64x2.splat(r2);
  arcsOfCosines(end, k, r1, c1);
  for (let o: usize = 0; o < end; o += 32) {
    const middle = half();
    const quarterTurn = halfPi();
    const sign = signBit();
    const z = v128.load(k + o, COSINE);
    const s = v128.load(k + o, SINE_OF);
    const angle = supplement(z, f64x2.mul(s, v128.load(k + o, SERIES)), middle, quarterTurn, sign);
    const slope = f64x2.sub(f64x2.mul(p, angle), m);
    const v = f64x2.mul(f64x2.mul(length, v128.load(c2 + o)), madd(z, slope, f64x2.mul(p, s)));
    v128.store(k + o, madd(w, v, b));
    v128.store(theta + o, madd(f64x2.mul(w, slope), v128.load(theta + o), madd(rw, v, rb)));
    const z2 = v128.load(k + o, COSINE + 16);
    const s2 = v128.load(k + o, SINE_OF + 16);
    const angle2 = supplement(z2, f64x2.mul(s2, v128.load(k + o, SERIES + 16)), middle, quarterTurn, sign);
    const slope2 = f64x2.sub(f64x2.mul(p, angle2), m);
    const v2 = f64x2.mul(f64x2.mul(length, v128.load(c2 + o, 16)), madd(z2, slope2, f64x2.mul(p, s2)));
    v128.store(k + o, madd(w, v2, b), 16);
    v128.store(theta + o, madd(f64x2.mul(w, slope2), v128.load(theta + o, 16), madd(rw, v2, rb)), 16);
  }
}

/** erf: z = k a a' with a = sqrt(2 / (1 + 2 c)), V = 2/pi asin z, S = 2/pi a a' / sqrt(1 - z^2); w is taken into the row's factor. */
function erfLayer(end: usize, k: usize, theta: usize, program: usize, r1: f64, c1: usize): void {
  const b = v128.load_splat<f64>(program, 8);
  const w = v128.load_splat<f64>(program, 16);
  const rb = v128.load_splat<f64>(program, 24);
  const rw = v128.load_splat<f64>(program, 32);
  const row = f64x2.splat(r1 * TWO_OVER_PI * load<f64>(program, 16));
  arcsOfRatios(end, k, r1, c1);
  for (let o: usize = 0; o < end; o += 32) {
    const middle = half();
    const quarterTurn = halfPi();
    const sign = signBit();
    const factor = twoOverPi();
    const z = v128.load(k + o, COSINE);
    const s = v128.load(k + o, SINE_OF);
    const sg = f64x2.mul(s, v128.load(k + o, SERIES));
    const v = f64x2.mul(factor, arcsine(z, sg, middle, quarterTurn, sign));
    const slope = f64x2.div(f64x2.mul(row, v128.load(c1 + o)), s);
    v128.store(k + o, madd(w, v, b));
    v128.store(theta + o, madd(slope, v128.load(theta + o), madd(rw, v, rb)));
    const z2 = v128.load(k + o, COSINE + 16);
    const s2 = v128.load(k + o, SINE_OF + 16);
    const sg2 = f64x2.mul(s2, v128.load(k + o, SERIES + 16));
    const v2 = f64x2.mul(factor, arcsine(z2, sg2, middle, quarterTurn, sign));
    const slope2 = f64x2.div(f64x2.mul(row, v128.load(c1 + o, 16)), s2);
    v128.store(k + o, madd(w, v2, b), 16);
    v128.store(theta + o, madd(slope2, v128.load(theta + o, 16), madd(rw, v2, rb)), 16);
  }
}

/**
 * GELU (Tsuchida et al. 2021, table 1) with a = 1 / sqrt(1 + c), z = k a a', g = 1 - z^2, d = c c':
 * V = ((z^2 + d g) a a' / sqrt g + k asin z) / 2 pi + k / 4,
 * S = (z / sqrt g (1 + ((2 - d) g + z^2) (a a')^2 / g) + asin z) / 2 pi + 1 / 4. Factors a and c.
 */
function geluLayer(
  end: usize, k: usize, theta: usize, program: usize, r1: f64, r2: f64, c1: usize, c2: usize,
): void {
  const b = v128.load_splat<f64>(program, 8);
  const w = v128.load_splat<f64>(program, 16);
  const rb = v128.load_splat<f64>(program, 24);
  const rw = v128.load_splat<f64>(program, 32);
  const row = f64x2.splat(r1);
  const variance = f64x2.splat(r2);
  const factor = f64x2.splat(TWO_PI_INVERSE);
  const quarter = f64x2.splat(0.25);
  const unit = f64x2.splat(1);
  arcsOfRatios(end, k, r1, c1);
  for (let o: usize = 0; o < end; o += 16) {
    const c = v128.load(k + o);
    const a = f64x2.mul(row, v128.load(c1 + o));
    const d = f64x2.mul(variance, v128.load(c2 + o));
    const z = v128.load(k + o, COSINE);
    const s = v128.load(k + o, SINE_OF);
    const angle = arcsine(z, f64x2.mul(s, v128.load(k + o, SERIES)), half(), halfPi(), signBit());
    const inverse = f64x2.div(unit, s);
    const g = f64x2.mul(s, s);
    const square = f64x2.mul(z, z);
    const first = f64x2.mul(f64x2.mul(madd(d, g, square), inverse), a);
    const v = madd(factor, madd(c, angle, first), f64x2.mul(quarter, c));
    const inner = f64x2.mul(madd(f64x2.sub(f64x2.splat(2), d), g, square), f64x2.mul(a, a));
    const rest = f64x2.mul(f64x2.mul(z, inverse), madd(inner, f64x2.mul(inverse, inverse), unit));
    const slope = madd(factor, f64x2.add(rest, angle), quarter);
    v128.store(k + o, madd(w, v, b));
    v128.store(theta + o, madd(f64x2.mul(w, slope), v128.load(theta + o), madd(rw, v, rb)));
  }
}

/** sin: V = e^{-m} sinh k, S = e^{-m} cosh k with m = (c + c') / 2; factor c / 2. */
function sineLayer(end: usize, k: usize, theta: usize, program: usize, r1: f64, c1: usize): void {
  const b = v128.load_splat<f64>(program, 8);
  const w = v128.load_splat<f64>(program, 16);
  const rb = v128.load_splat<f64>(program, 24);
  const rw = v128.load_splat<f64>(program, 32);
  const row = f64x2.splat(r1);
  const half = f64x2.splat(0.5);
  for (let o: usize = 0; o < end; o += 16) {
    const c = v128.load(k + o);
    const m = f64x2.add(row, v128.load(c1 + o));
    const near = exponential(f64x2.sub(c, m));
    const far = exponential(f64x2.sub(f64x2.neg(c), m));
    const slope = f64x2.mul(half, f64x2.add(near, far));
    // the difference loses digits near 0, where the Taylor series of sinh takes over
    const isNear = f64x2.le(f64x2.abs(c), half);
    const v = v128.bitselect(
      f64x2.mul(smallSinh(c), exponential(f64x2.neg(m))), f64x2.mul(half, f64x2.sub(near, far)), isNear,
    );
    v128.store(k + o, madd(w, v, b));
    v128.store(theta + o, madd(f64x2.mul(w, slope), v128.load(theta + o), madd(rw, v, rb)));
  }
}

/** sinh x for |x| <= 1/2: odd Taylor polynomial of degree 15, remainder 2e-20 x. */
function smallSinh(x: v128): v128 {
  const t = f64x2.mul(x, x);
  let p = f64x2.splat(7.647163731819816e-13);
  p = madd(p, t, f64x2.splat(1.6059043836821613e-10));
  p = madd(p, t, f64x2.splat(2.505210838544172e-8));
  p = madd(p, t, f64x2.splat(0.0000027557319223985893));
  p = madd(p, t, f64x2.splat(0.0001984126984126984));
  p = madd(p, t, f64x2.splat(0.008333333333333333));
  p = madd(p, t, f64x2.splat(0.16666666666666666));
  return madd(f64x2.mul(p, t), x, x);
}

/** A layer of one piece of a row; `row` and `column` point at its first factor, the second lies a stride further on. */
export function layerOf(
  end: usize, k: usize, theta: usize, program: usize, row: usize, rows: usize, column: usize, columns: usize, i: usize,
): void {
  const kind = <i32>load<f64>(program);
  if (kind == LINEAR) return linearLayer(end, k, theta, program);
  const r1 = load<f64>(row);
  if (kind == ERF) return erfLayer(end, k, theta, program, r1, column);
  if (kind == SINE) return sineLayer(end, k, theta, program, r1, column);
  const r2 = load<f64>(row + rows);
  if (kind == HALF_LINES) return halfLinesLayer(end, k, theta, program, r1, r2, column, column + columns);
  if (kind == GELU) return geluLayer(end, k, theta, program, r1, r2, column, column + columns);
  const series = <usize>load<f64>(program, 56) + i * (<usize>(load<f64>(program, 40) * load<f64>(program, 48)) << 5);
  tableLayer(end, k, theta, program, r1, column, series, column + columns, columns, kind != TABLE);
}
