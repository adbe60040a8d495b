import { describe, expect, expectTypeOf, it } from "vitest";
import {
  averagePool,
  batchNormalization,
  batchNormalizationTraining,
  clip,
  conv,
  einsum,
  elu,
  flatten,
  GraphBuilder,
  gather,
  gelu,
  globalAveragePool,
  interpret,
  layerNormalization,
  leakyRelu,
  maxPool,
  numbersOf,
  split,
  squeeze,
  tensorOf,
  unsqueeze,
  type Value,
} from "../../../src/engine/index.ts";

function builder() {
  const b = new GraphBuilder();
  const list = (name: string): Value => b.parameter(tensorOf("float32", [4], [1, 2, 3, 4]), name);
  const statistics = {
    scale: list("scale"),
    bias: list("bias"),
    mean: list("mean"),
    variance: list("variance"),
  };
  return { b, x: b.input("x", "float32", [2, 4, 6, 6]), m: b.input("m", "float32", [3, 4]), statistics };
}

describe("typed helpers", () => {
  it("give the shapes of their operators", () => {
    const { b, x, m, statistics } = builder();
    const kernel = b.input("k", "float32", [8, 2, 3, 3]);
    expect(conv(b, x, kernel, null, { group: 2, pads: [1, 1, 1, 1] }).shape).toEqual([2, 8, 6, 6]);
    expect(maxPool(b, x, [2, 2]).shape).toEqual([2, 4, 3, 3]);
    expect(maxPool(b, x, [3, 3], { strides: [2, 2], ceilMode: true }).shape).toEqual([2, 4, 3, 3]);
    expect(averagePool(b, x, [3, 3], { strides: [2, 2] }).shape).toEqual([2, 4, 2, 2]);
    expect(globalAveragePool(b, x).shape).toEqual([2, 4, 1, 1]);
    expect(batchNormalization(b, x, statistics).shape).toEqual(x.shape);
    expect(batchNormalizationTraining(b, x, statistics).mean.shape).toEqual([4]);
    expect(layerNormalization(b, m, statistics.scale, statistics.bias).shape).toEqual([3, 4]);
    expect(flatten(b, x).shape).toEqual([2, 144]);
    expect(squeeze(b, unsqueeze(b, m, [0, 3]), [0]).shape).toEqual([3, 4, 1]);
    expect(gather(b, m, [2, 0], 1).shape).toEqual([3, 2]);
    expect(split(b, m, [1, 3], 1).map((v) => v.shape)).toEqual([
      [3, 1],
      [3, 3],
    ]);
    expect(einsum(b, "ij,kj->ik", [m, m]).shape).toEqual([3, 3]);
    expectTypeOf(split).returns.toEqualTypeOf<Value[]>();
  });

  it("pass their numbers on", () => {
    const b = new GraphBuilder();
    const x = b.input("x", "float64", [3]);
    b.output(leakyRelu(b, x, 0.5), "leaky");
    b.output(elu(b, x, 2), "elu");
    b.output(gelu(b, x, "tanh"), "gelu");
    b.output(clip(b, x, -0.5, null), "clip");
    const out = interpret(b.build(), { x: tensorOf("float64", [3], [-2, 0, 3]) });
    const values = (name: string): number[] => [...numbersOf(out[name]!)];
    expect(values("leaky")).toEqual([-1, 0, 3]);
    expect(values("elu")).toEqual([2 * Math.expm1(-2), 0, 3]);
    expect(values("gelu")[0]).toBeCloseTo(-0.045402305912225, 12);
    expect(values("clip")).toEqual([-0.5, 0, 3]);
  });
});
