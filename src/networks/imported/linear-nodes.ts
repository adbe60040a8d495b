/** Finds the weight layers of a graph: Gemm, MatMul (with the Add of a bias), Conv and ConvTranspose. */
import { flagOf, intOf, intsOf, type Node } from "../../engine/index.ts";
import type { LayerKind, WeightLayout } from "../build/index.ts";
import { consumersOf, type GraphIndex, isConstant, nodeAt, shapeOf } from "./graph-index.ts";

/** One weight layer of a graph. */
export interface LinearNode {
  readonly kind: LayerKind;
  /** Positions of its nodes: the product, and the Add of its bias where there is one. */
  readonly nodes: readonly number[];
  readonly input: string;
  readonly output: string;
  readonly weight: string;
  readonly bias: string | null;
  readonly layout: WeightLayout;
  readonly fanIn: number;
  readonly fanOut: number;
  /** Groups of channels that do not mix; 1 for ordinary layers. */
  readonly groups: number;
}

function product(shape: readonly number[]): number {
  return shape.reduce((total, n) => total * n, 1);
}

/** The bias that a single Add after `value` brings in, with the position of that Add. */
function addedBias(
  index: GraphIndex,
  value: string,
  size: number,
): { bias: string; position: number; output: string } | null {
  const [position, ...others] = consumersOf(index, value);
  if (position === undefined || others.length > 0) return null;
  const node = nodeAt(index, position);
  const bias = node.inputs.find((name) => name !== value);
  if (node.op !== "Add" || bias === undefined || !isConstant(index, bias)) return null;
  const shape = shapeOf(index, bias);
  const isBias = product(shape) === size && shape.at(-1) === size;
  return isBias ? { bias, position, output: node.outputs[0] as string } : null;
}

function dense(
  index: GraphIndex,
  position: number,
  node: Node,
  layout: "out-in" | "in-out",
): LinearNode | null {
  const [input, weight, third] = node.inputs;
  if (input === undefined || weight === undefined || !isConstant(index, weight)) return null;
  const shape = shapeOf(index, weight);
  if (shape.length !== 2 || isConstant(index, input)) return null;
  const [fanIn, fanOut] = layout === "out-in" ? [shape[1], shape[0]] : [shape[0], shape[1]];
  const output = node.outputs[0] as string;
  const own = third !== undefined && third !== "" && isConstant(index, third) ? third : null;
  const added = own === null ? addedBias(index, output, fanOut as number) : null;
  return {
    kind: "dense",
    nodes: added === null ? [position] : [position, added.position],
    input,
    output: added?.output ?? output,
    weight,
    bias: own ?? added?.bias ?? null,
    layout,
    fanIn: fanIn as number,
    fanOut: fanOut as number,
    groups: 1,
  };
}

function convolution(index: GraphIndex, position: number, node: Node): LinearNode | null {
  const [input, weight, bias] = node.inputs;
  if (input === undefined || weight === undefined || !isConstant(index, weight)) return null;
  const shape = shapeOf(index, weight);
  const groups = intOf(node.attributes, "group", 1);
  const isTransposed = node.op === "ConvTranspose";
  const area = product(shape.slice(2));
  const [first, second] = shape as [number, number];
  const strides = product(intsOf(node.attributes, "strides") ?? []);
  return {
    kind: isTransposed ? "conv-transpose" : "conv",
    nodes: [position],
    input,
    output: node.outputs[0] as string,
    weight,
    bias: bias !== undefined && bias !== "" && isConstant(index, bias) ? bias : null,
    layout: isTransposed ? "transposed" : "convolution",
    fanIn: isTransposed ? ((first / groups) * area) / strides : second * area,
    fanOut: isTransposed ? second * area : (first / groups) * area,
    groups,
  };
}

/** All weight layers in the order of computation. */
export function findLinearNodes(index: GraphIndex): readonly LinearNode[] {
  return index.graph.nodes.flatMap((node, position) => {
    if (node.domain !== "") return [];
    const found = linearAt(index, position, node);
    return found === null ? [] : [found];
  });
}

function linearAt(index: GraphIndex, position: number, node: Node): LinearNode | null {
  switch (node.op) {
    case "Gemm":
      if (flagOf(node.attributes, "transA")) return null;
      return dense(index, position, node, flagOf(node.attributes, "transB") ? "out-in" : "in-out");
    case "MatMul":
      return dense(index, position, node, "in-out");
    case "Conv":
    case "ConvTranspose":
      return convolution(index, position, node);
    default:
      return null;
  }
}
