/** Operators between weight layers that mean-field theory does not follow, such as pooling: what they change is not the layer's. */
import type { Graph, Node } from "../../engine/index.ts";
import type { NetworkLayer } from "../../networks/index.ts";

const names: Readonly<Record<string, string>> = {
  GlobalAveragePool: "global average pooling",
  AveragePool: "average pooling",
  MaxPool: "max pooling",
  ReduceMean: "averaging over positions",
  Concat: "concatenation",
  Softmax: "softmax",
  LayerNormalization: "layer normalisation",
};

/** Words for an operator between layers. */
export function operatorName(op: string | undefined): string {
  return op === undefined ? "an input" : (names[op] ?? op);
}

/** What stands before and after a layer. */
export interface Surroundings {
  readonly before: readonly string[];
  readonly after: readonly string[];
}

/** One entry per layer; empty lists where layers follow each other directly. Nodes of `padding` do not count. */
export function surroundingsOf(
  graph: Graph,
  layers: readonly NetworkLayer[],
  padding: readonly number[] = [],
): readonly Surroundings[] {
  const unnamed = new Set(padding.map((position) => graph.nodes[position]));
  const producers = new Map<string, Node>(
    graph.nodes.flatMap((node) => node.outputs.map((output) => [output, node] as const)),
  );
  const owners = new Map<string, number>();
  layers.forEach(({ output, preActivation, postActivation }, l) => {
    for (const name of [output, preActivation, postActivation]) owners.set(name, l);
  });
  const before = layers.map(() => new Set<string>());
  const after = layers.map(() => new Set<string>());
  layers.forEach(({ input }, l) => {
    const open: { name: string; passed: readonly string[] }[] = [{ name: input, passed: [] }];
    const seen = new Set<string>();
    for (let at = open.pop(); at !== undefined; at = open.pop()) {
      const { name, passed } = at;
      if (seen.has(name)) continue;
      seen.add(name);
      for (const operator of passed) before[l]?.add(operator);
      const owner = owners.get(name);
      if (owner !== undefined) {
        for (const operator of passed) after[owner]?.add(operator);
        continue;
      }
      const node = producers.get(name);
      if (node === undefined) continue;
      const own = unnamed.has(node) ? undefined : names[node.op];
      const next = own === undefined ? passed : [...passed, own];
      open.push(...node.inputs.map((source) => ({ name: source, passed: next })));
    }
  });
  return layers.map((_, l) => ({ before: [...(before[l] ?? [])], after: [...(after[l] ?? [])] }));
}
