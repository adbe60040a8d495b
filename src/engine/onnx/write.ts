/**
 * A graph to the bytes of an ONNX file. The same graph gives the same bytes: nodes in graph order, initializers in
 * map order, attributes by name. Source: onnx/onnx.proto and onnx/docs/IR.md.
 */
import { BudgetError, SpecError } from "../../base/index.ts";
import type { Attribute, Graph, Node, ValueInfo } from "../ir.ts";
import type { Tensor } from "../tensor.ts";
import { bytesOf, encode, type MessageValue } from "./codec.ts";
import { codeOfDtype } from "./data-types.ts";
import { minimumOpset, newestOpset, oldestOpset } from "./opsets.ts";
import {
  type AttributeProto,
  attributeType,
  type GraphProto,
  type ModelProto,
  modelSchema,
  type NodeProto,
  type TensorProto,
  type ValueInfoProto,
} from "./schema.ts";

/** Options of `toOnnx`. */
export interface ToOnnxOptions {
  /** Version of the standard operators. Default 21. */
  readonly opset?: number;
  /** Written as the file's producer. Default "isinglass". */
  readonly producer?: string;
  /** Names for input dimensions, written instead of the sizes: `{ x: ["batch", null] }`. */
  readonly symbolic?: Readonly<Record<string, readonly (string | null)[]>>;
  /** Free text pairs kept in the file. */
  readonly metadata?: Readonly<Record<string, string>>;
  /** Also write the shapes of intermediate values, for viewers. Default false. */
  readonly valueInfo?: boolean;
}

/** A limit of protobuf. */
const largestFile = 2 ** 31;

/** IR version that goes with an operator set: the oldest one that knows it. Source: onnx/docs/Versioning.md. */
const irVersions: Readonly<Record<number, number>> = { 18: 8, 19: 9, 20: 9, 21: 10, 22: 10 };

/**
 * Writes a graph as an ONNX model. Cost: one copy of the weights.
 *
 * @param graph - any graph of the engine; every value's type and shape is known
 * @returns the file's bytes, below 2 GiB (a limit of the format)
 * @throws BudgetError above 2 GiB
 * @throws SpecError for an operator set outside 18 to 22, or older than an operator of the graph
 *
 * @example
 * ```ts
 * import { GraphBuilder } from "isinglass/engine";
 * const b = new GraphBuilder("twice");
 * const x = b.input("x", "float32", [2]);
 * b.op("Add", [x, x], {}, { outputs: ["y"] }).map((y) => b.output(y));
 * toOnnx(b.build()).length; // => 85
 * ```
 */
export function toOnnx(graph: Graph, options: ToOnnxOptions = {}): Uint8Array {
  const { opset = newestOpset - 1, producer = "isinglass", symbolic = {}, metadata = {} } = options;
  requireOpset(graph, opset);
  const domains = [...collectDomains(graph, new Set<string>())].sort();
  const model: ModelProto = {
    irVersion: irVersions[opset],
    producer,
    producerVersion: undefined,
    graph: graphProto(graph, symbolic, options.valueInfo ?? false),
    operatorSets: [{ domain: "", version: opset }, ...domains.map((domain) => ({ domain, version: 1 }))],
    metadata: Object.entries(metadata).map(([key, value]) => ({ key, value })),
    functions: [],
  };
  const writer = encode(modelSchema, model as unknown as MessageValue);
  if (writer.length >= largestFile) {
    throw new BudgetError(`toOnnx: ${writer.length} bytes, more than an ONNX file can hold (2 GiB)`, {
      hint: "make the network smaller, or write it in parts",
    });
  }
  return writer.finish();
}

/** A tensor as ONNX stores it, with its payload referenced, not copied. */
export function tensorProto(name: string | undefined, tensor: Tensor): TensorProto {
  return {
    dims: tensor.shape,
    dataType: codeOfDtype(tensor.dtype),
    name,
    rawData: bytesOf(tensor.data),
    floatData: [],
    int32Data: [],
    int64Data: [],
    doubleData: [],
    uint64Data: [],
    externalData: [],
  };
}

