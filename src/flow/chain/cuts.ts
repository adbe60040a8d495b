/**
 * Cuts a graph at its articulation values: those that every path from input to output passes through. Walking through
 * the nodes in order, such a value is the only one that is still needed. Every node either leads to it or follows from
 * it (a node that did neither would be on a path around it), so the order does not matter.
 */
import { usedNames } from "../../engine/index.ts";
import type { NodePlan } from "./batch.ts";
import { type FrozenGraph, isBoundary } from "./frozen.ts";

/** The part of a graph between two neighbouring cuts. */
export interface Segment {
  readonly input: string;
  readonly output: string;
  readonly nodes: readonly NodePlan[];
  /** Values that are needed at the same time at most: 1 for operators in a row. */
  readonly breadth: number;
}

/** All segments in order. The output of the graph is always a cut, whatever its shape. */
export function cutGraph(frozen: FrozenGraph): readonly Segment[] {
  const lastUse = lastUses(frozen);
  const alive = new Set([frozen.input.name]);
  const segments: Segment[] = [];
  let from = frozen.input.name;
  let nodes: NodePlan[] = [];
  let breadth = 1;
  frozen.nodes.forEach((plan, position) => {
    nodes.push(plan);
    for (const name of plan.node.outputs) if ((lastUse.get(name) ?? -1) > position) alive.add(name);
    for (const name of alive) if ((lastUse.get(name) as number) <= position) alive.delete(name);
    breadth = Math.max(breadth, alive.size);
    const [only] = alive;
    const isEnd = position === frozen.nodes.length - 1;
    if (alive.size !== 1 || only === undefined || !(isEnd || isBoundary(frozen, only))) return;
    segments.push({ input: from, output: only, nodes, breadth });
    [from, nodes, breadth] = [only, [], 1];
  });
  return segments;
}

/** Position of the last node that uses each value; the output is used by the world. */
function lastUses({ nodes, output }: FrozenGraph): ReadonlyMap<string, number> {
  const last = new Map<string, number>();
  nodes.forEach(({ node }, position) => {
    for (const name of usedNames(node)) last.set(name, position);
  });
  return last.set(output.name, Number.POSITIVE_INFINITY);
}
