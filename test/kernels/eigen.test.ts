import { beforeAll, describe, expect, it } from "vitest";
import { ConvergenceError, ShapeError, SpecError } from "../../src/base/index.ts";
import { type Kernels, loadKernels } from "../../src/kernels/index.ts";
import { type Matrix, multiplyMatrices, symmetricEigen } from "../../src/numerics/index.ts";
import {
  difference,
  matrix,
  matrixOf,
  maxAbs,
  orthogonalityError,
  randomMatrix,
  references,
  scaleColumns,
  symmetricMatrix,
} from "./matrices.ts";

let kernels: Kernels;
beforeAll(async () => {
  kernels = await loadKernels();
});

/** Residual |A V - V D| / |A| and orthogonality, and the same eigenvalues without vectors. */
function requireDecomposition(a: Matrix): Float64Array {
  const { values, vectors } = kernels.eigenSymmetric(a);
  const v = vectors!;
  const norm = maxAbs(values) || 1;
  const residual = difference(multiplyMatrices(a, v).data, scaleColumns(v, values).data) / norm;
  expect(residual).toBeLessThan(1e-13);
  expect(orthogonalityError(v)).toBeLessThan(1e-13);
  expect(
    difference(
      Array.from(values).sort((x, y) => x - y),
      values,
    ),
  ).toBe(0);
  const alone = kernels.eigenSymmetric(a, { vectors: false });
  expect(alone.vectors).toBeNull();
  expect(difference(alone.values, values) / norm).toBeLessThan(1e-13);
  return values;
}

describe("eigenSymmetric", () => {
  it.each(references.symmetric)("agrees with SciPy at n = $n", ({ n, a, values }) => {
    expect(difference(requireDecomposition(matrix(n, n, a)), values)).toBeLessThan(1e-13 * maxAbs(values));
  });

  // a QL leaf, one merge, several merges
  it.each([32, 65, 150])("agrees with the plain loops at n = %i", (n) => {
    const a = symmetricMatrix(n, n);
    const expected = symmetricEigen(a).values;
    expect(difference(requireDecomposition(a), expected)).toBeLessThan(1e-13 * maxAbs(expected));
  });

  it("finds Wilkinson's pairs", () => {
    const a = matrixOf(21, 21, (i, j) => (i === j ? Math.abs(i - 10) : Math.abs(i - j) === 1 ? 1 : 0));
    expect(difference(requireDecomposition(a), references.wilkinson21)).toBeLessThan(1e-13);
  });

  const n = 90;
  const structured: [string, Matrix, ((j: number) => number) | null][] = [
    ["zero", matrixOf(n, n, () => 0), () => 0],
    ["the identity", matrixOf(n, n, (i, j) => Number(i === j)), () => 1],
    ["diagonal, descending", matrixOf(n, n, (i, j) => (i === j ? n - i : 0)), (j) => j + 1],
    ["of rank one", matrixOf(n, n, () => 2), (j) => (j === n - 1 ? 2 * n : 0)],
    [
      "a path",
      matrixOf(n, n, (i, j) => Number(Math.abs(i - j) === 1)),
      (j) => -2 * Math.cos((Math.PI * (j + 1)) / (n + 1)),
    ],
    [
      "two values only",
      matrixOf(n, n, (i, j) => (i === j ? 0 : i < 45 === j < 45 ? 1 : 0)),
      (j) => (j < 88 ? -1 : 44),
    ],
    ["glued blocks", gluedWilkinson(), null],
    ["graded", matrixOf(n, n, (i, j) => 10 ** (-Math.max(i, j) / 6) * (i === j ? 2 : 1)), null],
    ["graded upwards", matrixOf(n, n, (i, j) => 10 ** (Math.min(i, j) / 6) * (i === j ? 2 : 1)), null],
    ["tiny", scaled(symmetricMatrix(n, 4), 1e-300), null],
    ["huge", scaled(symmetricMatrix(n, 4), 1e300), null],
    ["of low rank", lowRank(), null],
  ];
  it.each(structured)("decomposes a matrix that is %s", (_, a, expected) => {
    const values = requireDecomposition(a);
    if (expected === null) return;
    const exact = Float64Array.from({ length: a.rows }, (_, j) => expected(j));
    expect(difference(values, exact)).toBeLessThan(1e-13 * Math.max(1, maxAbs(exact)));
  });

  it("accepts asymmetry by rounding and uses the upper triangle", () => {
    const values = kernels.eigenSymmetric(matrix(2, 2, [2, 1, 1 + 1e-13, 2])).values;
    expect(difference(values, [1, 3])).toBeLessThan(1e-15);
  });

  it("refuses what is not symmetric, square, finite or there", () => {
    expect(() => kernels.eigenSymmetric(randomMatrix(5, 5, 1))).toThrow(SpecError);
    expect(() => kernels.eigenSymmetric(randomMatrix(2, 3, 1))).toThrow(/\[2, 3\], expected a square/);
    expect(() => kernels.eigenSymmetric(matrix(0, 0, []))).toThrow(ShapeError);
    const broken = symmetricMatrix(5, 1);
    broken.data[7] = Number.NaN;
    expect(() => kernels.eigenSymmetric(broken)).toThrow(ConvergenceError);
    expect(() => kernels.eigenSymmetric(broken)).toThrow(/entry \(1, 2\) is NaN/);
  });
});

function scaled(a: Matrix, factor: number): Matrix {
  return { ...a, data: a.data.map((x) => x * factor) };
}

function lowRank(): Matrix {
  const a = randomMatrix(100, 3, 8);
  return multiplyMatrices(
    a,
    matrixOf(3, 100, (i, j) => a.data[j * 3 + i]!),
  );
}

/** Wilkinson blocks coupled by 1e-8: clusters of nearly equal eigenvalues. */
function gluedWilkinson(): Matrix {
  return matrixOf(105, 105, (i, j) => {
    if (i === j) return Math.abs((i % 21) - 10);
    if (Math.abs(i - j) !== 1) return 0;
    return Math.max(i, j) % 21 === 0 ? 1e-8 : 1;
  });
}
