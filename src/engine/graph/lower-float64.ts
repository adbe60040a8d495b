/**
 * The same graph in double precision, in operators that ONNX Runtime's CPU has in double: for gradient checks and for
 * measurements that must not end at 1e-7. Missing kernels (Conv, Erf, LeakyRelu, ...) are written in others.
 */
import type { Attribute, Graph, Node, ValueInfo } from "../ir.ts";
import { DTYPE_CODES, float64Rule } from "../ops/index.ts";
import { type DType, isFloat, numbersOf, type Tensor } from "../tensor.ts";
import { GraphBuilder } from "./builder.ts";
import { allNames } from "./prune.ts";

/**
 * Rewrites a graph in float64: all float inputs, weights, casts and bodies become float64. Input, output and value
 * names stay. Convolution becomes im2col and a product, erf a rational approximation (absolute error below 5e-16).
 * Inputs are then fed as float64.
 *
 * Cost of the result: about twice the memory, im2col copies, and no fused kernels.
 * @example
 * ```ts
 * import { erf, GraphBuilder } from "isinglass/engine";
 * const b = new GraphBuilder();
 * const x = b.input("x", "float32", [2]);
 * b.output(erf(b, x), "y");
 * lowerToFloat64(b.build()).inputs[0]?.dtype; // => "float64"
 * ```
 */
export function lowerToFloat64(graph: Graph): Graph {
  const b = new GraphBuilder(graph.name, { fold: false });
  b.reserve(allNames(graph));
  return lowerInto(b, graph).build();
}

function lowerInto(b: GraphBuilder, graph: Graph): GraphBuilder {
  for (const info of graph.inputs) b.input(info.name, doubled(info.dtype), info.shape);
  for (const [name, tensor] of graph.initializers) b.parameter(doubledTensor(tensor), name);
  for (const node of graph.nodes) lowerNode(b, graph, node);
  for (const name of graph.outputs) b.output(b.value(name), name);
  return b;
}

function lowerNode(b: GraphBuilder, graph: Graph, node: Node): void {
  const inputs = node.inputs.map((name) => (name === "" ? null : b.value(name)));
  const attributes = Object.fromEntries(
    Object.entries(node.attributes).map(([key, value]) => [key, doubledAttribute(b, node, key, value)]),
  );
  const rule = float64Rule(node.op, node.domain);
  if (rule === null || !isFloat(graph.values.get(node.outputs[0] as string)?.dtype ?? "bool")) {
    b.op(node.op, inputs, attributes, { name: node.name, domain: node.domain, outputs: node.outputs });
    return;
  }
  const { shape } = graph.values.get(node.outputs[0] as string) as ValueInfo;
  const result = rule({ b, attributes, inputs, shape });
  b.op("Identity", [result], {}, { name: node.name, outputs: [node.outputs[0] as string] });
}

function doubled(dtype: DType): DType {
  return isFloat(dtype) ? "float64" : dtype;
}

function doubledTensor(tensor: Tensor): Tensor {
  if (!isFloat(tensor.dtype)) return tensor;
  return { dtype: "float64", shape: tensor.shape, data: numbersOf(tensor) };
}

function doubledAttribute(b: GraphBuilder, node: Node, key: string, attribute: Attribute): Attribute {
  if (attribute.type === "tensor") return { type: "tensor", value: doubledTensor(attribute.value) };
  if (attribute.type === "graph") {
    const body = new GraphBuilder(attribute.value.name, { outer: b, fold: false });
    return { type: "graph", value: lowerInto(body, attribute.value).build() };
  }
  const isFloatCast =
    node.op === "Cast" && key === "to" && attribute.type === "int" && FLOAT_CODES.includes(attribute.value);
  return isFloatCast ? { type: "int", value: DTYPE_CODES.float64 } : attribute;
}

const FLOAT_CODES: readonly number[] = [
  DTYPE_CODES.float32,
  DTYPE_CODES.float16,
  DTYPE_CODES.bfloat16,
  DTYPE_CODES.float64,
];
