/** Files as sources of chains: weights that are no numbers are found before anything is trained. */
import { expect, it } from "vitest";
import {
  add,
  concat,
  type Graph,
  GraphBuilder,
  matmul,
  tanh,
  tensorOf,
  type Value,
} from "../../../src/engine/index.ts";
import { sourceOfModel } from "../../../src/flow/scan/index.ts";

function dense(weights: readonly number[], bias: readonly number[]): Graph {
  const b = new GraphBuilder("dense");
  const x = b.input("x", "float32", [2, 3]);
  const w = b.parameter(tensorOf("float32", [3, 2], weights), "w");
  b.output(add(b, matmul(b, x, w), b.parameter(tensorOf("float32", [2], bias), "bias")), "y");
  return b.build();
}

it("names the weight that is not finite", () => {
  const good = [1, 2, 3, 4, 5, 6];
  expect(sourceOfModel("m.onnx", { graph: dense(good, [0, 0]) }).inputShape).toEqual([3]);
  const bad = (graph: Graph) => () => sourceOfModel("m.onnx", { graph });
  expect(bad(dense([1, Number.NaN, 3, Number.NaN, 5, 6], [0, 0]))).toThrow(
    "m.onnx: tensor w of shape [3,2], value 2 is NaN, and 1 more are not finite; expected finite weights",
  );
  expect(bad(dense(good, [0, Number.POSITIVE_INFINITY]))).toThrow(
    "tensor bias of shape [2], value 2 is Infinity;",
  );
});

it("states no theory of plain chains for layers that lie beside each other", () => {
  const b = new GraphBuilder("branches");
  const x = b.input("x", "float32", [2, 40]);
  const layer = (input: Value, from: number, to: number, name: string) => {
    const weights = Array.from({ length: from * to }, (_, i) => Math.sin(i));
    return tanh(b, matmul(b, input, b.parameter(tensorOf("float32", [from, to], weights), name)));
  };
  const [left, right] = [layer(layer(x, 40, 30, "w1"), 30, 30, "w2"), layer(x, 40, 30, "w3")];
  b.output(layer(concat(b, [left, right], 1), 60, 30, "w4"), "y");
  const { coverage } = sourceOfModel("m.onnx", { graph: b.build() });
  expect(coverage).toMatchObject({ activation: null, width: null });
  expect(coverage.gaps.at(-1)).toContain("the theory of plain chains does not hold");
});
