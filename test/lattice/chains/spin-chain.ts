/** Small XX chains as 2^n x 2^n spin matrices: the oracle of the free-fermion solution. */
import type { Matrix } from "../../../src/numerics/index.ts";

interface Eigen {
  readonly values: ArrayLike<number>;
  readonly vectors: Matrix | null;
}

/** Ground state energy, and the entropy of any interval by the reduced density matrix. */
export function spinChain(
  couplings: ArrayLike<number>,
  closed: boolean,
  eigen: (a: Matrix) => Eigen,
): { energy: number; entropy: (start: number, length: number) => number } {
  const sites = couplings.length + (closed ? 0 : 1);
  const states = 2 ** sites;
  // total S^z = 0 holds the ground state of positive couplings
  const basis = Array.from({ length: states }, (_, s) => s).filter((s) => ones(s) === sites / 2);
  const index = new Map(basis.map((s, k) => [s, k]));
  const n = basis.length;
  const data = new Float64Array(n * n);
  basis.forEach((state, k) => {
    for (let i = 0; i < couplings.length; i++) {
      const pair = (1 << i) | (1 << ((i + 1) % sites));
      const both = state & pair;
      if (both === 0 || both === pair) continue;
      const at = k * n + index.get(state ^ pair)!;
      data[at] = data[at]! + couplings[i]! / 2;
    }
  });
  const { values, vectors } = eigen({ rows: n, cols: n, data });
  const lowest = Array.from(values).reduce((best, v, k, all) => (v < all[best]! ? k : best), 0);
  const ground = basis.map((_, k) => vectors!.data[k * n + lowest]!);
  return {
    energy: values[lowest]!,
    entropy(start, length) {
      const inside = Array.from({ length }, (_, k) => 1 << ((start + k) % sites));
      const outside = Array.from({ length: sites - length }, (_, k) => 1 << ((start + length + k) % sites));
      const part = (state: number, bits: number[]) =>
        bits.reduce((sum, bit, k) => sum + (state & bit ? 1 << k : 0), 0);
      const rows = 2 ** length;
      const cols = 2 ** (sites - length);
      const psi = new Float64Array(rows * cols);
      basis.forEach((state, k) => {
        psi[part(state, inside) * cols + part(state, outside)] = ground[k]!;
      });
      const rho = new Float64Array(rows * rows);
      for (let a = 0; a < rows; a++)
        for (let b = 0; b < rows; b++)
          for (let c = 0; c < cols; c++) rho[a * rows + b]! += psi[a * cols + c]! * psi[b * cols + c]!;
      const spectrum = eigen({ rows, cols: rows, data: rho }).values;
      return Array.from(spectrum).reduce((sum, x) => sum - (x > 1e-15 ? x * Math.log(x) : 0), 0);
    },
  };
}

function ones(state: number): number {
  let count = 0;
  for (let s = state; s > 0; s >>= 1) count += s & 1;
  return count;
}
