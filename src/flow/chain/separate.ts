/**
 * Whether the nodes of a graph act on each example by itself. A block of a chain must: reconstructions of an example
 * would otherwise depend on its neighbours in the batch. Statistics over the batch (batch normalisation in training
 * mode, a mean that is subtracted, contrastive losses) are found by following the batch axis through every node.
 * Batch normalisation of specifications is meant that way, since untrained networks have no stored statistics.
 */
import { intOf, intsOf, type Node, numbersOf, type Tensor, usedNames } from "../../engine/index.ts";
import type { BatchAxis, NodePlan } from "./batch.ts";
import { type FrozenGraph, isBoundary } from "./frozen.ts";
import { noChain } from "./refuse.ts";

/** Operators that read the size or type of an operand, not its numbers. */
const readsNoNumbers: ReadonlySet<string> = new Set(["Shape", "Size", "CastLike"]);

/** Operators that slide a window over the axes from the third on. */
const windowed: ReadonlySet<string> = new Set(["Conv", "ConvTranspose", "AveragePool", "MaxPool", "LpPool"]);

/** A node, where the batch is in its first operand, and the rank of that operand. */
interface Place {
  readonly node: Node;
  readonly at: BatchAxis;
  readonly rank: number;
  readonly constant: (operand: number) => Tensor | undefined;
  readonly hasBatch: (operand: number) => boolean;
}

type Mixes = (place: Place) => boolean;

const onAxis = (axis: number, { at, rank }: Place): boolean => at.axis === (axis + rank) % rank;
const alongAxis =
  (fallback: number): Mixes =>
  (place) =>
    onAxis(intOf(place.node.attributes, "axis", fallback), place);

/** Operators that keep the size of an axis but combine or reorder what is along it. */
const mixing: Readonly<Record<string, Mixes>> = {
  Softmax: alongAxis(-1),
  LogSoftmax: alongAxis(-1),
  LayerNormalization: ({ node, at, rank }) => at.axis >= (intOf(node.attributes, "axis", -1) + rank) % rank,
  BatchNormalization: ({ node }) => intOf(node.attributes, "training_mode", 0) !== 0,
  CumSum: (place) => numbersIn(place.constant(1)).some((axis) => onAxis(axis, place)),
  Gather: movesExamples,
  GatherElements: movesExamples,
  ScatterElements: movesExamples,
  Scan: scansBatch,
  Slice: (place) => {
    const steps = numbersIn(place.constant(4));
    const axes = place.constant(3);
    return steps.some((step, i) => step < 0 && onAxis(axes ? (numbersIn(axes)[i] as number) : i, place));
  },
};

function movesExamples(place: Place): boolean {
  return place.hasBatch(0) && alongAxis(0)(place);
}

function numbersIn(tensor: Tensor | undefined): readonly number[] {
  return tensor === undefined ? [] : [...numbersOf(tensor)];
}

/** A scan whose state goes from one example to the next. */
function scansBatch({ node, at, hasBatch }: Place): boolean {
  const scanned = intOf(node.attributes, "num_scan_inputs", 0);
  const states = node.inputs.length - scanned;
  const axes = intsOf(node.attributes, "scan_input_axes") ?? [];
  return (
    states > 0 &&
    axes
      .concat(Array(scanned - axes.length).fill(0))
      .some((axis, i) => axis === at.axis && hasBatch(states + i))
  );
}

/** Whether a window covers several positions of the batch axis. */
function slidesOverBatch({ node, at, constant }: Place): boolean {
  const kernel = intsOf(node.attributes, "kernel_shape") ?? constant(1)?.shape.slice(2) ?? [];
  return (kernel[at.axis - 2] ?? 1) > 1;
}

/** Whether a Reshape puts parts of several examples into one row. */
function joinsExamples({ target, batch }: NodePlan): boolean {
  if (target === null || target.axis === null) return false;
  return (target.shape[target.axis] as number) % (target.lead * batch) !== 0;
}

/**
 * @throws UnsupportedOpError naming the first node on the way to the output whose result for an example depends on
 *   other examples of the batch
 */
export function requireSeparateExamples(frozen: FrozenGraph): void {
  const found = nodesOfOutput(frozen).find((plan) => mixesExamples(frozen, plan));
  if (found !== undefined) throw mixed(frozen, found.node);
}

/** @throws UnsupportedOpError when the output does not grow with the batch: a node picks or joins examples */
export function requireBatch(frozen: FrozenGraph): void {
  if (isBoundary(frozen, frozen.output.name)) return;
  const grows = (name: string): boolean => (frozen.batchAxes.get(name) ?? null) !== null;
  const last = frozen.nodes.findLast(({ node }) => node.inputs.some(grows) && !node.outputs.some(grows));
  throw mixed(frozen, last?.node ?? { name: frozen.output.name, op: "output" });
}

function mixed({ name: graph, batch }: FrozenGraph, { name, op }: Pick<Node, "name" | "op">): Error {
  return noChain(
    graph,
    `node "${name}" (${op}) mixes the examples of a batch or works for ${batch} of them only; a block must act on each example by itself`,
    [name],
    "Export the model in evaluation mode with a free batch size, and without means, normalisations, sorting or losses over the batch axis.",
  );
}

function mixesExamples({ batchAxes, values, constants }: FrozenGraph, plan: NodePlan): boolean {
  const { node } = plan;
  const axisOf = (name: string): BatchAxis | null => batchAxes.get(name) ?? null;
  const first = node.inputs.findIndex((name) => axisOf(name) !== null);
  if (first < 0 || readsNoNumbers.has(node.op)) return false;
  if (node.outputs.every((name) => axisOf(name) === null)) return true;
  const from = node.inputs[first] as string;
  const place: Place = {
    node,
    at: axisOf(from) as BatchAxis,
    rank: values.get(from)?.shape.length ?? 1,
    constant: (operand) => constants.get(node.inputs[operand] ?? ""),
    hasBatch: (operand) => axisOf(node.inputs[operand] ?? "") !== null,
  };
  if (node.op === "Reshape") return joinsExamples(plan);
  if (windowed.has(node.op)) return slidesOverBatch(place);
  return mixing[node.op]?.(place) ?? false;
}

/** The nodes that the output depends on, in order. */
function nodesOfOutput({ nodes, output }: FrozenGraph): readonly NodePlan[] {
  const needed = new Set([output.name]);
  const kept: NodePlan[] = [];
  for (const plan of nodes.toReversed()) {
    if (!plan.node.outputs.some((name) => needed.has(name))) continue;
    kept.unshift(plan);
    for (const name of usedNames(plan.node)) needed.add(name);
  }
  return kept;
}
