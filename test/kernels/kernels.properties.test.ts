import fc from "fast-check";
import { beforeAll, describe, expect, it } from "vitest";
import { type Kernels, loadKernels } from "../../src/kernels/index.ts";
import { createStream, type Matrix, transposeMatrix } from "../../src/numerics/index.ts";
import {
  difference,
  matrixOf,
  maxAbs,
  orthogonalityError,
  positiveMatrix,
  randomMatrix,
  scaleColumns,
  symmetricMatrix,
} from "./matrices.ts";

let kernels: Kernels;
beforeAll(async () => {
  kernels = await loadKernels();
});

const size = fc.integer({ min: 1, max: 80 });
const seed = fc.integer({ min: 1, max: 1e6 });
const runs = { numRuns: 25 };

/** A symmetric matrix with the given eigenvalues and random eigenvectors. */
function withSpectrum(values: readonly number[], seedOfBasis: number): Matrix {
  const n = values.length;
  const { q } = kernels.qr(randomMatrix(n, n, seedOfBasis));
  const lower = kernels.multiplyTransposedRight(scaleColumns(q, values), q);
  return matrixOf(n, n, (i, j) => lower.data[Math.max(i, j) * n + Math.min(i, j)]!);
}

describe("kernels", () => {
  it("recover a spectrum with clusters, zeros and sixteen decades, and its invariant subspace", () => {
    const value = fc.oneof(
      fc.constantFrom(0, 1, -1, 1 + 1e-12),
      fc.double({ min: -1, max: 1, noNaN: true }),
      fc.integer({ min: -16, max: 0 }).map((x) => 10 ** x),
    );
    fc.assert(
      fc.property(fc.array(value, { minLength: 1, maxLength: 90 }), seed, (values, basis) => {
        const a = withSpectrum(values, basis);
        const found = kernels.eigenSymmetric(a);
        const v = found.vectors!;
        const sorted = Float64Array.from(values).sort();
        expect(difference(found.values, sorted)).toBeLessThan(1e-13);
        expect(orthogonalityError(v)).toBeLessThan(1e-13);
        const residual = difference(kernels.multiply(a, v).data, scaleColumns(v, found.values).data);
        expect(residual).toBeLessThan(1e-13);
      }),
      runs,
    );
  });

  it("shift eigenvalues with the diagonal and keep them under permutation", () => {
    fc.assert(
      fc.property(size, seed, fc.double({ min: -10, max: 10, noNaN: true }), (n, s, shift) => {
        const a = symmetricMatrix(n, s);
        const p = createStream(s).permutation(n);
        const moved = matrixOf(n, n, (i, j) => a.data[p[i]! * n + p[j]!]! + (i === j ? shift : 0));
        const before = kernels.eigenSymmetric(a, { vectors: false }).values;
        const after = kernels.eigenSymmetric(moved, { vectors: false }).values;
        expect(
          difference(
            before.map((x) => x + shift),
            after,
          ),
        ).toBeLessThan(1e-12);
      }),
      runs,
    );
  });

  it("take singular values whose squares are eigenvalues of the Gram matrix", () => {
    fc.assert(
      fc.property(size, size, seed, (m, n, s) => {
        const a = randomMatrix(m, n, s);
        const { u, values, v } = kernels.svd(a);
        const gram = kernels.eigenSymmetric(m < n ? kernels.gramOfRows(a) : kernels.gramOfColumns(a)).values;
        const squares = values.map((x) => x * x).reverse();
        expect(difference(squares, gram)).toBeLessThan(1e-11);
        const back = kernels.multiplyTransposedRight(scaleColumns(u, values), v);
        expect(difference(back.data, a.data)).toBeLessThan(1e-12);
      }),
      runs,
    );
  });

  it("invert what they factor", () => {
    fc.assert(
      fc.property(size, fc.integer({ min: 1, max: 5 }), seed, (n, r, s) => {
        const x = randomMatrix(n, r, s + 1);
        const p = positiveMatrix(n, s);
        const general = { ...p, data: p.data.map((value, at) => value + (at % 7)) };
        expect(difference(kernels.solve(general, kernels.multiply(general, x)).data, x.data)).toBeLessThan(
          1e-9,
        );
        const solved = kernels.solvePositiveDefinite(p, kernels.multiply(p, x));
        expect(difference(solved.data, x.data)).toBeLessThan(1e-11);
        const l = kernels.cholesky(p);
        expect(difference(kernels.multiplyTransposedRight(l, l).data, p.data)).toBeLessThan(
          1e-12 * maxAbs(p.data),
        );
        const log =
          2 * Array.from({ length: n }, (_, i) => Math.log(l.data[i * n + i]!)).reduce((t, y) => t + y, 0);
        expect(kernels.logDeterminant(p)).toEqual({ sign: 1, logAbs: expect.closeTo(log, 9) });
      }),
      runs,
    );
  });

  it("multiply determinants and transpose products", () => {
    fc.assert(
      fc.property(size, seed, (n, s) => {
        const [a, b] = [randomMatrix(n, n, s), randomMatrix(n, n, s + 1)];
        const ab = kernels.multiply(a, b);
        const [da, db, dab] = [a, b, ab].map((x) => kernels.logDeterminant(x)) as [Log, Log, Log];
        expect(dab.sign).toBe(da.sign * db.sign);
        expect(dab.logAbs).toBeCloseTo(da.logAbs + db.logAbs, 7);
        const swapped = kernels.multiply(transposeMatrix(b), transposeMatrix(a));
        expect(difference(transposeMatrix(swapped).data, ab.data)).toBeLessThan(1e-12);
      }),
      runs,
    );
  });
});

type Log = ReturnType<Kernels["logDeterminant"]>;
