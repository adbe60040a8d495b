import { beforeAll, describe, expect, it } from "vitest";
import { ConvergenceError, ShapeError } from "../../src/base/index.ts";
import { type Kernels, loadKernels } from "../../src/kernels/index.ts";
import { multiplyMatrices, transposeMatrix } from "../../src/numerics/index.ts";
import { difference, matrix, randomMatrix } from "./matrices.ts";

describe.each([false, true])("products, deterministic %s", (deterministic) => {
  let kernels: Kernels;
  beforeAll(async () => {
    kernels = await loadKernels({ deterministic });
  });

  it("uses relaxed SIMD unless determinism is asked for", () => {
    expect(kernels.simd).toBe(deterministic ? "plain" : "relaxed");
  });

  // sizes around the 4 x 4 tile, and past the cache blocks of 192 rows and 256 deep
  it.each([
    [1, 1, 1],
    [3, 5, 2],
    [4, 4, 4],
    [17, 9, 33],
    [64, 1, 64],
    [201, 130, 263],
  ])("agree with the three loops for %i x %i x %i", (m, n, k) => {
    const a = randomMatrix(m, k, 1);
    const b = randomMatrix(k, n, 2);
    const expected = multiplyMatrices(a, b).data;
    const tolerance = 1e-14 * k;
    expect(difference(kernels.multiply(a, b).data, expected)).toBeLessThan(tolerance);
    const at = transposeMatrix(a);
    expect(difference(kernels.multiplyTransposedLeft(at, b).data, expected)).toBeLessThan(tolerance);
    const bt = transposeMatrix(b);
    expect(difference(kernels.multiplyTransposedRight(a, bt).data, expected)).toBeLessThan(tolerance);
  });

  it.each([1, 5, 34, 205])("give exactly symmetric Gram matrices of %i vectors", (n) => {
    const a = randomMatrix(n, 19, 3);
    const gram = multiplyMatrices(a, transposeMatrix(a)).data;
    const rows = kernels.gramOfRows(a);
    const columns = kernels.gramOfColumns(transposeMatrix(a));
    expect(difference(rows.data, gram)).toBeLessThan(1e-13);
    expect(difference(columns.data, gram)).toBeLessThan(1e-13);
    expect(difference(rows.data, transposeMatrix(rows).data)).toBe(0);
  });
});

describe("product errors", () => {
  it("name the sizes and the entry", async () => {
    const kernels = await loadKernels();
    const a = randomMatrix(2, 3, 1);
    expect(() => kernels.multiply(a, a)).toThrow(
      new ShapeError("multiply: a is [2, 3] and b is [2, 3], expected equal inner sizes"),
    );
    expect(() => kernels.multiply(a, matrix(3, 1, [1, Number.NaN, 0]))).toThrow(ConvergenceError);
    expect(() => kernels.multiply(a, matrix(3, 1, [1, Number.NaN, 0]))).toThrow(/entry \(1, 0\) is NaN/);
    expect(() => kernels.gramOfRows(matrix(0, 0, []))).toThrow(ShapeError);
    expect(() => kernels.gramOfRows(matrix(2, 2, [1]))).toThrow(/holds 1 numbers, expected 4/);
  });
});
