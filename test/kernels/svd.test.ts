import { beforeAll, describe, expect, it } from "vitest";
import { ShapeError } from "../../src/base/index.ts";
import { type Kernels, loadKernels } from "../../src/kernels/index.ts";
import { jacobiSvd, type Matrix, multiplyMatrices, transposeMatrix } from "../../src/numerics/index.ts";
import {
  difference,
  matrix,
  matrixOf,
  maxAbs,
  orthogonalityError,
  randomMatrix,
  references,
  scaleColumns,
} from "./matrices.ts";

let kernels: Kernels;
beforeAll(async () => {
  kernels = await loadKernels();
});

function requireSvd(a: Matrix): Float64Array {
  const { u, values, v } = kernels.svd(a);
  const norm = maxAbs(values) || 1;
  expect(orthogonalityError(u)).toBeLessThan(2e-13);
  expect(orthogonalityError(v)).toBeLessThan(2e-13);
  const back = multiplyMatrices(scaleColumns(u, values), transposeMatrix(v));
  expect(difference(back.data, a.data) / norm).toBeLessThan(2e-13);
  expect(difference(kernels.singularValues(a), values) / norm).toBeLessThan(1e-13);
  expect(values.every((x, i) => x >= 0 && (i === 0 || x <= values[i - 1]!))).toBe(true);
  return values;
}

describe("svd", () => {
  it.each(references.rectangular)("agrees with SciPy for $m x $n", ({ m, n, a, singularValues }) => {
    expect(difference(requireSvd(matrix(m, n, a)), singularValues)).toBeLessThan(1e-13);
  });

  it.each([
    [20, 20],
    [67, 67],
    [121, 90],
    [150, 40],
    [45, 101],
  ])("agrees with Jacobi rotations for %i x %i", (m, n) => {
    const a = randomMatrix(m, n, m);
    expect(difference(requireSvd(a), jacobiSvd(a).values)).toBeLessThan(1e-12);
  });

  it.each<[string, Matrix, number[]]>([
    ["zero", matrixOf(40, 30, () => 0), []],
    ["of rank one", matrixOf(50, 40, (i, j) => (i % 2 ? 1 : -1) * (j % 2 ? 1 : -1)), [Math.sqrt(2000)]],
    ["orthogonal", matrixOf(35, 35, (i, j) => Number((i + 11) % 35 === j)), Array(35).fill(1)],
    [
      "bidiagonal with a zero",
      matrixOf(34, 34, (i, j) => (i === j ? Number(i !== 9) : 0)),
      Array(33).fill(1),
    ],
  ])("decomposes a matrix that is %s", (_, a, expected) => {
    const exact = new Float64Array(Math.min(a.rows, a.cols));
    exact.set(expected);
    expect(difference(requireSvd(a), exact)).toBeLessThan(1e-12);
  });

  it.each([1e-300, 1e300])("keeps the scale %d", (scale) => {
    const a = randomMatrix(36, 33, 2);
    const values = kernels.singularValues({ ...a, data: a.data.map((x) => x * scale) });
    const exact = kernels.singularValues(a);
    expect(
      difference(
        values.map((x) => x / scale),
        exact,
      ),
    ).toBeLessThan(1e-12);
  });

  it("resolves the graded Hilbert matrix to absolute accuracy", () => {
    const values = requireSvd(matrixOf(40, 40, (i, j) => 1 / (i + j + 1)));
    // largest singular values of the 40 x 40 Hilbert matrix decay geometrically below rounding
    expect(values[39]! / values[0]!).toBeLessThan(1e-16);
  });

  it("refuses empty matrices", () => {
    expect(() => kernels.svd(matrix(0, 3, []))).toThrow(ShapeError);
  });
});
