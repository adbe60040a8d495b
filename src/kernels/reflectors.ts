/** Block reflectors in the compact WY form I - V^T T V (Schreiber & Van Loan 1989), reflectors stored as rows of V. */
import type { Core } from "./core.ts";
import type { Steps } from "./product.ts";

/** C <- C H_0 H_1 ... ("forward") or C ... H_1 H_0 ("reverse") with H_i = I - tau_i v_i^T v_i, v_i row i of V. */
export interface ReflectorBlock {
  readonly rows: number;
  readonly cols: number;
  readonly c: number;
  readonly ldc: number;
  /** tau.length x cols, row stride ldv, with explicit zeros before the leading 1 of each row. */
  readonly v: number;
  readonly ldv: number;
  readonly tau: Float64Array;
  readonly order: "forward" | "reverse";
}

/** Applies a block of reflectors from the right by two products. */
export function* reflectorSteps(core: Core, block: ReflectorBlock): Steps<void> {
  const { rows, cols, c, ldc, v, ldv, tau, order } = block;
  const nb = tau.length;
  if (rows === 0 || nb === 0) return;
  const top = core.save();
  const gram = core.allocateDoubles(nb * nb);
  const t = core.allocateDoubles(nb * nb);
  const y = core.allocateDoubles(rows * nb);
  const z = core.allocateDoubles(rows * nb);
  core.floats(gram, nb * nb).fill(0);
  core.product({
    m: nb,
    n: nb,
    k: cols,
    alpha: 1,
    a: v,
    ars: ldv,
    acs: 1,
    b: v,
    brs: 1,
    bcs: ldv,
    c: gram,
    ldc: nb,
  });
  formTriangle(core.floats(gram, nb * nb), tau, core.floats(t, nb * nb));
  core.floats(y, rows * nb).fill(0);
  yield { m: rows, n: nb, k: cols, alpha: 1, a: c, ars: ldc, acs: 1, b: v, brs: 1, bcs: ldv, c: y, ldc: nb };
  core.floats(z, rows * nb).fill(0);
  const [brs, bcs] = order === "forward" ? [nb, 1] : [1, nb];
  core.product({ m: rows, n: nb, k: nb, alpha: 1, a: y, ars: nb, acs: 1, b: t, brs, bcs, c: z, ldc: nb });
  yield { m: rows, n: cols, k: nb, alpha: -1, a: z, ars: nb, acs: 1, b: v, brs: ldv, bcs: 1, c, ldc };
  core.restore(top);
}

/** Upper triangular T with H_0 ... H_{nb-1} = I - V^T T V, from the Gram matrix of the rows of V. */
function formTriangle(gram: Float64Array, tau: Float64Array, t: Float64Array): void {
  const nb = tau.length;
  t.fill(0);
  for (let j = 0; j < nb; j++) {
    const tj = tau[j] as number;
    for (let i = 0; i < j; i++) {
      let sum = 0;
      // gram is symmetric: its row j is contiguous
      for (let q = i; q < j; q++) sum += (t[i * nb + q] as number) * (gram[j * nb + q] as number);
      t[i * nb + j] = -tj * sum;
    }
    t[j * nb + j] = tj;
  }
}
