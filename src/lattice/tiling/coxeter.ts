/**
 * Triangle groups: the plane cut into triangles with angles pi/p, pi/q, pi/r by mirrors, one triangle for every element of the
 * Coxeter group <a, b, c | a^2, b^2, c^2, (ab)^p, (bc)^q, (ca)^r>. Layers are word lengths; their sizes are the
 * coefficients of the group's growth series (Bourbaki, "Groupes et algebres de Lie" IV, section 1, exercise 26).
 */
import { BudgetError, SpecError } from "../../base/index.ts";

/** A patch of a triangle-group tiling: every triangle up to a word length. */
export interface TriangleTiling {
  readonly p: number;
  readonly q: number;
  readonly r: number;
  readonly cells: number;
  readonly bonds: number;
  /** Triangles of word length 0, 1, 2, ... */
  readonly perLayer: readonly number[];
  readonly layerStart: readonly number[];
  /** Neighbour across mirror s of triangle t at 3 t + s, or -1 where it is beyond the last layer. */
  readonly across: Int32Array;
}

/** Refuses triangles that are not hyperbolic, and says what they are. */
export function requireHyperbolicTriangle(p: number, q: number, r: number): void {
  for (const [name, value] of Object.entries({ p, q, r }))
    if (!Number.isInteger(value) || value < 2)
      throw new SpecError(`triangle group (p,q,r): ${name} is ${value}, expected an integer of at least 2`, {
        hint: "for example --group 7,3,2",
      });
  const excess = q * r + p * r + p * q - p * q * r;
  if (excess < 0) return;
  const plane = excess === 0 ? "euclidean" : "spherical";
  throw new SpecError(
    `triangle group (${p},${q},${r}) is ${plane}: 1/p + 1/q + 1/r = ${(1 / p + 1 / q + 1 / r).toPrecision(4)}, and a hyperbolic one needs less than 1`,
    { hint: "(7,3,2) and (5,4,2) are hyperbolic", data: { p, q, r, plane } },
  );
}

/**
 * How many triangles have each word length below `layers`: the coefficients of W(t) from
 * 1 / W(t) = 1 - 3 t / (1 + t) + sum_m t^m / ([2][m]), m = p, q, r, [k] = 1 + t + ... + t^(k-1).
 *
 * Exact below 2^53.
 * @example
 * ```ts
 * import { solveCoxeterGrowth } from "isinglass/lattice";
 * solveCoxeterGrowth(7, 3, 2, 6); // => [1, 3, 5, 7, 9, 12]
 * ```
 */
export function solveCoxeterGrowth(p: number, q: number, r: number, layers: number): number[] {
  requireHyperbolicTriangle(p, q, r);
  const inverse = new Array<number>(layers).fill(0);
  inverse[0] = 1;
  // 3 t / (1 + t) = 3 (t - t^2 + ...)
  for (let n = 1; n < layers; n++) inverse[n] = n % 2 === 1 ? -3 : 3;
  for (const m of [p, q, r]) {
    // 1 / [m] = (1 - t) / (1 - t^m), divided by 1 + t
    const term = new Array<number>(layers).fill(0);
    for (let n = 0; n < layers; n++) {
      const direct = n % m === 0 ? 1 : n % m === 1 ? -1 : 0;
      term[n] = direct - (n > 0 ? (term[n - 1] as number) : 0);
    }
    for (let n = m; n < layers; n++) inverse[n] = (inverse[n] as number) + (term[n - m] as number);
  }
  const growth = new Array<number>(layers).fill(0);
  growth[0] = 1;
  for (let n = 1; n < layers; n++) {
    let sum = 0;
    for (let k = 1; k <= n; k++) sum -= (inverse[k] as number) * (growth[n - k] as number);
    growth[n] = sum;
  }
  return growth;
}

/**
 * Builds all triangles of word length below `layers`.
 *
 * Grown by combinatorics alone: from triangle w the mirror s leads further out unless w came through it; two ways out meet where
 * they close one of the cycles of 2p, 2q or 2r triangles round a vertex.
 * @throws SpecError when the triangle is not hyperbolic; BudgetError above 2^27 triangles.
 * @cost O(cells (p + q + r)).
 * @example
 * ```ts
 * import { buildTriangleTiling } from "isinglass/lattice";
 * buildTriangleTiling(7, 3, 2, 26).cells; // => 2597
 * ```
 */
export function buildTriangleTiling(p: number, q: number, r: number, layers: number): TriangleTiling {
  requireHyperbolicTriangle(p, q, r);
  if (!Number.isInteger(layers) || layers < 1)
    throw new SpecError(
      `triangle group (${p},${q},${r}): layers is ${layers}, expected an integer of at least 1`,
    );
  const planned = solveCoxeterGrowth(p, q, r, layers);
  const cells = planned.reduce((sum, n) => sum + n, 0);
  if (cells > MOST_TRIANGLES)
    throw new BudgetError(
      `triangle group (${p},${q},${r}) with ${layers} layers has ${cells.toPrecision(4)} triangles, at most ${MOST_TRIANGLES} fit`,
      { hint: "ask for fewer layers", data: { cells, most: MOST_TRIANGLES } },
    );
  const across = new Int32Array(3 * cells).fill(-1);
  // order of the product of mirrors s and u: ab, bc, ca
  const order = [
    [1, p, r],
    [p, 1, q],
    [r, q, 1],
  ] as const;
  const layerStart = [0, 1];
  let end = 1;
  for (let j = 1; j < layers; j++) {
    for (let w = layerStart[j - 1] as number; w < (layerStart[j] as number); w++)
      for (let s = 0; s < 3; s++) {
        if (across[3 * w + s] !== -1) continue;
        const next = end++;
        across[3 * w + s] = next;
        across[3 * next + s] = w;
        for (let u = 0; u < 3; u++) if (u !== s) closeCycle(across, next, s, u, order[s]?.[u] as number);
      }
    layerStart.push(end);
  }
  const perLayer = planned.map((_, j) => (layerStart[j + 1] as number) - (layerStart[j] as number));
  let bonds = 0;
  for (const other of across) if (other >= 0) bonds++;
  return { p, q, r, cells: end, bonds: bonds / 2, perLayer, layerStart, across };
}

/** Triangles that a patch may have. */
const MOST_TRIANGLES = 2 ** 27;

/**
 * If `top` is the far end of a cycle of 2m triangles round a vertex (m mirrors s, u, s, ... below it), the other way up ends
 * in front of it: joins them.
 */
function closeCycle(across: Int32Array, top: number, s: number, u: number, m: number): void {
  // down from the top, s first, as far as numbers fall: a triangle nearer to the centre has a smaller number
  let at = top;
  let mirror = s;
  let steps = 0;
  while (steps < m) {
    const below = across[3 * at + mirror] as number;
    if (below < 0 || below > at) break;
    at = below;
    mirror = s + u - mirror;
    steps++;
  }
  if (steps < m) return;
  // up the other side
  for (let k = 1; k < m; k++) {
    at = across[3 * at + mirror] as number;
    mirror = s + u - mirror;
    if (at < 0) return;
  }
  across[3 * at + mirror] = top;
  across[3 * top + mirror] = at;
}
