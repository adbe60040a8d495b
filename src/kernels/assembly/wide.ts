// Kernels of wide networks (Lee et al. 2018, equation 5; Jacot et al. 2018, theorem 1) on a panel of inner products: every
// layer maps k to b + w V and theta to rb + rw V + w S theta, with V and S the averages of phi phi and phi' phi'. All layers are
// applied to a piece of one row that stays in the first cache, so that the panel is read and written once.

import { arcArgument, arcSeries, arcsine, cofunction, isSmall, supplement } from "./arcs";
import { exponential } from "./exponential";
import { choose, madd } from "./simd";

/** Rows and columns of a tile, the unit of work that threads take from a common counter. */
const TILE_ROWS: i32 = 16;
export const TILE_COLUMNS: i32 = 128;
/** Numbers that describe a layer: kind, b, w, rb, rw, three of the activation, first factors of columns and of rows. */
const LAYER: usize = 10 << 3;

/** Scratch of one thread: k and theta of a piece of a row. */
export function wideWorkBytes(): i32 {
  return TILE_COLUMNS * 5 * 8;
}

/** Where cosine, sine and series of a piece lie behind its k. */
const COSINE: usize = (<usize>TILE_COLUMNS << 3) * 2;
const SINE_OF: usize = (<usize>TILE_COLUMNS << 3) * 3;
const SERIES: usize = (<usize>TILE_COLUMNS << 3) * 4;

const LINEAR: i32 = 0;
const HALF_LINES: i32 = 1;
const ERF: i32 = 2;
const GELU: i32 = 3;
const SINE: i32 = 4;
const TABLE: i32 = 5;

const HALF_PI_INVERSE: f64 = 0.6366197723675814;
const TWO_PI_INVERSE: f64 = 0.15915494309189535;
/** Cosines this close to 1 (4 ulp) are those of parallel vectors: rounding of k alone moves them by as much. */
const PARALLEL: f64 = 0.999999999999999;

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
  for (let o: usize = 0; o < end; o += 16) {
    const z = v128.load(k + o, COSINE);
    const s = v128.load(k + o, SINE_OF);
    const x = f64x2.abs(z);
    const sg = f64x2.mul(s, v128.load(k + o, SERIES));
    const slope = f64x2.sub(f64x2.mul(p, supplement(z, isSmall(x), sg)), m);
    const v = f64x2.mul(f64x2.mul(length, v128.load(c2 + o)), madd(z, slope, f64x2.mul(p, s)));
    v128.store(k + o, madd(w, v, b));
    v128.store(theta + o, madd(f64x2.mul(w, slope), v128.load(theta + o), madd(rw, v, rb)));
  }
}

/** Cosine z = k r c clipped to [-1, 1], sine and series of every pair. */
function arcsOfCosines(end: usize, k: usize, r: f64, c: usize): void {
  const row = f64x2.splat(r);
  const one = f64x2.splat(1);
  const parallel = f64x2.splat(PARALLEL);
  for (let o: usize = 0; o < end; o += 16) {
    const z = f64x2.mul(v128.load(k + o), f64x2.mul(row, v128.load(c + o)));
    let x = f64x2.abs(z);
    x = choose(f64x2.gt(x, parallel), one, x);
    v128.store(k + o, z, COSINE);
    v128.store(k + o, cofunction(x), SINE_OF);
    v128.store(k + o, arcArgument(x, isSmall(x)), SERIES);
  }
  arcSeries(end, k + SERIES);
}

/** The same for z = k r c that lies inside (-1, 1) by its making. */
function arcsOfRatios(end: usize, k: usize, r: f64, c: usize): void {
  const row = f64x2.splat(r);
  for (let o: usize = 0; o < end; o += 16) {
    const z = f64x2.mul(v128.load(k + o), f64x2.mul(row, v128.load(c + o)));
    const x = f64x2.abs(z);
    v128.store(k + o, z, COSINE);
    v128.store(k + o, cofunction(x), SINE_OF);
    v128.store(k + o, arcArgument(x, isSmall(x)), SERIES);
  }
  arcSeries(end, k + SERIES);
}

