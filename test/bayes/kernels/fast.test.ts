import { afterAll, describe, expect, it } from "vitest";
import { BudgetError, InterruptedError } from "../../../src/base/index.ts";
import {
  type DenseKernelSpec,
  denseMemory,
  prepareRecursion,
  solveDenseKernels,
  solveDenseNngp,
  solveKernels,
  uniformKernelSpec,
} from "../../../src/bayes/index.ts";
import { createOnnxGemm, loadKernels } from "../../../src/kernels/index.ts";
import { resolveActivation } from "../../../src/networks/index.ts";
import { createStream, type Matrix } from "../../../src/numerics/index.ts";

const one = await loadKernels();
const plain = await loadKernels({ deterministic: true });
const two = await loadKernels({ threads: 2 });
afterAll(() => two.release());

/** Correlated rows of different lengths, some of them nearly parallel. */
function inputsOf(rows: number, cols: number, seed: number): Matrix {
  const data = new Float64Array(rows * cols);
  const stream = createStream(seed);
  stream.fillNormal(data);
  for (let i = 0; i < rows; i++) {
    const length = 0.5 + stream.uniform();
    const nearness = i % 3 === 1 ? 1e-4 : 1;
    for (let k = 0; k < cols; k++) {
      const before = i % 3 === 1 ? (data[(i - 1) * cols + k] as number) : 0.5;
      data[i * cols + k] = length * (before + nearness * (data[i * cols + k] as number));
    }
  }
  return { rows, cols, data };
}

/** Rows of mean square 1. */
function onSphere({ rows, cols, data }: Matrix): Matrix {
  for (let i = 0; i < rows; i++) {
    const row = data.subarray(i * cols, (i + 1) * cols);
    const length = Math.hypot(...row) / Math.sqrt(cols);
    row.forEach((value, k) => {
      row[k] = value / length;
    });
  }
  return { rows, cols, data };
}

/** The readable recursion, pair by pair. */
function oracle(
  spec: DenseKernelSpec,
  x: Matrix,
  i: number,
  y: Matrix,
  j: number,
): { nngp: number; ntk: number } {
  const product = (a: Matrix, p: number, b: Matrix, q: number): number => {
    let sum = 0;
    for (let k = 0; k < x.cols; k++)
      sum += (a.data[p * x.cols + k] as number) * (b.data[q * x.cols + k] as number);
    return sum / x.cols;
  };
  const recursion = prepareRecursion(spec, x.cols);
  return recursion.pair(
    product(x, i, y, j),
    recursion.diagonal(product(x, i, x, i)),
    recursion.diagonal(product(y, j, y, j)),
  );
}

const variances = { weightVariance: 1.7, biasVariance: 0.05 };

