import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { SpecError } from "../../src/base/index.ts";
import { createOnnxGemm, type GemmProvider, type Kernels, loadKernels } from "../../src/kernels/index.ts";
import { multiplyMatrices, transposeMatrix } from "../../src/numerics/index.ts";
import {
  difference,
  maxAbs,
  orthogonalityError,
  positiveMatrix,
  randomMatrix,
  scaleColumns,
  symmetricMatrix,
} from "./matrices.ts";

describe("two threads", () => {
  let two: Kernels;
  let one: Kernels;
  beforeAll(async () => {
    [two, one] = await Promise.all([loadKernels({ threads: 2 }), loadKernels()]);
  });
  afterAll(() => two.release());

  it("give the results of one", () => {
    expect(two.threads).toBe(2);
    const a = randomMatrix(151, 230, 1);
    const b = randomMatrix(230, 97, 2);
    expect(difference(two.multiply(a, b).data, one.multiply(a, b).data)).toBeLessThan(1e-13);
    const p = positiveMatrix(203, 3);
    expect(difference(two.cholesky(p).data, one.cholesky(p).data)).toBeLessThan(1e-12);
    const s = symmetricMatrix(401, 4);
    const { values, vectors } = two.eigenSymmetric(s);
    expect(difference(values, one.eigenSymmetric(s).values)).toBeLessThan(1e-12);
    const residual = difference(one.multiply(s, vectors!).data, scaleColumns(vectors!, values).data);
    expect(residual / maxAbs(values)).toBeLessThan(1e-13);
    const r = randomMatrix(120, 120, 5);
    const svd = two.svd(r);
    const back = one.multiply(scaleColumns(svd.u, svd.values), transposeMatrix(svd.v));
    expect(difference(back.data, r.data)).toBeLessThan(1e-12);
  });

  it("refuse to be none", async () => {
    await expect(loadKernels({ threads: 0 })).rejects.toThrow(SpecError);
  });
});

describe("determinism", () => {
  it("gives the same bits whatever is asked for", async () => {
    const a = symmetricMatrix(70, 6);
    const [first, second] = await Promise.all([
      loadKernels({ deterministic: true }),
      loadKernels({ deterministic: true, threads: 2 }),
    ]);
    expect(second.threads).toBe(1);
    expect(second.eigenSymmetric(a)).toEqual(first.eigenSymmetric(a));
  });
});

describe("offloaded products", () => {
  let kernels: Kernels;
  let provider: GemmProvider;
  beforeAll(async () => {
    kernels = await loadKernels();
    const onnx = (await createOnnxGemm())!;
    // everything is handed over, so that small matrices take every path
    provider = { ...onnx, worthwhile: { direct: 1, copied: 1, depth: 1, wideBlocks: 1 } };
  });
  afterAll(() => provider.release());

  it("agree with the plain loops, transposed or not", async () => {
    const fast = kernels.offload(provider);
    const a = randomMatrix(61, 52, 1);
    const b = randomMatrix(52, 73, 2);
    const expected = multiplyMatrices(a, b).data;
    const [at, bt] = [transposeMatrix(a), transposeMatrix(b)];
    // started together: they must not share buffers
    const results = await Promise.all([
      fast.multiply(a, b),
      fast.multiplyTransposedLeft(at, b),
      fast.multiplyTransposedRight(a, bt),
    ]);
    for (const { data } of results) expect(difference(data, expected)).toBeLessThan(1e-12);
    const gram = await fast.gramOfColumns(a);
    expect(difference(gram.data, multiplyMatrices(at, a).data)).toBeLessThan(1e-12);
  });

  it("factor and diagonalise", async () => {
    const fast = kernels.offload(provider);
    const p = positiveMatrix(211, 3);
    expect(difference((await fast.cholesky(p)).data, kernels.cholesky(p).data)).toBeLessThan(1e-11);
    const s = symmetricMatrix(301, 4);
    const [{ values, vectors }, late] = await Promise.all([fast.eigenSymmetric(s), fast.multiply(s, s)]);
    const residual = difference(kernels.multiply(s, vectors!).data, scaleColumns(vectors!, values).data);
    expect(residual / maxAbs(values)).toBeLessThan(1e-13);
    const gram = kernels.multiplyTransposedLeft(vectors!, vectors!);
    for (let i = 0; i < 301; i++) gram.data[i * 301 + i]! -= 1;
    expect(maxAbs(gram.data)).toBeLessThan(1e-13);
    expect(difference(late.data, kernels.multiply(s, s).data)).toBeLessThan(1e-10);
  });

  it("leave a rejected promise and go on", async () => {
    const fast = kernels.offload(provider);
    await expect(fast.cholesky(randomMatrix(4, 4, 1))).rejects.toThrow(/not symmetric/);
    const { q } = await fast.qr(randomMatrix(30, 20, 2));
    expect(orthogonalityError(q)).toBeLessThan(1e-13);
  });
});
