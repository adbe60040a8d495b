import { beforeAll, describe, expect, it } from "vitest";
import { ConvergenceError, ShapeError, SpecError } from "../../src/base/index.ts";
import { type Kernels, loadKernels } from "../../src/kernels/index.ts";
import {
  factorCholesky,
  factorLu,
  factorQr,
  identityMatrix,
  logDeterminantFromLu,
  multiplyMatrices,
  solveLinearSystem,
  transposeMatrix,
} from "../../src/numerics/index.ts";
import {
  difference,
  matrix,
  matrixOf,
  maxAbs,
  orthogonalityError,
  positiveMatrix,
  randomMatrix,
  references,
} from "./matrices.ts";

let kernels: Kernels;
beforeAll(async () => {
  kernels = await loadKernels();
});

describe("cholesky", () => {
  it.each(references.positive)("agrees with SciPy at n = $n", ({ n, a, l }) => {
    expect(difference(kernels.cholesky(matrix(n, n, a)).data, l)).toBeLessThan(1e-13);
  });

  // a leaf, one split, and several levels with odd remainders
  it.each([31, 96, 211])("agrees with the plain loops at n = %i", (n) => {
    const a = positiveMatrix(n, n);
    expect(difference(kernels.cholesky(a).data, factorCholesky(a).data)).toBeLessThan(1e-12);
  });

  it.each([0, 5, 60, 130])("names pivot %i when the matrix is not positive definite", (pivot) => {
    const n = 131;
    const a = positiveMatrix(n, 7);
    a.data[pivot * n + pivot] = -1;
    expect(() => kernels.cholesky(a)).toThrow(ConvergenceError);
    expect(() => kernels.cholesky(a)).toThrow(new RegExp(`pivot ${pivot} of ${n} is -`));
  });

  it("refuses what is not symmetric, square, finite or there", () => {
    expect(() => kernels.cholesky(matrix(2, 2, [1, 0.5, 0, 1]))).toThrow(SpecError);
    expect(() => kernels.cholesky(matrix(2, 2, [1, 0.5, 0, 1]))).toThrow(/not symmetric.*up to 0.5/);
    expect(() => kernels.cholesky(matrix(1, 2, [1, 2]))).toThrow(ShapeError);
    expect(() => kernels.cholesky(matrix(0, 0, []))).toThrow(ShapeError);
    expect(() => kernels.cholesky(matrix(1, 1, [Number.POSITIVE_INFINITY]))).toThrow(
      /entry \(0, 0\) is Infinity/,
    );
  });
});

describe("solve", () => {
  it.each(references.general)("agrees with SciPy at n = $n", ({ n, a, b, solution, sign, logAbs }) => {
    const x = kernels.solve(matrix(n, n, a), matrix(n, 3, b));
    expect(difference(x.data, solution)).toBeLessThan(1e-12 * Math.max(1, maxAbs(solution)));
    const determinant = kernels.logDeterminant(matrix(n, n, a));
    expect(determinant.sign).toBe(sign);
    // rounding times the condition number, 1.2e4 for the largest
    expect(Math.abs(determinant.logAbs - logAbs)).toBeLessThan(1e-11);
  });

  it.each([33, 64, 150])("agrees with the plain loops at n = %i", (n) => {
    const a = randomMatrix(n, n, n);
    const b = randomMatrix(n, 5, n + 1);
    const expected = solveLinearSystem(a, b);
    expect(difference(kernels.solve(a, b).data, expected.data)).toBeLessThan(1e-10 * maxAbs(expected.data));
    const { sign, logAbs } = logDeterminantFromLu(factorLu(a));
    expect(kernels.logDeterminant(a).sign).toBe(sign);
    expect(kernels.logDeterminant(a).logAbs).toBeCloseTo(logAbs, 10);
  });

  it("keeps determinants that overflow and reports singular matrices", () => {
    const n = 40;
    const big = matrixOf(n, n, (i, j) => (i === j ? -1e300 : 0));
    expect(kernels.logDeterminant(big)).toEqual({ sign: 1, logAbs: expect.closeTo(n * Math.log(1e300), 9) });
    const zero = matrixOf(3, 3, (i) => i);
    expect(kernels.logDeterminant(zero)).toEqual({ sign: 0, logAbs: Number.NEGATIVE_INFINITY });
    expect(() => kernels.solve(zero, matrix(3, 1, [1, 1, 1]))).toThrow(/singular: pivot/);
  });

  it.each([3, 70, 133])("inverts a positive definite matrix of n = %i", (n) => {
    const a = positiveMatrix(n, 5);
    const inverse = kernels.solvePositiveDefinite(a, identityMatrix(n));
    expect(difference(multiplyMatrices(a, inverse).data, identityMatrix(n).data)).toBeLessThan(1e-12);
  });

  it.each(["lower", "lower-transposed", "upper", "upper-transposed"] as const)(
    "solves %s triangles",
    (kind) => {
      const n = 77;
      const isLower = kind.startsWith("lower");
      const t = matrixOf(n, n, (i, j) => (i === j ? 2 + i / n : Math.sin(i * n + j) / n));
      const clean = matrixOf(n, n, (i, j) => ((isLower ? j <= i : j >= i) ? t.data[i * n + j]! : 0));
      const x = randomMatrix(n, 4, 9);
      const b = multiplyMatrices(kind.endsWith("transposed") ? transposeMatrix(clean) : clean, x);
      expect(difference(kernels.solveTriangular(t, kind, b).data, x.data)).toBeLessThan(1e-13);
    },
  );

  it("refuses right-hand sides of another height", () => {
    expect(() => kernels.solve(identityMatrix(2), matrix(3, 1, [1, 2, 3]))).toThrow(/expected 2 rows/);
  });
});

describe("qr", () => {
  it.each(references.rectangular)("agrees with SciPy for $m x $n", ({ m, n, a, r }) => {
    const factors = kernels.qr(matrix(m, n, a));
    expect(difference(factors.r.data, r)).toBeLessThan(1e-13);
    expect(difference(multiplyMatrices(factors.q, factors.r).data, a)).toBeLessThan(1e-13);
  });

  it.each([
    [40, 40],
    [133, 70],
    [35, 90],
  ])("agrees with the plain loops for %i x %i", (m, n) => {
    const a = randomMatrix(m, n, m);
    const { q, r } = kernels.qr(a);
    const expected = factorQr(a);
    expect(difference(r.data, expected.r.data)).toBeLessThan(1e-12);
    expect(difference(q.data, expected.q.data)).toBeLessThan(1e-12);
    expect(orthogonalityError(q)).toBeLessThan(1e-14 * m);
  });

  it("gives orthonormal columns for a rank-deficient matrix", () => {
    const a = matrixOf(50, 40, (i, j) => (i + 1) * (j + 2));
    const { q, r } = kernels.qr(a);
    expect(orthogonalityError(q)).toBeLessThan(1e-13);
    expect(difference(multiplyMatrices(q, r).data, a.data)).toBeLessThan(1e-11);
    expect(kernels.qr(matrix(2, 2, [0, 0, 0, 0])).r.data).toEqual(Float64Array.of(0, 0, 0, 0));
  });
});
