/** A loop body as an ONNX Scan of a free number of iterations. */
import type { Attribute, Graph, Node, ValueInfo } from "../ir.ts";
import { toOnnx } from "../onnx/index.ts";

/** Names of one state variable outside the body. */
export interface ScanState {
  readonly input: string;
  readonly output: string;
}

/** How the body's inputs and outputs are called outside, in the body's order. */
export interface ScanNames {
  /** State variables: first inputs and first outputs of the body. */
  readonly state: readonly ScanState[];
  /** Scanned inputs: one slice of each for every iteration. */
  readonly scanned: readonly string[];
  /** Scanned outputs, stacked over the iterations. */
  readonly records: readonly string[];
  /** Values of the outer graph that the body reads. */
  readonly captured?: readonly ValueInfo[];
}

/** The name of the first axis of scanned values: how many iterations one run makes. */
const ITERATIONS = "steps";

/**
 * Writes the ONNX file whose only node runs `body` once for every slice of the scanned inputs. Sizes are known but for
 * the number of iterations.
 */
export function scanBytes(body: Graph, { state, scanned, records, captured = [] }: ScanNames): Uint8Array {
  const stacked = (value: ValueInfo, name: string): ValueInfo => ({
    ...value,
    name,
    shape: [1, ...value.shape],
  });
  const states = body.inputs.slice(0, state.length);
  const before = states.map((value, i) => ({ ...value, name: (state[i] as ScanState).input }));
  const after = states.map((value, i) => ({ ...value, name: (state[i] as ScanState).output }));
  const fed = body.inputs.slice(state.length).map((value, i) => stacked(value, scanned[i] as string));
  const recorded = body.outputs
    .slice(state.length)
    .map((name, i) => stacked(body.values.get(name) as ValueInfo, records[i] as string));
  const inputs = [...before, ...fed];
  const outputs = [...after, ...recorded];
  const node: Node = {
    name: "steps",
    op: "Scan",
    domain: "",
    inputs: inputs.map((value) => value.name),
    outputs: outputs.map((value) => value.name),
    attributes: {
      body: { type: "graph", value: body },
      num_scan_inputs: { type: "int", value: scanned.length },
    },
  };
  const graph: Graph = {
    name: body.name,
    inputs: [...captured, ...inputs],
    initializers: new Map(),
    nodes: [node],
    outputs: node.outputs,
    values: new Map([...captured, ...inputs, ...outputs].map((value) => [value.name, value])),
  };
  const symbolic = Object.fromEntries(
    [...fed, ...recorded].map((value) => [value.name, [ITERATIONS, ...value.shape.slice(1).map(() => null)]]),
  );
  return toOnnx(graph, { symbolic });
}

/** The same graph with some of the values it reads under other names, in the bodies of its nodes as well. */
export function renameUses(graph: Graph, names: ReadonlyMap<string, string>): Graph {
  const inAttribute = (attribute: Attribute): Attribute =>
    attribute.type === "graph" ? { type: "graph", value: renameUses(attribute.value, names) } : attribute;
  const nodes = graph.nodes.map((node) => ({
    ...node,
    inputs: node.inputs.map((name) => names.get(name) ?? name),
    attributes: Object.fromEntries(
      Object.entries(node.attributes).map(([key, attribute]) => [key, inAttribute(attribute)]),
    ),
  }));
  return { ...graph, nodes };
}
