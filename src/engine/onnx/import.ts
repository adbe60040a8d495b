/**
 * ONNX files as graphs. `fromOnnx` gives a graph that can be run, differentiated and written back; `inspectOnnx` gives
 * the same report without reading the weights. Sizes that the file leaves open are bound, because all shapes of a graph
 * are known; the shape arithmetic that exporters leave behind folds away.
 */
import { type ByteSource, memorySource, platform, type SourceLocation } from "#platform";
import { FormatError, ShapeError, UnsupportedOpError } from "../../base/index.ts";
import { GraphBuilder } from "../graph/index.ts";
import type { Graph, ValueInfo } from "../ir.ts";
import { isFloat, sizeOf } from "../tensor.ts";
import { batchChange, fixedBatch } from "./batch.ts";
import { type BindOptions, type BoundInput, bindInputs, declaredShape } from "./bind-inputs.ts";
import { dtypeOfCode, widened } from "./data-types.ts";
import { Findings } from "./findings.ts";
import { GraphImport, isLiteral } from "./import-graph.ts";
import { type ModelFile, readModelFile, type StoredTensor } from "./read-model.ts";
import { type NodeReport, throwRefusals } from "./report.ts";
import type { GraphProto, ModelProto } from "./schema.ts";
import { type Found, type Scope, shortDomain } from "./scope.ts";
import { readableOpsets } from "./upgrade.ts";

/** What the file says about itself. */
export interface ModelSummary {
  /** Version of the standard operators. */
  readonly opset: number;
  /** The program that wrote it, with its version. */
  readonly producer: string;
  readonly metadata: Readonly<Record<string, string>>;
  readonly inputs: readonly BoundInput[];
  readonly outputs: readonly ValueInfo[];
  /** Number of float weights. */
  readonly parameters: number;
  /** One row for each node of the file. */
  readonly report: readonly NodeReport[];
  /** How the file was understood, one sentence each. */
  readonly notes: readonly string[];
}

/** A file as a graph. Value names are those of the file. */
export interface ImportedModel extends ModelSummary {
  readonly graph: Graph;
}

/** Bytes, an open source, or a location to open. */
export type OnnxSource = SourceLocation | ByteSource;

/**
 * Imports an ONNX file, operator sets 11 to 27, inline or external weights (read one by one). float16 and bfloat16 are
 * widened to float32.
 *
 * A size without a value in the file is bound by `shapes`, by `names`, or, on the first axis, by `batch` (default 1).
 * `batch` and `shapes` may also replace a fixed first axis, as exporters often freeze it at 1, and then the targets of
 * Reshape that begin with it; where the network contains the old size in another way, that is an error.
 *
 * @throws FormatError for bytes that are not an ONNX file, with byte offset and field
 * @throws UnsupportedOpError naming every node that is not supported, with reason and substitute, or for a batch that
 * the network fixes
 * @throws SpecError for sizes that stay open, ShapeError for sizes that do not fit
 *
 * @example
 * ```ts
 * const { graph, report } = await fromOnnx("test/fixtures/models/mlp.onnx", { batch: 8 });
 * graph.inputs[0]?.shape; // => [8, 1, 28, 28]
 * report.length; // => 10
 * ```
 */
export async function fromOnnx(source: OnnxSource, options: BindOptions = {}): Promise<ImportedModel> {
  return withModel(source, async (file) => {
    const { summary, findings, builder, scope } = await importModel(file, options, true);
    const change = batchChange(summary.inputs);
    const [clash] = findings.causes;
    if (change !== null && findings.causes.every((cause) => cause instanceof ShapeError) && clash) {
      throw fixedBatch(file.name, change, clash.message);
    }
    throwRefusals(file.name, findings.rows, findings.causes);
    for (const { name = "" } of file.model.graph?.outputs ?? []) {
      const value = scope.values.get(name);
      if (value === undefined || value === "unknown") throw new Error(`internal: output ${name} was lost`);
      builder.output(value);
    }
    const graph = builder.build();
    requireBatch(file, summary.inputs, graph);
    const outputs = graph.outputs.map((name) => graph.values.get(name) as ValueInfo);
    return { ...summary, outputs, graph };
  });
}

/**
 * Reports on every node of an ONNX file without throwing for those that are not supported and without reading large
 * weights.
 *
 * @throws FormatError, SpecError, ShapeError as `fromOnnx`
 *
 * @example
 * ```ts
 * const { report } = await inspectOnnx("test/fixtures/models/resnet.onnx");
 * report.filter(({ status }) => status === "refused").length; // => 0
 * ```
 */
export async function inspectOnnx(source: OnnxSource, options: BindOptions = {}): Promise<ModelSummary> {
  return withModel(source, async (file) => (await importModel(file, options, false)).summary);
}

interface Imported {
  readonly summary: ModelSummary;
  readonly findings: Findings;
  readonly builder: GraphBuilder;
  readonly scope: Scope;
}

