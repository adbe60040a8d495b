/**
 * The Kac-Ward determinant of a plane graph with straight bonds (Kac and Ward, Phys. Rev. 88, 1332, 1952; proofs: Dolbilin et
 * al. 1999, Lis 2016): the sum over even subgraphs of the product of bond weights is sqrt(det(1 - T)), where T takes the
 * directed bond i -> j to j -> k, k != i, with the weight of the first bond times exp(i a / 2), a the turning angle.
 *
 * The determinant is eliminated bond by bond, both directions at once. A leading principal block of whole bonds is the same
 * determinant on a subgraph, hence the square of a sum of non-negative terms that starts with 1: no pivoting is needed.
 */
import type { PlaneGraph } from "../graphs/index.ts";
import { type EliminationPlan, planElimination } from "./elimination.ts";
import { type ComplexSeries, logModulus, multiply, reciprocal } from "./series.ts";
import type { Taylor } from "./taylor.ts";

/** A plane graph with its elimination planned; reused for all temperatures. */
export interface KacWardPlan {
  readonly plane: PlaneGraph;
  readonly elimination: EliminationPlan;
  /** Angle of the direction of each bond from its first end. */
  readonly angles: Float64Array;
  /** Directed bonds that leave each vertex: 2b from the first end of bond b, 2b + 1 from the second. */
  readonly leaving: readonly (readonly number[])[];
}

/** Prepares a plane graph. Cost about O(bonds) for hyperbolic patches, O(bonds^1.5) for Euclidean ones. */
export function planKacWard(plane: PlaneGraph): KacWardPlan {
  const { positions, ends } = plane;
  const bonds = ends.length / 2;
  const vertices = positions.length / 2;
  const leaving: number[][] = Array.from({ length: vertices }, () => []);
  const angles = new Float64Array(bonds);
  for (let b = 0; b < bonds; b++) {
    const i = ends[2 * b] as number;
    const j = ends[2 * b + 1] as number;
    (leaving[i] as number[]).push(2 * b);
    (leaving[j] as number[]).push(2 * b + 1);
    angles[b] = Math.atan2(
      (positions[2 * j + 1] as number) - (positions[2 * i + 1] as number),
      (positions[2 * j] as number) - (positions[2 * i] as number),
    );
  }
  const adjacency = Array.from({ length: bonds }, (_, b) => {
    const near = new Set<number>();
    for (const v of [ends[2 * b], ends[2 * b + 1]])
      for (const e of leaving[v as number] as number[]) near.add(e >> 1);
    near.delete(b);
    return [...near];
  });
  return { plane, elimination: planElimination(adjacency), angles, leaving };
}

/** A dense block of the elimination: rows and columns are the two directions of each of its bonds. */
interface Front {
  readonly bonds: Uint32Array;
  readonly size: number;
  /** Entry (r, c), coefficient d: re[d][r size + c], im[d][r size + c]. */
  readonly re: readonly Float64Array[];
  readonly im: readonly Float64Array[];
}

/**
 * (1/2) log det(1 - T): the logarithm of the sum over even subgraphs, to as many Taylor coefficients as the weights have.
 *
 * @param plan from `planKacWard`; `weights` one series of 1 or 3 coefficients per bond.
 * @cost proportional to the fill of the elimination.
 */
export function solveEvenSubgraphs(plan: KacWardPlan, weights: readonly (readonly number[])[]): Taylor {
  const { elimination, plane } = plan;
  const { order, fronts, absorbed } = elimination;
  const terms = weights[0]?.length ?? 1;
  const updates: (Front | null)[] = new Array(order.length).fill(null);
  const place = new Int32Array(plane.ends.length / 2).fill(-1);
  const total = [0, 0, 0];
  for (let step = 0; step < order.length; step++) {
    const pivot = order[step] as number;
    const rest = fronts[step] as Uint32Array;
    const front = emptyFront(Uint32Array.of(pivot, ...rest), terms);
    front.bonds.forEach((b, k) => {
      place[b] = k;
    });
    for (const child of absorbed[step] as Uint32Array) {
      extendAdd(front, updates[child] as Front, place);
      updates[child] = null;
    }
    addEntries(front, plan, pivot, weights, place);
    for (const b of front.bonds) place[b] = -1;
    const { determinant, update } = eliminate(front, rest);
    logModulus(determinant).forEach((x, d) => {
      total[d] = (total[d] as number) + 0.5 * x;
    });
    updates[step] = update;
  }
  return total as unknown as Taylor;
}