function graphProto(
  graph: Graph,
  symbolic: Readonly<Record<string, readonly (string | null)[]>>,
  withValueInfo: boolean,
): GraphProto {
  const described = new Set([
    ...graph.inputs.map(({ name }) => name),
    ...graph.outputs,
    ...graph.initializers.keys(),
  ]);
  const between = withValueInfo ? [...graph.values.values()].filter(({ name }) => !described.has(name)) : [];
  return {
    nodes: graph.nodes.map(nodeProto),
    name: graph.name,
    initializers: [...graph.initializers].map(([name, tensor]) => tensorProto(name, tensor)),
    inputs: graph.inputs.map((input) => valueInfoProto(input, symbolic[input.name])),
    outputs: graph.outputs.map((name) => outputProto(graph, name, symbolic[name])),
    valueInfo: between.map((value) => valueInfoProto(value)),
  };
}

function outputProto(graph: Graph, name: string, names?: readonly (string | null)[]): ValueInfoProto {
  const value = graph.values.get(name);
  // a body may hand out a value of the graph around it, whose type is known there
  return value === undefined ? { name } : valueInfoProto(value, names);
}

function valueInfoProto(value: ValueInfo, names: readonly (string | null)[] = []): ValueInfoProto {
  const dims = value.shape.map((size, axis) => {
    const parameter = names[axis];
    return typeof parameter === "string" ? { parameter } : { value: size };
  });
  return {
    name: value.name,
    type: { tensor: { elementType: codeOfDtype(value.dtype), shape: { dims } } },
  };
}

function nodeProto(node: Node): NodeProto {
  return {
    inputs: node.inputs,
    outputs: node.outputs,
    name: node.name === "" ? undefined : node.name,
    op: node.op,
    attributes: Object.keys(node.attributes)
      .sort()
      .map((name) => attributeProto(name, node.attributes[name] as Attribute)),
    domain: node.domain === "" ? undefined : node.domain,
  };
}

function attributeProto(name: string, attribute: Attribute): AttributeProto {
  const base = { name, type: attributeType[attribute.type], floats: [], ints: [], strings: [] };
  switch (attribute.type) {
    case "int":
      return { ...base, int: attribute.value };
    case "float":
      return { ...base, float: attribute.value };
    case "string":
      return { ...base, string: new TextEncoder().encode(attribute.value) };
    case "ints":
      return { ...base, ints: attribute.value };
    case "floats":
      return { ...base, floats: attribute.value };
    case "strings":
      return { ...base, strings: attribute.value };
    case "tensor":
      return { ...base, tensor: tensorProto(undefined, attribute.value) };
    case "graph":
      return { ...base, graph: graphProto(attribute.value, {}, false) };
  }
}

/** The graph and, recursively, the bodies of its Scan, Loop and If nodes. */
function bodiesOf(node: Node): Graph[] {
  return Object.values(node.attributes).flatMap((attribute) =>
    attribute.type === "graph" ? [attribute.value] : [],
  );
}

function collectDomains(graph: Graph, domains: Set<string>): Set<string> {
  for (const node of graph.nodes) {
    if (node.domain !== "" && node.domain !== "ai.onnx") domains.add(node.domain);
    for (const body of bodiesOf(node)) collectDomains(body, domains);
  }
  return domains;
}

function requireOpset(graph: Graph, opset: number): void {
  if (irVersions[opset] === undefined) {
    throw new SpecError(`toOnnx: opset ${opset}, expected ${oldestOpset} to ${newestOpset}`, {
      hint: "leave the opset out; 21 is read by every current runtime",
    });
  }
  for (const node of graph.nodes) {
    const needed = minimumOpset(node);
    if (needed > opset) {
      throw new SpecError(`toOnnx: ${node.op} (node ${node.name}) needs opset ${needed}, received ${opset}`, {
        hint: `write opset ${needed} or newer`,
      });
    }
    for (const body of bodiesOf(node)) requireOpset(body, opset);
  }
}
