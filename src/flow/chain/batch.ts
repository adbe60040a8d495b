/**
 * What a node must change for a batch of another size than the graph was made for. Exporters write the batch into the
 * targets of Reshape, Expand and Resize and into constants that were repeated for every example (class tokens,
 * attention masks).
 */
import { type Graph, intOf, type Node, sizeOf, type Tensor, type ValueInfo } from "../../engine/index.ts";

/** A node, and how its constant operands follow the batch. */
export interface NodePlan {
  readonly node: Node;
  /** Operand that holds the shape of the output, and the output's axis that grows; null when none does. */
  readonly target: {
    readonly operand: number;
    readonly shape: readonly number[];
    readonly axis: number | null;
    readonly lead: number;
    /** Whether 0 can stand for the batch, which keeps it open in files. */
    readonly isOpen: boolean;
  } | null;
  /** Constants that Concat joins to every example: they are repeated along `axis`. */
  readonly repeated: ReadonlyMap<number, number>;
  readonly batch: number;
}

/** Where the batch is in a value. */
export interface BatchAxis {
  readonly axis: number;
  /** Size of what stands in front of the batch where both were joined into one axis; 1 otherwise. */
  readonly lead: number;
}

/** What is known about a graph when a node is met. */
export interface BatchContext {
  readonly graph: Graph;
  readonly batch: number;
  readonly axes: ReadonlyMap<string, BatchAxis | null>;
  /** Constants, to which single copies of those repeated for every example are added. */
  readonly constants: Map<string, Tensor>;
}

/** Operators that broadcast their operands. */
const broadcasting: ReadonlySet<string> = new Set([
  "Add",
  "Sub",
  "Mul",
  "Div",
  "Pow",
  "Max",
  "Min",
  "Where",
  "And",
  "Or",
  "Xor",
  "Equal",
  "Less",
  "LessOrEqual",
  "Greater",
  "GreaterOrEqual",
  "Mod",
  "PRelu",
]);

/** Which operand of these operators says the shape of the output. */
const targets: Readonly<Record<string, number>> = { Reshape: 1, Expand: 1, Resize: 3 };

/** The axis at which two shapes differ; null when they are the same. */
export function axisThatGrew(before: readonly number[], after: readonly number[]): number | null {
  const axis = before.findIndex((size, i) => size !== after[i]);
  if (axis < 0) return null;
  const isDouble = after.every((size, i) => size === (before[i] as number) * (i === axis ? 2 : 1));
  if (!isDouble) {
    const grown = after.filter((size, i) => size === 2 * (before[i] as number)).length;
    const why = grown > 1 ? ", so it relates examples to each other" : "";
    throw new Error(`[${before}] became [${after}] for twice the batch${why}`);
  }
  return axis;
}

/** Plans a node. Single copies of repeated constants are added to `context.constants`. */
export function followBatch(node: Node, context: BatchContext): NodePlan {
  const { graph, batch } = context;
  const plan: NodePlan = { node, target: null, repeated: new Map(), batch };
  const operand = node.domain === "" ? targets[node.op] : undefined;
  if (operand !== undefined && node.inputs[operand])
    return { ...plan, target: targetOf(node, operand, context) };
  if (node.op === "Concat") return { ...plan, ...repeatedOperands(node, context) };
  if (!broadcasting.has(node.op)) return plan;
  const output = (graph.values.get(node.outputs[0] as string) as ValueInfo).shape;
  const inputs = node.inputs.map((name) => singleCopy(name, output, node, context));
  return { ...plan, node: { ...node, inputs } };
}

function shapeIn({ graph, constants }: BatchContext, name: string): readonly number[] {
  return constants.get(name)?.shape ?? (graph.values.get(name) as ValueInfo).shape;
}

