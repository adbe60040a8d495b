/**
 * A graph prepared for cutting: what does not depend on the data is evaluated, and what a batch of another size
 * changes is known. The second comes from following shapes at two batch sizes, so that no rule has to guess which
 * axis of an inner value belongs to the batch.
 */
import type { UnsupportedOpError } from "../../base/index.ts";
import {
  type Graph,
  GraphBuilder,
  isFloat,
  type Node,
  type Tensor,
  usedNames,
  type Value,
  type ValueInfo,
} from "../../engine/index.ts";
import { axisThatGrew, type BatchAxis, followBatch, type NodePlan } from "./batch.ts";
import { evaluateConstants } from "./constants.ts";
import { withoutCopies } from "./copies.ts";
import { listed, noChain } from "./refuse.ts";
import { emitNode, type Operands } from "./replay.ts";

/** A graph of nodes that all depend on one data input. */
export interface FrozenGraph {
  readonly name: string;
  readonly input: ValueInfo;
  readonly output: ValueInfo;
  /** In topological order, each with what changes with the batch. */
  readonly nodes: readonly NodePlan[];
  /** Everything the nodes use that does not depend on the data. */
  readonly constants: ReadonlyMap<string, Tensor>;
  /** Type and shape of every value, for `batch` examples. */
  readonly values: ReadonlyMap<string, ValueInfo>;
  readonly batch: number;
  /** Where the batch is in each value; null for values that do not grow with it. */
  readonly batchAxes: ReadonlyMap<string, BatchAxis | null>;
}

/**
 * Evaluates the constants of a graph and follows the batch through it.
 *
 * @throws UnsupportedOpError for several inputs or outputs, or when a node fixes the batch
 */
export function freeze(graph: Graph): FrozenGraph {
  const { input, output } = endsOf(graph);
  const varying = new Set([input.name]);
  const moving = graph.nodes.filter((node) => {
    if (!usedNames(node).some((name) => varying.has(name))) return false;
    for (const name of node.outputs) varying.add(name);
    return true;
  });
  if (!varying.has(output.name)) {
    throw noChain(
      graph.name,
      `output ${output.name} does not depend on input ${input.name}`,
      [output.name],
      "Export the part that does.",
    );
  }
  const constants = evaluateConstants(graph, moving, varying);
  return followShapes(graph, input, output, moving, constants);
}

function endsOf(graph: Graph): { input: ValueInfo; output: ValueInfo } {
  const several = (what: string, names: readonly string[]): UnsupportedOpError =>
    noChain(
      graph.name,
      `it has ${names.length} ${what}: ${listed(names)}; expected 1`,
      names,
      `Export it with one ${what.slice(0, -1)}, or fix the others as constants.`,
    );
  const [input] = graph.inputs;
  const [last] = graph.outputs;
  if (input === undefined || graph.inputs.length > 1) {
    throw several(
      "inputs",
      graph.inputs.map(({ name }) => name),
    );
  }
  if (last === undefined || graph.outputs.length > 1) throw several("outputs", graph.outputs);
  return { input, output: graph.values.get(last) as ValueInfo };
}

/** Builds the graph once for twice the batch and notes what grew. */
function followShapes(
  graph: Graph,
  input: ValueInfo,
  output: ValueInfo,
  moving: readonly Node[],
  constants: Map<string, Tensor>,
): FrozenGraph {
  const [batch = 1] = input.shape;
  const builder = new GraphBuilder("doubled", { fold: false });
  const values = new Map<string, Value>();
  const axes = new Map<string, BatchAxis | null>([[input.name, { axis: 0, lead: 1 }]]);
  values.set(input.name, builder.input(input.name, input.dtype, [2 * batch, ...input.shape.slice(1)]));
  const known = new Map<string, Value>();
  const operands: Operands = {
    value: (name) => values.get(name) ?? null,
    constant: (name) => {
      const have = known.get(name);
      if (have !== undefined) return have;
      const made = builder.parameter(constants.get(name) as Tensor, name);
      known.set(name, made);
      return made;
    },
  };
  const nodes = moving.map((original) => {
    const node = withoutCopies(original, graph, constants);
    try {
      const plan = followBatch(node, { graph, batch, axes, constants });
      const made = emitNode(builder, plan, operands, 2 * batch);
      node.outputs.forEach((name, i) => {
        if (name === "") return;
        const value = made[i] as Value;
        values.set(name, value);
        const axis = axisThatGrew((graph.values.get(name) as ValueInfo).shape, value.shape);
        const lead =
          plan.target?.lead ?? Math.max(1, ...node.inputs.map((from) => axes.get(from)?.lead ?? 1));
        axes.set(name, axis === null ? null : { axis, lead });
      });
      return plan;
    } catch (cause) {
      const problem = cause instanceof Error ? cause.message : String(cause);
      throw noChain(
        graph.name,
        `node "${node.name}" (${node.op}) does not work for another batch than ${batch}: ${problem}`,
        [node.name],
        "Import the model with a batch of 2, so that sizes of 1 are not taken for the batch.",
      );
    }
  });
  return { name: graph.name, input, output, nodes, constants, values: graph.values, batch, batchAxes: axes };
}

/** Whether a value can stand between two blocks: real numbers with the batch in front. */
export function isBoundary(frozen: FrozenGraph, name: string): boolean {
  const info = frozen.values.get(name) as ValueInfo;
  return isFloat(info.dtype) && frozen.batchAxes.get(name)?.axis === 0 && info.shape[0] === frozen.batch;
}

/** Shape of one example. */
export function exampleShape(frozen: FrozenGraph, name: string): readonly number[] {
  return (frozen.values.get(name) as ValueInfo).shape.slice(1);
}
