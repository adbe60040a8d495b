import { describe, expect, it } from "vitest";
import { resolveActivation } from "../../../src/networks/index.ts";
import { createStream } from "../../../src/numerics/index.ts";
import {
  type PathLayer,
  type PathStep,
  predictBatchNorm,
  predictLayers,
  predictPath,
  predictResidual,
} from "../../../src/signal/index.ts";
import { balancedNoise } from "../../../src/signal/theory/population.ts";

const relu = resolveActivation("relu");
const tanh = resolveActivation("tanh");
const plain = (layer: PathLayer): PathStep => ({ kind: "layer", layer });
const stream = createStream(7);

describe("the population", () => {
  it("has the moments of independent normal numbers", () => {
    const first = balancedNoise(4096, [], stream.fork("a"));
    const second = balancedNoise(4096, [first], stream.fork("b"));
    const mean = (f: (i: number) => number) => first.reduce((sum, _, i) => sum + f(i), 0) / first.length;
    expect(mean((i) => first[i]! ** 2)).toBeCloseTo(1, 12);
    expect(mean((i) => first[i]! * second[i]!)).toBeCloseTo(0, 12);
    // stratified: much closer than 1/sqrt(n) = 0.016
    expect(mean((i) => first[i]! ** 4)).toBeCloseTo(3, 1);
    expect(mean((i) => Math.max(0, first[i]!))).toBeCloseTo(1 / Math.sqrt(2 * Math.PI), 3);
    expect(mean((i) => first[i]! ** 2 * second[i]! ** 2)).toBeCloseTo(1, 1);
  });
});

describe("predictPath", () => {
  it("is the recursion of plain layers when there are no blocks", () => {
    const layer = { sigmaW2: 1.6, sigmaB2: 0.05, activation: tanh, keepRate: 0.9 };
    const { steps } = predictPath(new Array<PathStep>(30).fill(plain(layer)), { cosine: 0.5, stream });
    const exact = predictLayers(new Array(30).fill(layer), { cosine: 0.5 });
    steps.forEach(({ layers: [point] }, l) => {
      expect(point?.q).toBeCloseTo(exact.q[l]!, 12);
      expect(point?.c).toBeCloseTo(exact.c[l]!, 12);
      const last = steps[29]?.layers[0]?.logGradient ?? 0;
      expect((point?.logGradient ?? 0) - last).toBeCloseTo(Math.log(exact.gradient[l]!), 10);
    });
  });

  it("is that of Yang and Schoenholz for blocks without an activation after the sum", () => {
    const branch = [
      { sigmaW2: 1.2, sigmaB2: 0.1, activation: tanh },
      { sigmaW2: 0.7, sigmaB2: 0.02, activation: null },
    ];
    const block: PathStep = { kind: "block", branch, shortcut: null, activation: null };
    const { steps, output } = predictPath(new Array<PathStep>(20).fill(block), { cosine: 0.4, stream });
    const variances = { sigmaW2: 1.2, sigmaB2: 0.1, sigmaV2: 0.7, sigmaA2: 0.02 };
    const exact = predictResidual(tanh, variances, { depth: 20, cosine: 0.4 });
    expect(output.q).toBeCloseTo(exact.p[20]!, 9);
    expect(Math.abs(output.decorrelation / exact.decorrelation[20]! - 1)).toBeLessThan(5e-3);
    expect(steps[0]?.input.logGradient).toBeCloseTo(exact.logGradient[20]!, 9);
  });

  it("shrinks correlations of nearly equal inputs without cancellation", () => {
    const branch = [
      { sigmaW2: 2, sigmaB2: 0, activation: relu },
      { sigmaW2: 2, sigmaB2: 0, activation: null },
    ];
    const block: PathStep = { kind: "block", branch, shortcut: null, activation: relu };
    const near = predictPath([block, block], { cosine: 1 - 1e-12, stream });
    expect(near.output.decorrelation).toBeGreaterThan(1e-13);
    expect(near.output.decorrelation).toBeLessThan(1e-11);
  });

  it("multiplies gradients by E phi'^2 / Var phi per batch-normalised layer", () => {
    const normalization = { gain2: 1, shift2: 0, batch: Number.POSITIVE_INFINITY };
    const layer = { sigmaW2: 17, sigmaB2: 0.3, activation: relu, normalization };
    const { steps } = predictPath([plain(layer), plain(layer), plain(layer)], { stream });
    const growth = steps.map(({ layers: [point] }) => point?.logGradient ?? 0);
    const exact = predictBatchNorm(relu, Number.POSITIVE_INFINITY).growth.value;
    expect(Math.exp(growth[0]! - growth[1]!)).toBeCloseTo(exact, 10);
    expect(steps[1]?.layers[0]).toMatchObject({ q: 1, c: 0 });
  });

  it("is (B-2)/(B-3) for linear batch-normalised layers of batch B", () => {
    const normalization = { gain2: 1, shift2: 0, batch: 16 };
    const layer = { sigmaW2: 1, sigmaB2: 0, activation: null, normalization };
    const { steps } = predictPath([plain(layer), plain(layer), plain(layer)], { stream });
    const [first, second] = steps.map(({ layers: [point] }) => point?.logGradient ?? 0);
    expect(Math.exp(first! - second!)).toBeCloseTo(14 / 13, 12);
    expect(steps[2]?.layers[0]?.c).toBeCloseTo(-1 / 15, 12);
  });

  it("grows gradients only as a power of depth when branches are normalised", () => {
    // Var x grows by 1 per block, so the branch adds 1 / Var x: the product of 1 + 1/l is l + 1
    const normalization = { gain2: 1, shift2: 0, batch: Number.POSITIVE_INFINITY };
    const branch = [{ sigmaW2: 1, sigmaB2: 0, activation: null, normalization }];
    const block: PathStep = { kind: "block", branch, shortcut: null, activation: null };
    const { steps, output } = predictPath(new Array<PathStep>(10).fill(block), { stream });
    expect(output.q).toBeCloseTo(11, 9);
    expect(Math.exp(steps[0]?.input.logGradient ?? 0)).toBeCloseTo(11, 1);
  });

  it("names what is wrong", () => {
    expect(() => predictPath([], { stream })).toThrow(/0 steps/);
    expect(() => predictPath([plain({ sigmaW2: -1, sigmaB2: 0, activation: relu })], { stream })).toThrow(
      /-1/,
    );
  });
});