function emptyFront(bonds: Uint32Array, terms: number): Front {
  const size = 2 * bonds.length;
  const zeros = (): Float64Array[] => Array.from({ length: terms }, () => new Float64Array(size * size));
  return { bonds, size, re: zeros(), im: zeros() };
}

function extendAdd(front: Front, child: Front, place: Int32Array): void {
  const { size } = front;
  const columns = new Int32Array(child.size);
  child.bonds.forEach((b, k) => {
    columns[2 * k] = 2 * (place[b] as number);
    columns[2 * k + 1] = 2 * (place[b] as number) + 1;
  });
  for (let d = 0; d < child.re.length; d++) {
    const [fromRe, fromIm] = [child.re[d] as Float64Array, child.im[d] as Float64Array];
    const [toRe, toIm] = [front.re[d] as Float64Array, front.im[d] as Float64Array];
    for (let r = 0, k = 0; r < child.size; r++) {
      const row = (columns[r] as number) * size;
      for (let c = 0; c < child.size; c++, k++) {
        const at = row + (columns[c] as number);
        toRe[at] = (toRe[at] as number) + (fromRe[k] as number);
        toIm[at] = (toIm[at] as number) + (fromIm[k] as number);
      }
    }
  }
}

/** Entries of 1 - T in the rows and columns of the pivot bond, as far as they are in the front. */
function addEntries(
  front: Front,
  { plane: { ends }, angles, leaving }: KacWardPlan,
  pivot: number,
  weights: readonly (readonly number[])[],
  place: Int32Array,
): void {
  const { size, re, im } = front;
  const put = (from: number, to: number): void => {
    const turn = turningAngle(angles, from, to) / 2;
    const at =
      (2 * (place[from >> 1] as number) + (from & 1)) * size + 2 * (place[to >> 1] as number) + (to & 1);
    (weights[from >> 1] as readonly number[]).forEach((w, d) => {
      const [x, y] = [re[d] as Float64Array, im[d] as Float64Array];
      x[at] = (x[at] as number) - w * Math.cos(turn);
      y[at] = (y[at] as number) - w * Math.sin(turn);
    });
  };
  for (const own of [2 * pivot, 2 * pivot + 1]) {
    const at = (own & 1) * (size + 1);
    const diagonal = re[0] as Float64Array;
    diagonal[at] = (diagonal[at] as number) + 1;
    const head = ends[own ^ 1] as number;
    for (const next of leaving[head] as number[]) {
      if (next >> 1 === pivot || (place[next >> 1] as number) < 0) continue;
      put(own, next);
      // the other direction of the same pair of bonds
      put(next ^ 1, own ^ 1);
    }
  }
}

/** Angle between the directions of two directed bonds, in (-pi, pi]. */
function turningAngle(angles: Float64Array, from: number, to: number): number {
  const flip = (from ^ to) & 1 ? Math.PI : 0;
  const turn = (angles[to >> 1] as number) - (angles[from >> 1] as number) + flip;
  return turn - 2 * Math.PI * Math.ceil(turn / (2 * Math.PI) - 0.5);
}