/** erf: z = k a a' with a = sqrt(2 / (1 + 2 c)), V = 2/pi asin z, S = 2/pi a a' / sqrt(1 - z^2). */
function erfLayer(end: usize, k: usize, theta: usize, program: usize, r1: f64, c1: usize): void {
  const b = v128.load_splat<f64>(program, 8);
  const w = v128.load_splat<f64>(program, 16);
  const rb = v128.load_splat<f64>(program, 24);
  const rw = v128.load_splat<f64>(program, 32);
  const row = f64x2.splat(r1);
  const factor = f64x2.splat(HALF_PI_INVERSE);
  arcsOfRatios(end, k, r1, c1);
  for (let o: usize = 0; o < end; o += 16) {
    const a = f64x2.mul(row, v128.load(c1 + o));
    const z = v128.load(k + o, COSINE);
    const s = v128.load(k + o, SINE_OF);
    const x = f64x2.abs(z);
    const sg = f64x2.mul(s, v128.load(k + o, SERIES));
    const v = f64x2.mul(factor, arcsine(z, isSmall(x), sg));
    const slope = f64x2.div(f64x2.mul(factor, a), s);
    v128.store(k + o, madd(w, v, b));
    v128.store(theta + o, madd(f64x2.mul(w, slope), v128.load(theta + o), madd(rw, v, rb)));
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
  const one = f64x2.splat(1);
  arcsOfRatios(end, k, r1, c1);
  for (let o: usize = 0; o < end; o += 16) {
    const c = v128.load(k + o);
    const a = f64x2.mul(row, v128.load(c1 + o));
    const d = f64x2.mul(variance, v128.load(c2 + o));
    const z = v128.load(k + o, COSINE);
    const s = v128.load(k + o, SINE_OF);
    const x = f64x2.abs(z);
    const angle = arcsine(z, isSmall(x), f64x2.mul(s, v128.load(k + o, SERIES)));
    const inverse = f64x2.div(one, s);
    const g = f64x2.mul(s, s);
    const square = f64x2.mul(z, z);
    const first = f64x2.mul(f64x2.mul(madd(d, g, square), inverse), a);
    const v = madd(factor, madd(c, angle, first), f64x2.mul(quarter, c));
    const inner = f64x2.mul(madd(f64x2.sub(f64x2.splat(2), d), g, square), f64x2.mul(a, a));
    const rest = f64x2.mul(f64x2.mul(z, inverse), madd(inner, f64x2.mul(inverse, inverse), one));
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

/** Correlations k r c, clipped to [-1, 1]. */
function correlationsOf(end: usize, k: usize, r: f64, c: usize): void {
  const row = f64x2.splat(r);
  const one = f64x2.splat(1);
  for (let o: usize = 0; o < end; o += 16) {
    const z = f64x2.mul(v128.load(k + o), f64x2.mul(row, v128.load(c + o)));
    v128.store(k + o, f64x2.pmax(f64x2.neg(one), f64x2.pmin(one, z)), COSINE);
  }
}

/** 1 - 2 t / pi. */
function anglesOf(end: usize, k: usize, r: f64, c: usize): void {
  const one = f64x2.splat(1);
  arcsOfCosines(end, k, r, c);
  for (let o: usize = 0; o < end; o += 16) {
    const z = v128.load(k + o, COSINE);
    const sg = f64x2.mul(v128.load(k + o, SINE_OF), v128.load(k + o, SERIES));
    const angle = supplement(z, isSmall(f64x2.abs(z)), sg);
    v128.store(k + o, f64x2.sub(f64x2.mul(f64x2.splat(HALF_PI_INVERSE), angle), one), COSINE);
  }
}

/**
 * Any activation from its table: V and S are sums over q of l_q (A_q(u), B_q(u)) with polynomials l_q of the column's deviation
 * and Chebyshev series A, B in u, which is the correlation or, with `ofAngle`, 1 - 2 t / pi. `series` holds, for this
 * row, groups of two q as [terms][A, B, A', B']; `basis` holds l_q for the columns.
 */
function tableLayer(
  end: usize, k: usize, theta: usize, program: usize, r1: f64, c1: usize, series: usize, basis: usize, stride: usize, ofAngle: bool,
): void {
  const b = v128.load_splat<f64>(program, 8);
  const w = v128.load_splat<f64>(program, 16);
  const rb = v128.load_splat<f64>(program, 24);
  const rw = v128.load_splat<f64>(program, 32);
  const terms = <i32>load<f64>(program, 40);
  const groups = <i32>load<f64>(program, 48);
  const one = f64x2.splat(1);
  if (ofAngle) anglesOf(end, k, r1, c1);
  else correlationsOf(end, k, r1, c1);
  for (let o: usize = 0; o < end; o += 16) {
    const u = v128.load(k + o, COSINE);
    const twice = f64x2.add(u, u);
    let v = f64x2.splat(0);
    let slope = v;
    let at = series;
    let l = basis + o;
    for (let g = 0; g < groups; g++) {
      let before = u;
      let current = one;
      let a0 = f64x2.splat(0);
      let a1 = a0;
      let a2 = a0;
      let a3 = a0;
      for (let n = 0; n < terms; n++) {
        a0 = madd(current, v128.load_splat<f64>(at, 0), a0);
        a1 = madd(current, v128.load_splat<f64>(at, 8), a1);
        a2 = madd(current, v128.load_splat<f64>(at, 16), a2);
        a3 = madd(current, v128.load_splat<f64>(at, 24), a3);
        const next = f64x2.sub(f64x2.mul(twice, current), before);
        before = current;
        current = next;
        at += 32;
      }
      const l0 = v128.load(l);
      const l1 = v128.load(l + stride);
      v = madd(l0, a0, madd(l1, a2, v));
      slope = madd(l0, a1, madd(l1, a3, slope));
      l += stride << 1;
    }
    v128.store(k + o, madd(w, v, b));
    v128.store(theta + o, madd(f64x2.mul(w, slope), v128.load(theta + o), madd(rw, v, rb)));
  }
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

/**
 * Runs tiles of a panel until none is left. `k` holds inner products x.y / N0 on entry (row stride `ld`) and K on return; `theta`
 * receives Theta unless it is 0. `mirrorK` and `mirrorTheta`, unless 0, receive the transposes with row stride m. With `isUpper`,
 * tiles below the diagonal of the panel's corner are left out. `program`: the first affine map (b, w, rb, rw), then `layers`
 * layers. Factors: `rowFactors` of stride m, `columnFactors` of stride ldc; layer l begins at number `offset` (in its entry)
 * of both. Every thread adds to the counter to take its next tile.
 */
export function wideTiles(
  part: i32, parts: i32, m: i32, n: i32, k: usize, theta: usize, ld: i32, isUpper: i32, program: usize, layers: i32,
  rowFactors: usize, columnFactors: usize, ldc: i32, mirrorK: usize, mirrorTheta: usize, counter: usize, work: usize,
): void {
  const scratch = work + <usize>part * <usize>wideWorkBytes();
  const across = (n + TILE_COLUMNS - 1) / TILE_COLUMNS;
  const tiles = across * ((m + TILE_ROWS - 1) / TILE_ROWS);
  for (;;) {
    const at = atomic.add<i32>(counter, 1);
    if (at >= tiles) return;
    const i0 = (at / across) * TILE_ROWS;
    const j0 = (at % across) * TILE_COLUMNS;
    const i1 = min(i0 + TILE_ROWS, m);
    const j1 = min(j0 + TILE_COLUMNS, n);
    if (isUpper && j1 <= i0) continue;
    for (let i = i0; i < i1; i++) {
      const at = (<usize>i * <usize>ld + <usize>j0) << 3;
      rowPiece(
        i, j0, j1 - j0, m, k + at, theta == 0 ? 0 : theta + at, program, layers, rowFactors, columnFactors, ldc, scratch,
      );
    }
    if (mirrorK) transposeTile(i0, i1, j0, j1, k, ld, mirrorK, m);
    if (mirrorTheta) transposeTile(i0, i1, j0, j1, theta, ld, mirrorTheta, m);
  }
}

function rowPiece(
  i: i32, j0: i32, count: i32, m: i32, source: usize, thetaOut: usize, program: usize, layers: i32, rowFactors: usize,
  columnFactors: usize, ldc: i32, scratch: usize,
): void {
  const end = <usize>count << 3;
  const k = scratch;
  const theta = scratch + (<usize>TILE_COLUMNS << 3);
  const b = v128.load_splat<f64>(program, 0);
  const w = v128.load_splat<f64>(program, 8);
  const rb = v128.load_splat<f64>(program, 16);
  const rw = v128.load_splat<f64>(program, 24);
  // an odd last number takes a neighbour along, which the row stride leaves room for
  for (let o: usize = 0; o < end; o += 16) {
    const x = v128.load(source + o);
    v128.store(k + o, madd(w, x, b));
    v128.store(theta + o, madd(rw, x, rb));
  }
  const rows = <usize>m << 3;
  const columns = <usize>ldc << 3;
  let p = program + 32;
  for (let l = 0; l < layers; l++) {
    const offset = <usize>load<f64>(p, 64);
    layerOf(
      end, k, theta, p, rowFactors + ((<usize>load<f64>(p, 72) * <usize>m + <usize>i) << 3), rows,
      columnFactors + ((offset * <usize>ldc + <usize>j0) << 3), columns, <usize>i,
    );
    p += LAYER;
  }
  for (let o: usize = 0; o < end; o += 16) v128.store(source + o, v128.load(k + o));
  if (thetaOut) for (let o: usize = 0; o < end; o += 16) v128.store(thetaOut + o, v128.load(theta + o));
}

/** B[j][i] = A[i][j] for a tile, eight rows at a time so that B is written in whole cache lines. */
function transposeTile(i0: i32, i1: i32, j0: i32, j1: i32, a: usize, lda: i32, b: usize, ldb: i32): void {
  const la = <usize>lda << 3;
  const lb = <usize>ldb << 3;
  for (let i = i0; i < i1; i += 8) {
    const ie = min(i + 8, i1);
    for (let j = j0; j < j1; j++) {
      let s = a + <usize>i * la + (<usize>j << 3);
      let t = b + <usize>j * lb + (<usize>i << 3);
      for (let q = i; q < ie; q++) {
        store<f64>(t, load<f64>(s));
        s += la;
        t += 8;
      }
    }
  }
}
