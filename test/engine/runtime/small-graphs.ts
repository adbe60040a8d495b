/** Graphs written by hand, so that these tests do not depend on the builder. */
import type { Attribute, Graph, Node, ValueInfo } from "../../../src/engine/ir.ts";
import type { DType, Tensor } from "../../../src/engine/tensor.ts";

export const value = (name: string, shape: number[], dtype: DType = "float32"): ValueInfo => ({
  name,
  dtype,
  shape,
});

export const node = (
  op: string,
  inputs: string[],
  outputs: string[],
  attributes: Record<string, Attribute> = {},
): Node => ({ name: `${op}_${outputs[0]}`, op, domain: "", inputs, outputs, attributes });

export const float32 = (shape: number[], values: number[]): Tensor<"float32"> => ({
  dtype: "float32",
  shape,
  data: Float32Array.from(values),
});

export function graphOf(
  inputs: ValueInfo[],
  initializers: Record<string, Tensor>,
  nodes: Node[],
  outputs: ValueInfo[],
  between: ValueInfo[] = [],
): Graph {
  const constants = Object.entries(initializers).map(([name, { dtype, shape }]) => ({ name, dtype, shape }));
  return {
    name: "test",
    inputs,
    initializers: new Map(Object.entries(initializers)),
    nodes,
    outputs: outputs.map(({ name }) => name),
    values: new Map([...inputs, ...constants, ...between, ...outputs].map((v) => [v.name, v])),
  };
}

/** y = tanh(x w), x [2, 3], w [3, 2]. */
export const layer: Graph = graphOf(
  [value("x", [2, 3])],
  { w: float32([3, 2], [1, 0, 0, 1, 1, 1]) },
  [node("MatMul", ["x", "w"], ["h"]), node("Tanh", ["h"], ["y"])],
  [value("y", [2, 2])],
  [value("h", [2, 2])],
);

/** next = state + step: the smallest graph with a state. */
export const counter: Graph = graphOf(
  [value("state", [1]), value("step", [1])],
  {},
  [node("Add", ["state", "step"], ["next"]), node("Mul", ["next", "next"], ["square"])],
  [value("next", [1]), value("square", [1])],
);

/** A chain of `count` products of n by n matrices: work of a chosen length. */
export function longChain(n: number, count: number): Graph {
  const nodes = Array.from({ length: count }, (_, i) =>
    node("MatMul", [i === 0 ? "x" : `h${i - 1}`, "w"], [`h${i}`]),
  );
  const values = Array.from({ length: count }, (_, i) => value(`h${i}`, [n, n]));
  return graphOf(
    [value("x", [n, n]), value("w", [n, n])],
    {},
    nodes,
    [values[count - 1] as ValueInfo],
    values.slice(0, -1),
  );
}
