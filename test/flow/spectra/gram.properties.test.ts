import fc from "fast-check";
import { beforeAll, describe, it } from "vitest";
import {
  entropyOf,
  measureGram,
  minEntropy,
  renyiEntropy,
  type SampleBatch,
  vonNeumannEntropy,
} from "../../../src/flow/spectra/index.ts";
import { type Kernels, loadKernels } from "../../../src/kernels/index.ts";
import { createStream, factorQr } from "../../../src/numerics/index.ts";

let kernels: Kernels;
beforeAll(async () => {
  kernels = await loadKernels();
});

const shapes = fc.record({
  n: fc.integer({ min: 2, max: 14 }),
  d: fc.integer({ min: 3, max: 18 }),
  seed: fc.integer({ min: 0, max: 1e6 }),
});

function batchOf({ n, d, seed }: { n: number; d: number; seed: number }): SampleBatch {
  const data = new Float64Array(n * d);
  createStream(seed).fillNormal(data);
  return { rows: n, cols: d, data };
}

function isSame(a: SampleBatch, b: SampleBatch, tolerance = 1e-12): boolean {
  const [x, y] = [a, b].map((batch) => measureGram(batch, { kernels }).eigenvalues) as [
    Float64Array,
    Float64Array,
  ];
  return x.every((value, k) => Math.abs(value - (y[k] as number)) < tolerance);
}

/** Orthogonal [d, d] that keeps all ones: Q = B (1 + R) B^T with B an orthonormal basis that starts with all ones. */
function rotation(d: number, seed: number): number[][] {
  const stream = createStream(seed).fork("rotation");
  const draw = new Float64Array(d * d);
  stream.fillNormal(draw);
  for (let i = 0; i < d; i++) draw[i * d] = 1;
  const basis = factorQr({ rows: d, cols: d, data: draw }).q.data;
  const inner = new Float64Array((d - 1) ** 2);
  stream.fillNormal(inner);
  const r = factorQr({ rows: d - 1, cols: d - 1, data: inner }).q.data;
  const inside = (k: number, l: number): number =>
    k === 0 || l === 0 ? (k === l ? 1 : 0) : (r[(k - 1) * (d - 1) + l - 1] as number);
  return Array.from({ length: d }, (_, i) =>
    Array.from({ length: d }, (_, j) => {
      let sum = 0;
      for (let k = 0; k < d; k++)
        for (let l = 0; l < d; l++)
          sum += (basis[i * d + k] as number) * inside(k, l) * (basis[j * d + l] as number);
      return sum;
    }),
  );
}

describe("Gram spectra do not change when", () => {
  it("samples are permuted", () => {
    fc.assert(
      fc.property(shapes, (shape) => {
        const batch = batchOf(shape);
        const order = createStream(shape.seed).permutation(shape.n);
        const data = new Float64Array(batch.data.length);
        order.forEach((from, to) => {
          data.set(batch.data.subarray(from * shape.d, (from + 1) * shape.d), to * shape.d);
        });
        return isSame(batch, { ...batch, data });
      }),
    );
  });

  it("features are rotated and all ones stay", () => {
    fc.assert(
      fc.property(shapes, (shape) => {
        const batch = batchOf(shape);
        const { n, d } = shape;
        const q = rotation(d, shape.seed);
        const data = new Float64Array(n * d);
        for (let i = 0; i < n; i++)
          for (let j = 0; j < d; j++)
            for (let k = 0; k < d; k++)
              data[i * d + j] =
                (data[i * d + j] as number) +
                (batch.data[i * d + k] as number) * ((q[k] as number[])[j] as number);
        return isSame(batch, { ...batch, data }, 1e-11);
      }),
    );
  });

  it("samples are multiplied by positive numbers and shifted by constants", () => {
    fc.assert(
      fc.property(
        shapes,
        fc.double({ min: 1e-3, max: 1e3, noNaN: true }),
        fc.double({ min: -5, max: 5, noNaN: true }),
        (shape, scale, shift) => {
          const batch = batchOf(shape);
          const data = Float64Array.from(batch.data, (x, k) => {
            const row = Math.floor(k / shape.d);
            return x * scale ** (row % 2) + shift * row * scale ** (row % 2);
          });
          return isSame(batch, { ...batch, data }, 1e-10);
        },
      ),
    );
  });
});

describe("every spectrum", () => {
  it("is a probability distribution whose entropies keep their order and bounds", () => {
    fc.assert(
      fc.property(shapes, (shape) => {
        const spectrum = measureGram(batchOf(shape), { kernels });
        const sum = spectrum.eigenvalues.reduce((a, b) => a + b, 0);
        const isDescending = spectrum.eigenvalues.every(
          (value, k) => value >= 0 && (k === 0 || value <= (spectrum.eigenvalues[k - 1] as number)),
        );
        const entropy = entropyOf(spectrum);
        const order = [
          minEntropy(spectrum),
          renyiEntropy(spectrum, 2),
          vonNeumannEntropy(spectrum),
          Math.log(Math.min(shape.n, shape.d - 1)),
        ];
        return (
          Math.abs(sum - 1) < 1e-12 &&
          isDescending &&
          entropy >= 0 &&
          entropy <= 1 &&
          order.every((value, k) => k === 0 || value >= (order[k - 1] as number) - 1e-10)
        );
      }),
    );
  });

  it("gains entropy when every sample is mixed with its own new feature (concavity)", () => {
    fc.assert(
      fc.property(shapes, fc.double({ min: 0, max: 1, noNaN: true }), (shape, share) => {
        const { n, d } = shape;
        const batch = batchOf(shape);
        const plain = measureGram(batch, { kernels, centring: "none" });
        const data = new Float64Array(n * (d + n));
        for (let i = 0; i < n; i++) {
          const row = batch.data.subarray(i * d, (i + 1) * d);
          const length = Math.hypot(...row);
          row.forEach((x, j) => {
            data[i * (d + n) + j] = (Math.sqrt(1 - share) * x) / length;
          });
          data[i * (d + n) + d + i] = Math.sqrt(share);
        }
        const mixed = measureGram({ rows: n, cols: d + n, data }, { kernels, centring: "none" });
        return entropyOf(mixed) >= entropyOf(plain) - 1e-12;
      }),
    );
  });
});