/** Eliminates the first bond (two rows): the determinant of its block, and the Schur complement of the rest. */
function eliminate(front: Front, rest: Uint32Array): { determinant: ComplexSeries; update: Front } {
  const { size } = front;
  const terms = front.re.length;
  const entry = (r: number, c: number): ComplexSeries => {
    const out = new Float64Array(2 * terms);
    for (let d = 0; d < terms; d++) {
      out[2 * d] = front.re[d]?.[r * size + c] as number;
      out[2 * d + 1] = front.im[d]?.[r * size + c] as number;
    }
    return out;
  };
  const [a, b, c, d] = [entry(0, 0), entry(0, 1), entry(1, 0), entry(1, 1)] as const;
  const product = multiply(b, c);
  const determinant = multiply(a, d).map((x, k) => x - (product[k] as number));
  const inverse = reciprocal(determinant);
  const update = emptyFront(rest, terms);
  // rows of D^-1 times the pivot rows, D^-1 = [[d, -b], [-c, a]] / det
  const upper = emptyRows(size, terms);
  const solution = [
    [multiply(d, inverse), multiply(b, inverse).map((x) => -x)],
    [multiply(c, inverse).map((x) => -x), multiply(a, inverse)],
  ] as const;
  for (let r = 0; r < 2; r++)
    for (let k = 0; k < 2; k++)
      addRow(upper, r * size, solution[r]?.[k] as ComplexSeries, front, k * size, size);
  subtractProducts(update, front, upper);
  return { determinant, update };
}

/** The Schur complement: entries of the rest minus (two pivot columns) times (two solved pivot rows). */
function subtractProducts(update: Front, front: Front, upper: Rows): void {
  const { size } = front;
  const inner = size - 2;
  for (let t = 0; t < front.re.length; t++) {
    const outRe = update.re[t] as Float64Array;
    const outIm = update.im[t] as Float64Array;
    const oldRe = front.re[t] as Float64Array;
    const oldIm = front.im[t] as Float64Array;
    for (let r = 0; r < inner; r++) {
      const from = (r + 2) * size + 2;
      outRe.set(oldRe.subarray(from, from + inner), r * inner);
      outIm.set(oldIm.subarray(from, from + inner), r * inner);
    }
    // coefficient t of a product of series
    for (let a = 0; a <= t; a++) {
      const leftRe = front.re[a] as Float64Array;
      const leftIm = front.im[a] as Float64Array;
      const xr = upper.re[t - a] as Float64Array;
      const xi = upper.im[t - a] as Float64Array;
      for (let r = 0; r < inner; r++) {
        const row = (r + 2) * size;
        const f0r = leftRe[row] as number;
        const f0i = leftIm[row] as number;
        const f1r = leftRe[row + 1] as number;
        const f1i = leftIm[row + 1] as number;
        if (f0r === 0 && f0i === 0 && f1r === 0 && f1i === 0) continue;
        let at = r * inner;
        for (let c = 2; c < size; c++, at++) {
          const ar = xr[c] as number;
          const ai = xi[c] as number;
          const br = xr[size + c] as number;
          const bi = xi[size + c] as number;
          outRe[at] = (outRe[at] as number) - (f0r * ar - f0i * ai + f1r * br - f1i * bi);
          outIm[at] = (outIm[at] as number) - (f0r * ai + f0i * ar + f1r * bi + f1i * br);
        }
      }
    }
  }
}

type Rows = Pick<Front, "re" | "im">;

function emptyRows(size: number, terms: number): Rows {
  const zeros = (): Float64Array[] => Array.from({ length: terms }, () => new Float64Array(2 * size));
  return { re: zeros(), im: zeros() };
}

/** out[start + c] += factor x[from + c] for 2 <= c < end, truncated series. */
function addRow(out: Rows, start: number, factor: ComplexSeries, x: Rows, from: number, end: number): void {
  const terms = x.re.length;
  for (let a = 0; a < terms; a++) {
    const fr = factor[2 * a] as number;
    const fi = factor[2 * a + 1] as number;
    for (let b = 0; a + b < terms; b++) {
      const xr = x.re[b] as Float64Array;
      const xi = x.im[b] as Float64Array;
      const outRe = out.re[a + b] as Float64Array;
      const outIm = out.im[a + b] as Float64Array;
      for (let c = 2; c < end; c++) {
        const re = xr[from + c] as number;
        const im = xi[from + c] as number;
        outRe[start + c] = (outRe[start + c] as number) + fr * re - fi * im;
        outIm[start + c] = (outIm[start + c] as number) + fr * im + fi * re;
      }
    }
  }
}
