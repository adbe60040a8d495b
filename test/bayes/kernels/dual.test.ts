import { describe, expect, it } from "vitest";
import { hermiteDual } from "../../../src/bayes/kernels/hermite-dual.ts";
import { dualOf } from "../../../src/bayes/kernels/index.ts";
import { resolveActivation } from "../../../src/networks/index.ts";
import { createStream, integrateGaussian2 } from "../../../src/numerics/index.ts";

/** Slow oracle: adaptive quadrature over both variables. */
function quadrature(name: string, c11: number, c12: number, c22: number): { value: number; slope: number } {
  const { f, derivative, kinks } = resolveActivation(name);
  const [a, b] = [Math.sqrt(c11), Math.sqrt(c22)];
  const breaks = [...new Set(kinks.flatMap((x) => [x / a, x / b]))];
  const average = (g: (x: number) => number): number =>
    integrateGaussian2((x, y) => g(a * x) * g(b * y), c12 / (a * b), { kinks: breaks }).value;
  return { value: average(f), slope: average(derivative) };
}

const pairs = [
  [1, 0.3, 1],
  [1.328125, 0.1, 0.5825],
  [0.4, -0.35, 0.5],
  [2.5, 1.9, 1.7],
  [0.02, 0.019, 0.021],
] as const;

describe("duals of activations", () => {
  for (const name of ["linear", "relu", "leaky-relu:0.1", "erf", "gelu", "sin"]) {
    it(`agree with quadrature in closed form: ${name}`, () => {
      const dual = dualOf(resolveActivation(name));
      expect(dual.method).toBe("closed form");
      for (const [c11, c12, c22] of pairs) {
        const { value, slope } = dual.pair(c11, c12, c22);
        const reference = quadrature(name, c11, c12, c22);
        expect(Math.abs(value - reference.value)).toBeLessThan(1e-11);
        expect(Math.abs(slope - reference.slope)).toBeLessThan(1e-11);
      }
    });
  }

  for (const name of ["tanh", "sigmoid", "elu", "hard-tanh", "x*sigmoid(1.5*x)"]) {
    it(`agree with quadrature as a series: ${name}`, () => {
      const dual = dualOf(resolveActivation(name));
      for (const [c11, c12, c22] of pairs) {
        const { value, slope } = dual.pair(c11, c12, c22);
        const reference = quadrature(name, c11, c12, c22);
        expect(Math.abs(value - reference.value)).toBeLessThan(1e-10);
        expect(Math.abs(slope - reference.slope)).toBeLessThan(1e-9);
      }
    });
  }

  it("the series repeats the closed forms, equal inputs included", () => {
    for (const name of ["erf", "gelu", "relu"]) {
      const activation = resolveActivation(name);
      const [series, closed] = [hermiteDual(activation), dualOf(activation)];
      for (const [c11, c12, c22] of [...pairs, [1.3, 1.3, 1.3] as const]) {
        const [a, b] = [series.pair(c11, c12, c22), closed.pair(c11, c12, c22)];
        expect(Math.abs(a.value - b.value)).toBeLessThan(1e-10);
        expect(Math.abs(a.slope - b.slope)).toBeLessThan(1e-9);
      }
    }
  });

  it("the slope is the derivative of the value in c12 (Price)", () => {
    for (const name of ["erf", "gelu", "sin", "relu", "tanh"]) {
      const dual = dualOf(resolveActivation(name));
      const step = 1e-5;
      const difference = dual.pair(1.1, 0.4 + step, 0.9).value - dual.pair(1.1, 0.4 - step, 0.9).value;
      expect(dual.pair(1.1, 0.4, 0.9).slope).toBeCloseTo(difference / (2 * step), 8);
    }
  });

  it("agrees with drawn pairs", () => {
    const stream = createStream(3);
    const tanh = resolveActivation("tanh");
    const draws = 200_000;
    let sum = 0;
    let squares = 0;
    for (let i = 0; i < draws; i++) {
      const z = stream.normal();
      const term = Math.tanh(1.2 * z) * Math.tanh(0.8 * (0.6 * z + 0.8 * stream.normal()));
      sum += term;
      squares += term * term;
    }
    const mean = sum / draws;
    const stderr = Math.sqrt((squares / draws - mean * mean) / draws);
    const { value } = dualOf(tanh).pair(1.44, 1.2 * 0.8 * 0.6, 0.64);
    expect(Math.abs(value - mean)).toBeLessThan(4 * stderr);
  });

  it("holds an argument without variance at 0", () => {
    const sigmoid = dualOf(resolveActivation("sigmoid")).pair(0, 0, 1);
    expect(sigmoid.value).toBeCloseTo(0.25, 12);
    expect(dualOf(resolveActivation("relu")).pair(0, 0, 0).value).toBe(0);
  });
});
