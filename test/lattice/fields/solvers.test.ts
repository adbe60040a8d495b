/** Sparse Cholesky and conjugate gradients against dense linear algebra, and what they refuse. */
import { describe, expect, it } from "vitest";
import { buildTiling, createFieldOperator, factorField, solveField } from "../../../src/lattice/index.ts";
import { createStream, factorCholesky, zeros } from "../../../src/numerics/index.ts";

const patches = [
  [7, 3, 1],
  [7, 3, 4],
  [3, 7, 6],
  [5, 4, 3],
  [4, 6, 4],
  [12, 10, 2],
] as const;

describe("solvers of (w (p - A) + m^2) x = b", () => {
  it.each(patches)("{%i,%i} with %i layers, against dense Cholesky", (p, q, layers) => {
    const operator = createFieldOperator(buildTiling(p, q, layers), { massSquared: 0.3 });
    const n = operator.tiling.cells;
    const dense = zeros(n, n);
    for (let j = 0; j < n; j++) {
      const unit = new Float64Array(n);
      unit[j] = 1;
      operator.apply(unit, new Float64Array(n)).forEach((v, i) => {
        dense.data[i * n + j] = v;
      });
    }
    const L = factorCholesky(dense);
    let logDeterminant = 0;
    for (let i = 0; i < n; i++) logDeterminant += 2 * Math.log(L.data[i * (n + 1)]!);
    const factor = factorField(operator);
    expect(factor.logDeterminant).toBeCloseTo(logDeterminant, 9);
    const b = new Float64Array(n);
    createStream(n).fillNormal(b);
    const x = factor.solve(b);
    const back = operator.apply(x, new Float64Array(n));
    back.forEach((v, i) => {
      expect(v).toBeCloseTo(b[i]!, 12);
    });
    const iterative = solveField(operator, b);
    expect(iterative.converged).toBe(true);
    iterative.x.forEach((v, i) => {
      expect(v).toBeCloseTo(x[i]!, 10);
    });
  });
  it("the propagator is symmetric and positive", () => {
    const operator = createFieldOperator(buildTiling(7, 3, 5));
    const factor = factorField(operator);
    const column = (i: number) => {
      const b = new Float64Array(232);
      b[i] = 1;
      return factor.solve(b);
    };
    const [a, b] = [column(3), column(200)];
    expect(a[200]).toBeCloseTo(b[3]!, 14);
    expect(Math.min(...a, ...b)).toBeGreaterThan(0);
  });
  it("keeps the factor of hyperbolic patches small", () => {
    const small = factorField(createFieldOperator(buildTiling(7, 3, 6)));
    const large = factorField(createFieldOperator(buildTiling(7, 3, 8)));
    // 617 and 4264 cells: entries a cell grow by less than a logarithm would let them
    expect(large.fill / 4264 / (small.fill / 617)).toBeLessThan(1.35);
  });
  it("works just above the threshold of a patch and refuses just below", () => {
    const tiling = buildTiling(7, 3, 6);
    const at = (massSquared: number) => createFieldOperator(tiling, { massSquared });
    const ones = new Float64Array(617).fill(1);
    expect(factorField(at(-0.514)).solve(ones)[0]).toBeGreaterThan(1);
    expect(() => factorField(at(-0.51403))).toThrow(/below the instability threshold/);
    expect(() => solveField(at(-0.6), ones)).toThrow(/below the instability threshold/);
    expect(() => solveField(at(0), [1, 2])).toThrow(/received 2 sources/);
    expect(() => at(Number.NaN)).toThrow(/m\^2 = NaN/);
  });
});
