/** Who makes and who uses every value of a graph, and which constants are single numbers. */
import { type Graph, type Node, numbersOf } from "../../engine/index.ts";

/** Look-ups on a graph. */
export interface GraphIndex {
  readonly graph: Graph;
  /** Position of the node that makes a value. */
  readonly producers: ReadonlyMap<string, number>;
  /** Positions of the nodes that use a value, ascending, once each. */
  readonly consumers: ReadonlyMap<string, readonly number[]>;
}

/** Indexes a graph. */
export function indexGraph(graph: Graph): GraphIndex {
  const producers = new Map<string, number>();
  const consumers = new Map<string, number[]>();
  graph.nodes.forEach((node, position) => {
    for (const name of node.outputs) if (name !== "") producers.set(name, position);
    for (const name of new Set(node.inputs)) {
      if (name === "") continue;
      const users = consumers.get(name);
      if (users === undefined) consumers.set(name, [position]);
      else users.push(position);
    }
  });
  return { graph, producers, consumers };
}

/** Node at a position. */
export function nodeAt({ graph }: GraphIndex, position: number): Node {
  return graph.nodes[position] as Node;
}

/** Positions of the nodes that use a value. */
export function consumersOf({ consumers }: GraphIndex, value: string): readonly number[] {
  return consumers.get(value) ?? [];
}

/** Whether a value leaves the graph. */
export function isOutput({ graph }: GraphIndex, value: string): boolean {
  return graph.outputs.includes(value);
}

/** Shape of a value; [] when it is not known. */
export function shapeOf({ graph }: GraphIndex, value: string): readonly number[] {
  return graph.values.get(value)?.shape ?? [];
}

/** The number behind a constant of one element; null for anything else. */
export function scalarOf({ graph }: GraphIndex, value: string): number | null {
  const tensor = graph.initializers.get(value);
  if (tensor === undefined || tensor.data.length !== 1) return null;
  return numbersOf(tensor)[0] as number;
}

/** Whether a value is a constant of the graph. */
export function isConstant({ graph }: GraphIndex, value: string): boolean {
  return graph.initializers.has(value);
}

/** Positions of all nodes that a value depends on. */
export function ancestorsOf(index: GraphIndex, value: string): Set<number> {
  const found = new Set<number>();
  const open = [value];
  for (let name = open.pop(); name !== undefined; name = open.pop()) {
    const position = index.producers.get(name);
    if (position === undefined || found.has(position)) continue;
    found.add(position);
    open.push(...nodeAt(index, position).inputs);
  }
  return found;
}
