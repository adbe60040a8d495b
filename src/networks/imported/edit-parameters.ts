/** Replaces parameters of single layers in a copy of a graph. A tensor that several nodes share is copied first. */
import { floatOf, type Graph, type Node, numbersOf, type Tensor, tensorOf } from "../../engine/index.ts";
import type { NetworkLayer } from "../build/index.ts";

/** Changes that are collected and then applied at once. */
export interface ParameterEdits {
  /** Puts a new tensor in place of a weight or bias for the nodes of one layer only. */
  replace(layer: NetworkLayer, name: string, tensor: Tensor): void;
  /** Batch normalisation behind a layer starts anew: squared scale `gain2`, shift 0, an identity up to the scale when stored. */
  resetNormalization(layer: NetworkLayer, gain2: number): void;
  /** The changed copy; tensors that nothing uses any more are left out. */
  apply(): Graph;
}

/** Values of a tensor times a factor. */
export function rescaled(tensor: Tensor, factor: number): Tensor {
  return factor === 1 ? tensor : filled(tensor, (x) => factor * x);
}

function filled(tensor: Tensor, f: (x: number) => number): Tensor {
  return tensorOf(tensor.dtype, tensor.shape, Array.from(numbersOf(tensor), f));
}

/** Collects changes of a graph, which is left as it is. */
export function editParameters(graph: Graph): ParameterEdits {
  const added = new Map<string, Tensor>();
  const inputs = new Map<Node, readonly string[]>();
  const inputsOf = (node: Node): readonly string[] => inputs.get(node) ?? node.inputs;
  const addAs = (wanted: string, tensor: Tensor): string => {
    let name = wanted;
    while (graph.values.has(name) || graph.initializers.has(name) || added.has(name)) name += "_";
    added.set(name, tensor);
    return name;
  };
  return {
    replace(layer, name, tensor) {
      const users = graph.nodes.filter((node) => node.inputs.includes(name));
      const own = users.filter(
        ({ outputs }) => outputs.includes(layer.output) || feeds(graph, outputs, layer),
      );
      if (users.length === own.length) {
        added.set(name, tensor);
        return;
      }
      const fresh = addAs(`${name}_${layer.index}`, tensor);
      for (const node of own)
        inputs.set(
          node,
          inputsOf(node).map((input) => (input === name ? fresh : input)),
        );
    },
    resetNormalization(layer, gain2) {
      const node = graph.nodes.find(
        ({ op, inputs: [input] }) => op === "BatchNormalization" && input === layer.output,
      );
      if (node === undefined) return;
      // stored variance and epsilon add up to one, so that stored statistics leave signals as they are
      const starts = [Math.sqrt(gain2), 0, 0, 1 - floatOf(node.attributes, "epsilon", 1e-5)];
      const parts = ["scale", "shift", "mean", "variance"];
      const fresh = inputsOf(node).map((name, position) => {
        const [value, old] = [starts[position - 1], graph.initializers.get(name)];
        if (value === undefined || old === undefined) return name;
        return addAs(
          `${layer.name}.norm.${parts[position - 1]}`,
          filled(old, () => value),
        );
      });
      inputs.set(node, fresh);
    },
    apply: () => rewire(graph, added, inputsOf),
  };
}

/** Whether a node is the product in front of the Add that ends the layer. */
function feeds(graph: Graph, outputs: readonly string[], layer: NetworkLayer): boolean {
  const last = graph.nodes.find((node) => node.outputs.includes(layer.output));
  return last?.op === "Add" && outputs.some((name) => last.inputs.includes(name));
}

function rewire(
  graph: Graph,
  added: ReadonlyMap<string, Tensor>,
  inputsOf: (node: Node) => readonly string[],
): Graph {
  const nodes = graph.nodes.map((node) => ({ ...node, inputs: inputsOf(node) }));
  const wasUsed = new Set(graph.nodes.flatMap((node) => node.inputs));
  const isUsed = new Set(nodes.flatMap((node) => node.inputs));
  const all = new Map([...graph.initializers, ...added]);
  const initializers = new Map([...all].filter(([name]) => isUsed.has(name) || !wasUsed.has(name)));
  const values = new Map(graph.values);
  for (const [name, { dtype, shape }] of initializers) values.set(name, { name, dtype, shape });
  return { ...graph, initializers, values, nodes };
}
