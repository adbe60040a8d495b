/** For every node of a graph: which theory covers it, or why none does. Nothing is left without a row. */
import { shapeOperators } from "./follow.ts";
import { type GraphIndex, isConstant, nodeAt } from "./graph-index.ts";
import type { LayerCoverage } from "./layer-coverage.ts";

/** Theories that a node may belong to. */
export type Theory =
  | "dense"
  | "convolution"
  | "residual"
  | "batch-norm"
  | "activation"
  | "shape"
  | "constant";

/** One row per node. */
export interface NodeCoverage {
  readonly position: number;
  readonly node: string;
  readonly op: string;
  /** Index of the weight layer it belongs to; null for none. */
  readonly layer: number | null;
  /** Which theory covers it; null for none. */
  readonly coveredBy: Theory | null;
  /** Why it is not covered, or a remark; empty when there is nothing to say. */
  readonly reason: string;
}

/** What layer detection found out about a node. */
export interface NodeRole {
  readonly layer: number;
  readonly part: "weight" | "follow" | "activation";
}

const reasons: Readonly<Record<string, string>> = {
  Softmax: "not covered: attention softmax mixes positions by their values",
  LogSoftmax: "not covered: the output's softmax is part of the loss",
  LayerNormalization: "not covered: layer normalisation resets the variance of every example",
  InstanceNormalization: "not covered: normalisation resets the variance of every example",
  GroupNormalization: "not covered: normalisation resets the variance of every example",
  MaxPool: "not covered: maximum over positions",
  AveragePool: "not covered: averaging positions removes fluctuations across them",
  GlobalAveragePool: "not covered: averaging positions removes fluctuations across them",
  ReduceMean: "not covered: averaging positions removes fluctuations across them",
  Concat: "not covered: concatenation joins signals of different variance",
  Gather: "not covered: selection or embedding of positions",
  Slice: "not covered: selection of a part of the signal",
  Split: "not covered: the signal is split into parts",
  Where: "not covered: selection by a mask",
};

/** One row for every node. */
export function coverNodes(
  index: GraphIndex,
  theories: readonly LayerCoverage[],
  roles: ReadonlyMap<number, NodeRole>,
  padding: readonly number[],
): readonly NodeCoverage[] {
  const isPadding = new Set(padding);
  const varying = varyingValues(index);
  return index.graph.nodes.map((node, position) => {
    const role = roles.get(position);
    const row = { position, node: node.name, op: node.op, layer: role?.layer ?? null };
    if (!node.outputs.some((name) => varying.has(name))) {
      return { ...row, coveredBy: "constant", reason: "does not depend on the input" };
    }
    if (role === undefined && isPadding.has(position)) return { ...row, coveredBy: "shape", reason: "" };
    const theory = role === undefined ? undefined : theories[role.layer];
    return { ...row, ...coverageOf(index, position, role, theory) };
  });
}

/** Names of the values that depend on the graph's inputs. */
function varyingValues({ graph }: GraphIndex): ReadonlySet<string> {
  const varying = new Set(graph.inputs.map(({ name }) => name));
  for (const { inputs, outputs } of graph.nodes) {
    if (inputs.some((name) => varying.has(name))) for (const name of outputs) varying.add(name);
  }
  return varying;
}

function coverageOf(
  index: GraphIndex,
  position: number,
  role: NodeRole | undefined,
  theory: LayerCoverage | undefined,
): Pick<NodeCoverage, "coveredBy" | "reason"> {
  const { op, inputs } = nodeAt(index, position);
  if (role?.part === "activation") return { coveredBy: "activation", reason: "" };
  if (role?.part === "weight" && theory !== undefined) {
    const reason = theory.coveredBy === null ? `not covered: ${theory.reason}` : "";
    return { coveredBy: theory.coveredBy, reason };
  }
  if (op === "BatchNormalization") {
    const reason = "stored statistics: an affine map, whose scale counts with the weights before it";
    return { coveredBy: "batch-norm", reason };
  }
  if (op === "Add" && inputs.every((name) => !isConstant(index, name))) {
    return { coveredBy: "residual", reason: "" };
  }
  if (shapeOperators.has(op)) return { coveredBy: "shape", reason: "" };
  if (op === "MatMul" || op === "Gemm") {
    return { coveredBy: null, reason: "not covered: product of two computed values (attention)" };
  }
  if (op === "Add" || op === "Mul") {
    const what = op === "Add" ? "a constant is added, such as a position embedding" : "a gate or a scale";
    return { coveredBy: null, reason: `not covered: ${what}` };
  }
  return { coveredBy: null, reason: reasons[op] ?? `not covered: no theory for ${op} here` };
}
