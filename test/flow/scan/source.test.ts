/** Files as sources of chains: weights that are no numbers are found before anything is trained. */
import { expect, it } from "vitest";
import { add, type Graph, GraphBuilder, matmul, tensorOf } from "../../../src/engine/index.ts";
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
