import { describe, expect, it } from "vitest";
import { ConvergenceError, ShapeError } from "../../../src/base/index.ts";
import {
  diagonalizeBidiagonal,
  factorCholesky,
  factorLu,
  factorQr,
  jacobiSvd,
  logDeterminantFromLu,
  multiplyMatrices,
  solveLinearSystem,
  symmetricEigen,
  transposeMatrix,
  tridiagonalEigenvalues,
} from "../../../src/numerics/index.ts";
import {
  difference,
  matrix,
  maxAbs,
  orthogonalityError,
  randomMatrix,
  references,
  scaleColumns,
} from "../../kernels/matrices.ts";

describe("plain routines agree with SciPy", () => {
  it.each(references.positive)("factorCholesky at n = $n", ({ n, a, l }) => {
    expect(difference(factorCholesky(matrix(n, n, a)).data, l)).toBeLessThan(1e-13);
  });

  it.each(references.general)("solveLinearSystem and the determinant at n = $n", (reference) => {
    const { n, a, b, solution, sign, logAbs } = reference;
    const x = solveLinearSystem(matrix(n, n, a), matrix(n, 3, b));
    expect(difference(x.data, solution)).toBeLessThan(1e-12 * Math.max(1, maxAbs(solution)));
    const determinant = logDeterminantFromLu(factorLu(matrix(n, n, a)));
    expect(determinant.sign).toBe(sign);
    // rounding times the condition number, 1.2e4 for the largest
    expect(Math.abs(determinant.logAbs - logAbs)).toBeLessThan(1e-11);
  });

  it.each(references.rectangular)("factorQr and jacobiSvd for $m x $n", ({ m, n, a, r, singularValues }) => {
    const qr = factorQr(matrix(m, n, a));
    expect(difference(qr.r.data, r)).toBeLessThan(1e-13);
    expect(orthogonalityError(qr.q)).toBeLessThan(1e-14);
    const { u, values, v } = jacobiSvd(matrix(m, n, a));
    expect(difference(values, singularValues)).toBeLessThan(1e-13);
    const back = multiplyMatrices(scaleColumns(u, values), transposeMatrix(v));
    expect(difference(back.data, a)).toBeLessThan(1e-13);
  });

  it.each(references.symmetric)("symmetricEigen at n = $n", ({ n, a, values }) => {
    const found = symmetricEigen(matrix(n, n, a));
    expect(difference(found.values, values)).toBeLessThan(1e-13 * maxAbs(values));
    expect(orthogonalityError(found.vectors)).toBeLessThan(1e-14);
    const residual = multiplyMatrices(matrix(n, n, a), found.vectors);
    expect(difference(residual.data, scaleColumns(found.vectors, found.values).data)).toBeLessThan(1e-13);
  });
});

describe("tridiagonalEigenvalues", () => {
  it("finds Wilkinson's pairs", () => {
    const d = Array.from({ length: 21 }, (_, i) => Math.abs(i - 10));
    expect(difference(tridiagonalEigenvalues(d, Array(20).fill(1)), references.wilkinson21)).toBeLessThan(
      2e-14,
    );
  });

  it("finds those of a path, 2 cos(pi j / (n + 1)), at any scale", () => {
    const n = 101;
    for (const scale of [1e-200, 1, 1e200]) {
      const values = tridiagonalEigenvalues(new Float64Array(n), Array(n - 1).fill(scale));
      const exact = Array.from({ length: n }, (_, j) => -2 * Math.cos((Math.PI * (j + 1)) / (n + 1)));
      expect(
        difference(
          values.map((x) => x / scale),
          exact,
        ),
      ).toBeLessThan(1e-14);
    }
  });

  it("keeps splitting matrices and zero", () => {
    expect(tridiagonalEigenvalues([3, 1, 2], [0, 0])).toEqual(Float64Array.of(1, 2, 3));
    expect(tridiagonalEigenvalues([0, 0], [0])).toEqual(Float64Array.of(0, 0));
    expect(() => tridiagonalEigenvalues([1, Number.NaN], [1])).toThrow(ConvergenceError);
  });
});

describe("diagonalizeBidiagonal", () => {
  it("keeps the sum of squares and handles a zero on the diagonal", () => {
    const d = Float64Array.of(1, 0, 2, 3);
    const e = Float64Array.of(1, 1, 1, 0);
    diagonalizeBidiagonal(d, e, null);
    const sum = d.reduce((total, x) => total + x * x, 0);
    expect(sum).toBeCloseTo(1 + 4 + 9 + 3, 13);
    expect(Math.min(...d.map(Math.abs))).toBeLessThan(1e-16);
    expect(maxAbs(e)).toBe(0);
  });

  it("refuses NaN", () => {
    expect(() => diagonalizeBidiagonal(Float64Array.of(1, Number.NaN), Float64Array.of(1), null)).toThrow(
      ConvergenceError,
    );
  });
});

describe("errors", () => {
  it("name shapes and pivots", () => {
    expect(() => multiplyMatrices(randomMatrix(2, 3, 1), randomMatrix(2, 3, 1))).toThrow(ShapeError);
    expect(() => factorCholesky(matrix(2, 2, [1, 2, 2, 1]))).toThrow(/pivot 1 of 2 is -3/);
    expect(() => solveLinearSystem(matrix(2, 2, [1, 1, 1, 1]), matrix(2, 1, [1, 1]))).toThrow(
      /pivot 1 of 2 is 0/,
    );
    expect(() => factorLu(matrix(1, 2, [1, 2]))).toThrow(/expected a square/);
    expect(() => factorQr(matrix(0, 0, []))).toThrow(ShapeError);
    expect(() => solveLinearSystem(matrix(1, 1, [1]), matrix(2, 1, [1, 1]))).toThrow(/expected 1 rows/);
  });
});
