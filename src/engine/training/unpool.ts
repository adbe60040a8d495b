/**
 * The derivative of 2 x 2 max pooling by comparison instead of by recorded positions: dx = [x = up(y)] up(g / ties),
 * where up repeats every value in its window and ties counts the maxima of a window. On ONNX Runtime this takes half
 * the time, because MaxPool that records positions has no vectorised code. Equal maxima share the gradient (any split
 * is a subgradient); the general rule sends it to the first. Other windows keep the general rule.
 */
import { GraphBuilder } from "../graph/index.ts";
import type { Attribute, Graph, Node, ValueInfo } from "../ir.ts";
import { DTYPE_CODES } from "../ops/index.ts";
import { type Tensor, tensorOf } from "../tensor.ts";

const text = (value: string): Attribute => ({ type: "string", value });

/** Repetition of every value in its window: the form of Resize for which ONNX Runtime has a fast path. */
const REPEAT: Readonly<Record<string, Attribute>> = {
  mode: text("nearest"),
  coordinate_transformation_mode: text("asymmetric"),
  nearest_mode: text("floor"),
};

const SCALES: readonly [string, Tensor] = ["unpool_scales", tensorOf("float32", [4], [1, 1, 2, 2])];

/** Sums windows as a product: [2 w] values of one row, then of the next, times [2 * 2 w, w]. */
function windowSums(columns: number): readonly [string, Tensor] {
  const data = new Float32Array(2 * columns * (columns / 2));
  for (let i = 0; i < 2 * columns; i++) data[(i * columns) / 2 + Math.floor((i % columns) / 2)] = 1;
  return [`unpool_sums_${columns}`, tensorOf("float32", [2 * columns, columns / 2], data)];
}

function shapeOf(shape: readonly number[]): readonly [string, Tensor] {
  return [`unpool_shape_${shape.join("x")}`, tensorOf("int64", [shape.length], shape)];
}

function isInts(attribute: Attribute | undefined, value: number): boolean {
  return attribute === undefined || (attribute.type === "ints" && attribute.value.every((n) => n === value));
}

/** Whether a MaxPool has windows of 2 x 2 that tile its float32 input exactly. */
function tiles(graph: Graph, { op, attributes, inputs }: Node): boolean {
  if (op !== "MaxPool") return false;
  const x = graph.values.get(inputs[0] as string);
  const { kernel_shape: kernel, strides, pads, dilations, auto_pad: auto } = attributes;
  const isTwo =
    kernel?.type === "ints" && strides?.type === "ints" && isInts(kernel, 2) && isInts(strides, 2);
  const isPlain =
    isInts(pads, 0) && isInts(dilations, 1) && (auto?.type !== "string" || auto.value === "NOTSET");
  const isEven = x?.shape.length === 4 && x.shape.slice(2).every((size) => size % 2 === 0);
  return isTwo && isPlain && isEven && x?.dtype === "float32";
}

/** What replaces a MaxUnpool. */
interface Replacement {
  readonly nodes: readonly Node[];
  readonly values: readonly ValueInfo[];
  readonly constants: readonly (readonly [string, Tensor])[];
}

/** The derivative of y = MaxPool(x) applied to the gradient that `unpool` receives. */
function comparison(unpool: Node, x: ValueInfo, y: ValueInfo): Replacement {
  const output = unpool.outputs[0] as string;
  const nodes: Node[] = [];
  const values: ValueInfo[] = [];
  const emit = (
    op: string,
    inputs: readonly string[],
    like: Omit<ValueInfo, "name">,
    attributes: Readonly<Record<string, Attribute>> = {},
    name = `${output}_${op.toLowerCase()}${nodes.length}`,
  ): string => {
    nodes.push({
      name: `${unpool.name}_${nodes.length}`,
      op,
      domain: "",
      inputs,
      outputs: [name],
      attributes,
    });
    if (name !== output) values.push({ name, dtype: like.dtype, shape: like.shape });
    return name;
  };
  const [n, channels, rows, columns] = x.shape as [number, number, number, number];
  const pairs = [(n * channels * rows) / 2, 2 * columns];
  const sums = windowSums(columns);
  const [asPairs, asOutput] = [shapeOf(pairs), shapeOf(y.shape)];
  const to: Record<string, Attribute> = { to: { type: "int", value: DTYPE_CODES.float32 } };

  const repeated = emit("Resize", [y.name, "", SCALES[0]], x, REPEAT);
  const equal = emit("Equal", [x.name, repeated], { ...x, dtype: "bool" });
  const mask = emit("Cast", [equal], x, to);
  const masked = emit("Reshape", [mask, asPairs[0]], { ...x, shape: pairs });
  const ties = emit("MatMul", [masked, sums[0]], { ...x, shape: [pairs[0] as number, columns / 2] });
  const share = emit("Div", [unpool.inputs[0] as string, emit("Reshape", [ties, asOutput[0]], y)], y);
  emit("Mul", [emit("Resize", [share, "", SCALES[0]], x, REPEAT), mask], x, {}, output);
  return { nodes, values, constants: [SCALES, sums, asPairs, asOutput] };
}

/** The same graph with 2 x 2 max pooling differentiated by comparison. */
export function unpoolByComparison(graph: Graph): Graph {
  const producer = new Map(graph.nodes.flatMap((node) => node.outputs.map((name) => [name, node])));
  const poolOf = (node: Node): Node | null => {
    const pool = node.op === "MaxUnpool" ? producer.get(node.inputs[1] as string) : undefined;
    return pool !== undefined && tiles(graph, pool) ? pool : null;
  };
  // Pools whose positions are read by anything else keep them.
  const kept = new Set([
    ...graph.outputs,
    ...graph.nodes.flatMap((node) => (poolOf(node) ? [] : node.inputs)),
  ]);
  const values = new Map(graph.values);
  const initializers = new Map(graph.initializers);
  const nodes = graph.nodes.flatMap((node): readonly Node[] => {
    const [first, positions] = node.outputs as [string, string | undefined];
    if (positions !== undefined && tiles(graph, node) && !kept.has(positions))
      return [{ ...node, outputs: [first] }];
    const pool = poolOf(node);
    if (pool === null || kept.has(node.inputs[1] as string)) return [node];
    const [x, y] = [pool.inputs[0], pool.outputs[0]].map((name) => graph.values.get(name as string));
    const replacement = comparison(node, x as ValueInfo, y as ValueInfo);
    for (const value of replacement.values) values.set(value.name, value);
    for (const [name, tensor] of replacement.constants) {
      initializers.set(name, tensor);
      values.set(name, { name, dtype: tensor.dtype, shape: tensor.shape });
    }
    return replacement.nodes;
  });
  if (initializers.size === graph.initializers.size) return graph;
  return GraphBuilder.from({ ...graph, nodes, values, initializers }).build();
}
