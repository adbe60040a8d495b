import { describe, expect, it } from "vitest";
import { ConvergenceError, ShapeError, SpecError } from "../../../src/base/index.ts";
import { createStream, lanczos, multiplyMatrices, symmetricEigen } from "../../../src/numerics/index.ts";
import { difference, matrix, orthogonalityError, symmetricMatrix } from "../../kernels/matrices.ts";

const stream = createStream(11);

describe("lanczos", () => {
  it.each([1, 12, 61])("finds both ends of a random spectrum within its bounds at n = %i", async (n) => {
    const a = symmetricMatrix(n, 3);
    const wanted = Math.min(3, Math.ceil(n / 2));
    const result = await lanczos(n, (x) => multiplyMatrices(a, matrix(n, 1, x)).data, {
      stream,
      largest: wanted,
      smallest: n - wanted < wanted ? 0 : wanted,
      vectors: true,
    });
    const { values } = symmetricEigen(a);
    expect(result.converged).toBe(true);
    result.largest.forEach(({ value, residual }, j) => {
      expect(Math.abs(value - values[n - 1 - j]!)).toBeLessThan(residual + 1e-12);
    });
    result.smallest.forEach(({ value, residual }, j) => {
      expect(Math.abs(value - values[j]!)).toBeLessThan(residual + 1e-12);
    });
    const v = result.vectors!;
    expect(orthogonalityError(v)).toBeLessThan(1e-12);
    const pairs = [...result.largest, ...result.smallest];
    const image = multiplyMatrices(a, v).data;
    const scaled = v.data.map((x, at) => x * pairs[at % pairs.length]!.value);
    expect(difference(image, scaled)).toBeLessThan(1e-8);
  });

  it("bounds the error of values that have not converged", async () => {
    const n = 400;
    const result = await lanczos(n, (x) => x.map((v, i) => v * Math.sqrt(i)), { stream, maxSteps: 15 });
    const { value, residual } = result.largest[0]!;
    expect(result).toMatchObject({ converged: false, steps: 15 });
    expect(residual).toBeGreaterThan(1e-6);
    const nearest = Math.min(...Array.from({ length: n }, (_, i) => Math.abs(Math.sqrt(i) - value)));
    expect(nearest).toBeLessThan(residual);
  });

  it("stops at an invariant subspace", async () => {
    const n = 50;
    const u = new Float64Array(n).fill(1);
    const rankOne = (x: Float64Array) => u.map(() => x.reduce((sum, v) => sum + v, 0));
    const result = await lanczos(n, rankOne, { stream, largest: 2 });
    expect(result.steps).toBeLessThan(5);
    expect(result.largest[0]!.value).toBeCloseTo(n, 10);
    expect(Math.abs(result.largest[1]!.value)).toBeLessThan(1e-12);
    const zero = await lanczos(4, (x) => x.map(() => 0), { stream });
    expect(zero.largest).toEqual([{ value: 0, residual: 0 }]);
  });

  it("gives the same numbers for the same seed, asynchronous or not", async () => {
    const square = (x: Float64Array) => x.map((v, i) => v * (i + 1) ** 2);
    const first = await lanczos(80, square, { stream: createStream(5) });
    const second = await lanczos(80, async (x) => square(x), { stream: createStream(5) });
    expect(second).toEqual(first);
  });

  it("refuses wrong operators and counts, and obeys the signal", async () => {
    await expect(lanczos(3, () => [1], { stream })).rejects.toThrow(ShapeError);
    await expect(lanczos(3, () => [1, Number.NaN, 0], { stream })).rejects.toThrow(ConvergenceError);
    await expect(lanczos(3, (x) => x, { stream, largest: 4 })).rejects.toThrow(SpecError);
    await expect(lanczos(3, (x) => x, { stream, signal: AbortSignal.abort() })).rejects.toThrow();
  });
});