async function importModel(file: ModelFile, options: BindOptions, withWeights: boolean): Promise<Imported> {
  const { model } = file;
  const graph = model.graph as GraphProto;
  const opsets = operatorSets(file);
  const weightNames = new Set(file.weights.map(({ name }) => name));
  // old files list weights among the inputs, as defaults
  const fed = graph.inputs.filter(({ name }) => !weightNames.has(name ?? ""));
  const inputs = bindInputs(file.name, fed, options);
  const builder = new GraphBuilder(graph.name || "graph");
  const values = new Map<string, Found>();
  requireOwnNames(file.name, [...inputs, ...file.weights]);
  for (const { name, dtype, shape } of inputs) values.set(name, builder.input(name, dtype, shape));
  for (const weight of file.weights)
    values.set(weight.name, await addWeight(builder, graph, weight, withWeights));
  const scope: Scope = {
    parent: null,
    values,
    rename: (name) => name,
    attributes: new Map(),
    opsets,
    path: "",
  };
  const outputs = new Set(graph.outputs.map(({ name }) => name ?? ""));
  const findings = new Findings(graph, boundSizes(inputs));
  const batch = batchChange(inputs);
  const plan = { file: file.name, builder, functions: model.functions, findings, outputs, batch };
  new GraphImport(plan).nodes(graph.nodes, scope);
  const found = [...outputs].map((name) => values.get(name));
  const summary: ModelSummary = {
    opset: opsets.get("") as number,
    producer: [model.producer, model.producerVersion].filter(Boolean).join(" "),
    metadata: Object.fromEntries(model.metadata.map(({ key, value }) => [key ?? "", value ?? ""])),
    inputs,
    outputs: found.filter((value) => value !== undefined && value !== "unknown"),
    parameters: countParameters(file),
    report: findings.rows,
    notes: notesOn(file, inputs),
  };
  return { summary, findings, builder, scope };
}

async function withModel<T>(source: OnnxSource, use: (file: ModelFile) => Promise<T>): Promise<T> {
  const isOpen = typeof source === "object" && "read" in source;
  const opened = isOpen
    ? source
    : source instanceof Uint8Array
      ? memorySource(source)
      : await platform.openSource(source);
  try {
    const file = await readModelFile(opened);
    try {
      return await use(file);
    } finally {
      await file.close();
    }
  } finally {
    if (!isOpen) await opened.close();
  }
}

async function addWeight(
  builder: GraphBuilder,
  graph: GraphProto,
  weight: StoredTensor,
  withWeights: boolean,
): Promise<Found> {
  const dtype = dtypeOfCode(weight.proto.dataType ?? 0);
  if (dtype === null) return "unknown";
  const literal = isLiteral(graph, weight.name, dtype, weight.proto.dims);
  // a report needs no more of a parameter than its shape
  if (!withWeights && !literal) return builder.input(weight.name, widened(dtype), weight.proto.dims);
  const tensor = await weight.load();
  return literal ? builder.literal(tensor, weight.name) : builder.parameter(tensor, weight.name);
}

function requireOwnNames(file: string, values: readonly { readonly name: string }[]): void {
  const seen = new Set<string>([""]);
  for (const { name } of values) {
    if (seen.has(name)) {
      const what = name === "" ? "has no name" : "has a name that is taken";
      throw new FormatError(
        `${file}: not an ONNX file: the input or weight ${JSON.stringify(name)} ${what}`,
        {
          hint: "the file is damaged; export or copy it again",
        },
      );
    }
    seen.add(name);
  }
}

function operatorSets(file: ModelFile): ReadonlyMap<string, number> {
  const sets = new Map(
    file.model.operatorSets.map(({ domain, version }) => [shortDomain(domain), version ?? 1]),
  );
  const [oldest, newest] = readableOpsets;
  const standard = sets.get("") ?? 0;
  if (standard >= oldest && standard <= newest) return sets;
  throw new UnsupportedOpError(`${file.name}: opset ${standard}, expected ${oldest} to ${newest}`, {
    hint: "export it again with opset_version=17, or convert it with onnx.version_converter",
    data: { opset: standard },
  });
}

/** Named sizes as the inputs bind them. */
function boundSizes(inputs: readonly BoundInput[]): ReadonlyMap<string, number> {
  const sizes = new Map<string, number>();
  for (const { declared, shape } of inputs) {
    for (const [axis, name] of declared.entries()) {
      if (typeof name === "string") sizes.set(name, shape[axis] as number);
    }
  }
  return sizes;
}

function countParameters({ weights }: ModelFile): number {
  return weights
    .filter(({ proto }) => isFloat(dtypeOfCode(proto.dataType ?? 0) ?? "bool"))
    .reduce((sum, { proto }) => sum + sizeOf(proto.dims), 0);
}

function notesOn(file: ModelFile, inputs: readonly BoundInput[]): string[] {
  const notes: string[] = [];
  const half = file.weights.filter(({ proto }) => proto.dataType === 10 || proto.dataType === 16).length;
  if (half > 0)
    notes.push(`widened to float32: ${half} of ${file.weights.length} weights, stored with 16 bits`);
  const dropouts = (file.model.graph?.nodes ?? []).filter(({ op }) => op === "Dropout").length;
  if (dropouts > 0) {
    const what =
      dropouts === 1 ? "1 Dropout node passes its input" : `${dropouts} Dropout nodes pass their inputs`;
    notes.push(`${what} on, as outside training`);
  }
  for (const { name, declared, shape } of inputs) {
    const size = declared[0];
    if (typeof size === "number" && size !== shape[0]) {
      notes.push(`the file fixes the batch of ${name} at ${size}; it was set to ${shape[0]}`);
    }
  }
  return notes;
}

/** A network that contains its old batch size gives outputs of a wrong shape, if it gives any. */
function requireBatch(file: ModelFile, inputs: readonly BoundInput[], graph: Graph): void {
  const changed = inputs.find(
    ({ declared, shape }) => typeof declared[0] === "number" && declared[0] !== shape[0],
  );
  if (changed === undefined) return;
  const from = changed.declared[0];
  for (const [i, { name = "", type }] of ((file.model as ModelProto).graph?.outputs ?? []).entries()) {
    const before = declaredShape(type?.tensor?.shape?.dims ?? [])[0];
    const after = graph.values.get(graph.outputs[i] as string)?.shape[0];
    if (before !== from || after === changed.shape[0]) continue;
    const change = { from: from as number, to: changed.shape[0] as number };
    throw fixedBatch(file.name, change, `output ${name} would begin with ${after}`);
  }
}