function targetOf(node: Node, operand: number, context: BatchContext): NodePlan["target"] {
  const { graph, batch, axes } = context;
  const [x = ""] = node.inputs;
  const from = (graph.values.get(x) as ValueInfo).shape;
  const shape = (graph.values.get(node.outputs[0] as string) as ValueInfo).shape;
  const at = axes.get(x) ?? null;
  if (at === null) return { operand, shape, axis: null, lead: 1, isOpen: false };
  if (node.op !== "Reshape") {
    return { operand, shape, axis: at.axis + shape.length - from.length, lead: at.lead, isOpen: false };
  }
  const { axis, lead } = reshapedAxis(from, at, shape, batch);
  return { operand, shape, axis, lead, isOpen: axis === 0 && at.axis === 0 && from[0] === shape[0] };
}

/**
 * Where the batch goes in a Reshape. Elements keep their order, so as many of them stand in front of it as before: the
 * axis is the one at which the product of the sizes in front reaches their number.
 */
function reshapedAxis(
  from: readonly number[],
  at: BatchAxis,
  shape: readonly number[],
  batch: number,
): BatchAxis {
  const before = sizeOf(from.slice(0, at.axis)) * at.lead;
  const inFront = (axis: number): number => sizeOf(shape.slice(0, axis));
  const start = shape.findIndex((size, axis) => inFront(axis) === before && size % batch === 0);
  const axis = start >= 0 ? start : shape.findIndex((_, k) => inFront(k + 1) > before);
  return { axis, lead: before / inFront(axis) };
}

function repeatedOperands(node: Node, context: BatchContext): Pick<NodePlan, "node" | "repeated"> {
  const { graph, axes, constants } = context;
  const moving = node.inputs.find((name) => (axes.get(name) ?? null) !== null);
  const axis = moving === undefined ? null : (axes.get(moving) as BatchAxis).axis;
  const rank = (graph.values.get(node.outputs[0] as string) as ValueInfo).shape.length;
  const joined = (intOf(node.attributes, "axis", 0) + rank) % rank;
  const repeated = new Map<number, number>();
  if (axis === null || axis === joined) return { node, repeated };
  const inputs = node.inputs.map((name, i) => {
    const tensor = constants.get(name);
    if (tensor === undefined) return name;
    const copy = `${name}.once`;
    constants.set(copy, firstAlong(tensor, axis, node.name));
    repeated.set(i, axis);
    return copy;
  });
  return { node: { ...node, inputs }, repeated };
}

/** The operand with one copy along the batch axis of the output. */
function singleCopy(name: string, output: readonly number[], node: Node, context: BatchContext): string {
  const { axes, constants, batch } = context;
  const tensor = constants.get(name);
  if (tensor === undefined) return name;
  const along = node.inputs
    .filter((other) => (axes.get(other) ?? null) !== null)
    .map((other) => (axes.get(other) as BatchAxis).axis + output.length - shapeIn(context, other).length);
  const [axis] = along;
  if (axis === undefined) return name;
  const own = axis - (output.length - tensor.shape.length);
  if (own < 0 || tensor.shape[own] === 1 || tensor.shape[own] !== output[axis] || batch === 1) return name;
  const copy = `${name}.once`;
  constants.set(copy, firstAlong(tensor, own, node.name));
  return copy;
}

/** The first slice along an axis; an error when the others differ from it. */
function firstAlong(tensor: Tensor, axis: number, node: string): Tensor {
  const { shape, data, dtype } = tensor;
  const count = shape[axis] as number;
  const inner = sizeOf(shape.slice(axis + 1));
  const outer = sizeOf(shape.slice(0, axis));
  const kept = data.slice(0, outer * inner);
  for (let o = 0; o < outer; o++) {
    for (let k = 0; k < count; k++) {
      for (let i = 0; i < inner; i++) {
        const value = data[(o * count + k) * inner + i] as number | bigint;
        if (k === 0) kept[o * inner + i] = value as never;
        else if (value !== kept[o * inner + i]) {
          throw new Error(`node "${node}" has a constant that differs between examples`);
        }
      }
    }
  }
  return { dtype, shape: shape.map((size, i) => (i === axis ? 1 : size)), data: kept };
}