describe("fast kernels", () => {
  for (const name of [
    "linear",
    "relu",
    "leaky-relu:0.1",
    "abs(x)",
    "min(0.3*x, 2*x)",
    "erf",
    "gelu",
    "sin",
  ]) {
    it(`repeat the readable recursion: ${name}`, () => {
      for (const [rows, columns, depth] of [
        [1, 1, 1],
        [17, 5, 2],
        [271, 131, 4],
      ] as const) {
        const spec = uniformKernelSpec(resolveActivation(name), depth, variances);
        const x = inputsOf(rows, 7, rows);
        const y = inputsOf(columns, 7, 99);
        const between = solveDenseKernels(spec, x, y, one);
        const within = solveDenseKernels(spec, x, null, plain);
        const scale = Math.max(...within.nngp.data.map(Math.abs));
        const tangentScale = Math.max(...within.ntk.data.map(Math.abs));
        const stream = createStream(rows);
        for (let trial = 0; trial < 60; trial++) {
          const [i, j] = [stream.integer(rows), stream.integer(columns)];
          const exact = oracle(spec, x, i, y, j);
          expect(Math.abs((between.nngp.data[i * columns + j] as number) - exact.nngp)).toBeLessThan(
            4e-15 * scale * depth,
          );
          expect(Math.abs((between.ntk.data[i * columns + j] as number) - exact.ntk)).toBeLessThan(
            1e-13 * tangentScale,
          );
          const other = stream.integer(rows);
          const pair = oracle(spec, x, i, x, other);
          // theta of nearly parallel inputs has half the digits of k where the slope has a kink
          const tolerance = i === other ? 1e-14 : 1e-12;
          expect(Math.abs((within.nngp.data[i * rows + other] as number) - pair.nngp)).toBeLessThan(
            tolerance * scale,
          );
          expect(Math.abs((within.ntk.data[i * rows + other] as number) - pair.ntk)).toBeLessThan(
            1e-7 * tangentScale,
          );
          expect(within.ntk.data[other * rows + i]).toBe(within.ntk.data[i * rows + other]);
        }
      }
    });
  }

  for (const [name, tolerance, isSphere] of [
    ["tanh", 1e-9, false],
    ["elu", 1e-9, true],
  ] as const) {
    it(`take other activations from tables: ${name}`, () => {
      const spec = uniformKernelSpec(resolveActivation(name), 1, variances);
      const x = isSphere ? onSphere(inputsOf(110, 7, 5)) : inputsOf(110, 7, 5);
      const { nngp, ntk, methods } = solveDenseKernels(spec, x, null, one);
      expect(methods[0]).toMatch(/Chebyshev table \(measured error/);
      const stream = createStream(2);
      for (let trial = 0; trial < 12; trial++) {
        // near pairs take the oracle seconds
        const [i, j] = [3 * stream.integer(30), 3 * stream.integer(30) + 2];
        const exact = oracle(spec, x, i, x, j);
        expect(Math.abs((nngp.data[i * 110 + j] as number) - exact.nngp)).toBeLessThan(tolerance);
        expect(Math.abs((ntk.data[i * 110 + j] as number) - exact.ntk)).toBeLessThan(10 * tolerance);
      }
    });
  }

  it("take inputs on a sphere from a table of one deviation, kinks anywhere", () => {
    const x = onSphere(inputsOf(110, 7, 5));
    const spec = uniformKernelSpec(resolveActivation("hard-tanh"), 1, variances);
    const { nngp, ntk, methods } = solveDenseKernels(spec, x, null, one);
    expect(methods[0]).toMatch(/Chebyshev table/);
    for (const [i, j] of [
      [0, 2],
      [3, 8],
      [6, 14],
      [30, 33],
    ] as const) {
      const exact = oracle(spec, x, i, x, j);
      expect(Math.abs((nngp.data[i * 110 + j] as number) - exact.nngp)).toBeLessThan(1e-9);
      expect(Math.abs((ntk.data[i * 110 + j] as number) - exact.ntk)).toBeLessThan(1e-8);
    }
  });

  it("do not depend on threads, the provider of products, precision or which kernels are wanted", async () => {
    const spec = uniformKernelSpec(resolveActivation("relu"), 3, variances);
    const x = inputsOf(601, 40, 8);
    const reference = solveDenseKernels(spec, x, null, one);
    const shared = solveDenseKernels(spec, x, null, two);
    expect(solveDenseNngp(spec, x, null, one)).toEqual(reference.nngp);
    const y = inputsOf(30, 40, 9);
    expect(solveDenseNngp(spec, x, y, one)).toEqual(solveDenseKernels(spec, x, y, one).nngp);
    const provider = await createOnnxGemm();
    const [byProvider, single, alone] = await Promise.all([
      solveKernels(spec, x, null, two, { provider }),
      solveKernels(spec, x, null, one, { provider, precision: "float32" }),
      solveKernels(spec, x, null, one, { nngp: false }),
    ]);
    expect(single.nngp?.data).toBeInstanceOf(Float32Array);
    expect(alone.nngp).toBeNull();
    let worst = [0, 0, 0, 0];
    reference.ntk.data.forEach((value, at) => {
      const others = [shared.ntk, byProvider.ntk, single.ntk, alone.ntk].map((m) => m?.data[at] as number);
      worst = worst.map((w, k) => Math.max(w, Math.abs((others[k] as number) - value)));
    });
    expect(worst[0]).toBeLessThan(1e-9);
    expect(worst[1]).toBeLessThan(1e-6);
    expect(worst[2]).toBeLessThan(1e-2);
    expect(worst[3]).toBe(0);
    await provider?.release();
  });

  it("have arcs and exponentials within a few ulp at every size of their argument", () => {
    const data = Float64Array.from({ length: 160 }, (_, i) => (i % 2 === 0 ? 1 : -1) * 10 ** (-7 + i / 20));
    const x = { rows: 160, cols: 1, data };
    for (const [name, exact] of [
      [
        "erf",
        (c: number, p: number, q: number) =>
          (2 / Math.PI) * Math.asin((2 * c) / Math.sqrt((1 + 2 * p) * (1 + 2 * q))),
      ],
      ["sin", (c: number, p: number, q: number) => Math.exp(-(p + q) / 2) * Math.sinh(c)],
    ] as const) {
      const spec = uniformKernelSpec(resolveActivation(name), 1, { weightVariance: 1, biasVariance: 0 });
      for (const algebra of [one, plain]) {
        const { nngp } = solveDenseKernels(spec, x, x, algebra);
        let worst = 0;
        for (let i = 0; i < 160; i++) {
          for (let j = 0; j < 160; j++) {
            const [u, v] = [data[i] as number, data[j] as number];
            // beyond, the argument's own rounding is what is left, and e^-m underflows
            if (Math.max(Math.abs(u), Math.abs(v)) > 2) continue;
            const value = exact(u * v, u * u, v * v);
            worst = Math.max(worst, Math.abs((nngp.data[i * 160 + j] as number) / value - 1));
          }
        }
        expect(worst).toBeLessThan(2.5e-15);
      }
    }
  });

  it("of equal examples are equal", () => {
    const spec = uniformKernelSpec(resolveActivation("relu"), 5, variances);
    const x = inputsOf(4, 50, 3);
    x.data.copyWithin(150, 0, 50);
    const { nngp, ntk } = solveDenseKernels(spec, x, null, one);
    expect(nngp.data[3]).toBeCloseTo(nngp.data[0] as number, 13);
    expect(ntk.data[3]).toBeCloseTo(ntk.data[0] as number, 12);
  });

  it("keep correlations of a critical ReLU network on the diagonal and map 0.3 to 0.4827", () => {
    const spec = uniformKernelSpec(resolveActivation("relu"), 1, { weightVariance: 2, biasVariance: 0 });
    const x = {
      rows: 2,
      cols: 2,
      data: Float64Array.of(2 ** 0.5, 0, 0.3 * 2 ** 0.5, (2 * (1 - 0.09)) ** 0.5),
    };
    const { nngp } = solveDenseKernels(spec, x, null, one);
    expect(nngp.data[0]).toBeCloseTo(2, 14);
    expect((nngp.data[1] as number) / 2).toBeCloseTo(0.4827442838, 10);
  });

  it("say what they need and refuse it", async () => {
    const spec = uniformKernelSpec(resolveActivation("erf"), 3, variances);
    const images = denseMemory(spec, 20_000, 20_000, 784, {}, one.wide);
    expect(images.results).toBe(6.4e9);
    expect(images.total).toBeLessThan(7.2e9);
    const x = inputsOf(40, 7, 1);
    const refused = solveKernels(spec, x, null, one, { maxBytes: 1000 });
    await expect(refused).rejects.toThrow(BudgetError);
    await expect(refused).rejects.toThrow(/kernels of 40 x 40 pairs need 0.00\d+ GiB/);
    const stopped = solveKernels(spec, x, null, one, {
      signal: AbortSignal.abort(new InterruptedError("stopped")),
    });
    await expect(stopped).rejects.toThrow(/stopped/);
    expect(solveDenseKernels(spec, x, null, one).nngp.rows).toBe(40);
  });
});
