import { describe, expect, it } from "vitest";
import { solveDenseKernels, solveKernelDiagonal, uniformKernelSpec } from "../../../src/bayes/index.ts";
import { loadKernels } from "../../../src/kernels/index.ts";
import { resolveActivation } from "../../../src/networks/index.ts";
import { createStream, type Matrix } from "../../../src/numerics/index.ts";
import reference from "../../fixtures/bayes-reference.json" with { type: "json" };

const algebra = await loadKernels();
const inputs: Matrix = {
  rows: 2,
  cols: 4,
  data: Float64Array.of(1, -0.5, 0.25, 2, 0.3, 0.8, -1.2, 0.4),
};
const nameOf = (short: string): string => (short === "id" ? "linear" : short);

describe("dense kernels", () => {
  it("repeat the reference table", () => {
    for (const { act, sw2, sb2, L, xx, xy, yy, ntk_xy } of reference.kernels) {
      const spec = uniformKernelSpec(resolveActivation(nameOf(act)), L, {
        weightVariance: sw2,
        biasVariance: sb2,
      });
      const { nngp, ntk } = solveDenseKernels(spec, inputs, null, algebra);
      expect(nngp.data[0]).toBeCloseTo(xx, 11);
      expect(nngp.data[1]).toBeCloseTo(xy, 11);
      expect(nngp.data[2]).toBe(nngp.data[1]);
      expect(nngp.data[3]).toBeCloseTo(yy, 11);
      expect(ntk.data[1]).toBeCloseTo(ntk_xy, 11);
      expect(solveKernelDiagonal(spec, inputs)[1]).toBeCloseTo(yy, 11);
    }
  });

  it("repeat the tanh value of the table", () => {
    const spec = uniformKernelSpec(resolveActivation("tanh"), 1, { weightVariance: 1, biasVariance: 0 });
    const { nngp } = solveDenseKernels(spec, inputs, null, algebra);
    expect(nngp.data[0]).toBeCloseTo(0.4461050985, 9);
    expect(nngp.data[1]).toBeCloseTo(0.0388570984, 9);
  });

  it("between two sets are blocks of the joint matrix", () => {
    const spec = uniformKernelSpec(resolveActivation("relu"), 2, { weightVariance: 2, biasVariance: 0.1 });
    const first = { rows: 1, cols: 4, data: inputs.data.slice(0, 4) };
    const second = { rows: 1, cols: 4, data: inputs.data.slice(4) };
    const joint = solveDenseKernels(spec, inputs, null, algebra);
    const block = solveDenseKernels(spec, first, second, algebra);
    expect(block.nngp.data[0]).toBeCloseTo(joint.nngp.data[1] as number, 14);
    expect(block.ntk.data[0]).toBeCloseTo(joint.ntk.data[1] as number, 14);
  });

  it("are the covariance of wide random networks and the length of their gradients", () => {
    // f(x) = v.phi(W x / sqrt(N0)) / sqrt(N); gradients with respect to v and W by hand.
    const [width, seeds] = [400, 300];
    const { f, derivative } = resolveActivation("erf");
    const stream = createStream(8);
    const outputs: number[] = [];
    const tangents: number[] = [];
    for (let s = 0; s < seeds; s++) {
      let [a, b, tangent] = [0, 0, 0];
      for (let i = 0; i < width; i++) {
        const v = stream.normal();
        let [h, g, xy] = [0, 0, 0];
        for (let k = 0; k < 4; k++) {
          const w = stream.normal();
          const [x, y] = [inputs.data[k] as number, inputs.data[4 + k] as number];
          h += (w * x) / 2;
          g += (w * y) / 2;
          xy += (x * y) / 4;
        }
        a += (v * f(h)) / Math.sqrt(width);
        b += (v * f(g)) / Math.sqrt(width);
        tangent += (f(h) * f(g) + v * v * derivative(h) * derivative(g) * xy) / width;
      }
      outputs.push(a * b);
      tangents.push(tangent);
    }
    const spec = uniformKernelSpec(resolveActivation("erf"), 1, { weightVariance: 1, biasVariance: 0 });
    const { nngp, ntk } = solveDenseKernels(spec, inputs, null, algebra);
    for (const [samples, value] of [
      [outputs, nngp.data[1]],
      [tangents, ntk.data[1]],
    ] as const) {
      const mean = samples.reduce((sum, x) => sum + x, 0) / seeds;
      const stderr = Math.sqrt(samples.reduce((sum, x) => sum + (x - mean) ** 2, 0) / seeds ** 2);
      expect(Math.abs(mean - (value as number))).toBeLessThan(4 * stderr);
    }
  });

  it("name what does not fit", () => {
    const erf = resolveActivation("erf");
    expect(() => uniformKernelSpec(erf, -1, { weightVariance: 1, biasVariance: 0 })).toThrow(/depth -1/);
    const negative = uniformKernelSpec(erf, 1, { weightVariance: -1, biasVariance: 0 });
    expect(() => solveDenseKernels(negative, inputs, null, algebra)).toThrow(/weight variance -1/);
    const spec = uniformKernelSpec(erf, 1, { weightVariance: 1, biasVariance: 0 });
    const missing = { rows: 1, cols: 4, data: Float64Array.of(1, Number.NaN, 0, 0) };
    expect(() => solveDenseKernels(spec, missing, null, algebra)).toThrow(/feature 1/);
    const short = { rows: 1, cols: 3, data: new Float64Array(3) };
    expect(() => solveDenseKernels(spec, inputs, short, algebra)).toThrow(/4 and of 3 features/);
  });
});
