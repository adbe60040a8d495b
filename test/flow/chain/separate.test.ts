import { describe, expect, it } from "vitest";
import { UnsupportedOpError } from "../../../src/base/index.ts";
import {
  fromOnnx,
  type Graph,
  GraphBuilder,
  matmul,
  tanh,
  tensorOf,
  toOnnx,
  type Value,
} from "../../../src/engine/index.ts";
import { chainOfModel } from "../../../src/flow/chain/index.ts";

const filled = (shape: number[]) =>
  tensorOf(
    "float32",
    shape,
    Array.from({ length: shape.reduce((p, n) => p * n, 1) }, (_, i) => Math.sin(i)),
  );

type Middle = (b: GraphBuilder, h: Value) => Value;

/** Two dense layers with something in between. */
function modelWith(middle: Middle): Graph {
  const b = new GraphBuilder("model");
  const h = tanh(b, matmul(b, b.input("x", "float32", [2, 3]), b.parameter(filled([3, 4]), "w1")));
  b.output(tanh(b, matmul(b, middle(b, h), b.parameter(filled([4, 5]), "w2"))), "y");
  return b.build();
}

function refusalOf(graph: Graph): UnsupportedOpError {
  try {
    chainOfModel({ graph });
  } catch (error) {
    if (error instanceof UnsupportedOpError) return error;
    throw error;
  }
  throw new Error("it was accepted");
}

const named = (b: GraphBuilder, op: string, inputs: Value[], attributes = {}, outputs = 1): Value =>
  b.op(op, inputs, attributes, { name: "culprit", outputs })[0] as Value;
const axes = (b: GraphBuilder, ...values: number[]): Value =>
  b.constant(tensorOf("int64", [values.length], values));

const centred =
  (axis: number): Middle =>
  (b, h) =>
    b.op("Sub", [h, named(b, "ReduceMean", [h, axes(b, axis)], { keepdims: 1 })])[0] as Value;

const mixing: Readonly<Record<string, Middle>> = {
  ReduceMean: centred(0),
  Softmax: (b, h) => named(b, "Softmax", [h], { axis: 0 }),
  BatchNormalization: (b, h) => {
    const [scale, bias, mean, variance] = ["scale", "bias", "mean", "var"].map((name) =>
      b.parameter(tensorOf("float32", [4], [1, 1, 1, 1]), name),
    ) as [Value, Value, Value, Value];
    return named(b, "BatchNormalization", [h, scale, bias, mean, variance], { training_mode: 1 }, 3);
  },
  CumSum: (b, h) => named(b, "CumSum", [h, b.constant(tensorOf("int64", [], [0]))]),
  Slice: (b, h) => named(b, "Slice", [h, axes(b, -1), axes(b, -1000), axes(b, 0), axes(b, -1)]),
  Conv: (b, h) => {
    const rows = b.op("Transpose", [b.op("Unsqueeze", [h, axes(b, 0)])[0] as Value], {
      perm: [0, 2, 1],
    })[0] as Value;
    const y = named(b, "Conv", [rows, b.parameter(filled([4, 4, 3]), "k")], { pads: [1, 1] });
    return b.op("Squeeze", [b.op("Transpose", [y], { perm: [0, 2, 1] })[0] as Value, axes(b, 0)])[0] as Value;
  },
};

describe("blocks act on each example by itself", () => {
  it("refuses an imported model that subtracts the mean over the batch", async () => {
    const { graph } = await fromOnnx(toOnnx(modelWith(mixing.ReduceMean as Middle)), { batch: 2 });
    const error = refusalOf(graph);
    expect(error.message).toContain('node "culprit" (ReduceMean) mixes the examples of a batch');
    expect(error.data).toEqual({ nodes: ["culprit"] });
    expect(error.hint).toContain("evaluation mode");
  });

  it.each(Object.keys(mixing))("names %s over the batch", (op) => {
    const { message } = refusalOf(modelWith(mixing[op] as Middle));
    expect(message).toContain(`node "culprit" (${op}) mixes the examples`);
  });

  it("names a product that relates examples to each other", () => {
    const related: Middle = (b, h) => {
      const transposed = b.op("Transpose", [h], { perm: [1, 0] })[0] as Value;
      return matmul(b, named(b, "MatMul", [h, transposed]), h);
    };
    expect(refusalOf(modelWith(related)).message).toMatch(/"culprit" \(MatMul\).*relates examples/);
  });

  it.each([
    ["a mean over features", centred(1)],
    ["softmax over features", (b: GraphBuilder, h: Value) => named(b, "Softmax", [h], { axis: -1 })],
    [
      "features in reverse order",
      (b: GraphBuilder, h: Value) =>
        named(b, "Slice", [h, axes(b, -1), axes(b, -1000), axes(b, 1), axes(b, -1)]),
    ],
  ] as const)("accepts %s", (_, middle) => {
    expect(chainOfModel({ graph: modelWith(middle) }).blocks.length).toBeGreaterThan(1);
  });
});
