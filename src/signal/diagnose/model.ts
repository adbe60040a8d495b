/** Diagnosis of one given network, such as an imported file: variances are estimated from its weights. */
import { type Estimate, exact } from "../../base/index.ts";
import type { Graph, NodeReport } from "../../engine/index.ts";
import { describeModel, type ModelStructure } from "../../networks/index.ts";
import type { RandomStream } from "../../numerics/index.ts";
import {
  estimateVariances,
  gainsOf,
  type JacobianMeasurement,
  type MeasureModelOptions,
  measureModel,
  measureModelJacobian,
  type SignalMeasurement,
  type VarianceEstimate,
} from "../measure/index.ts";
import { assemble, typicalVariance } from "./assemble.ts";
import { surroundingsOf } from "./between.ts";
import { type Coverage, coverageOf } from "./coverage.ts";
import { describeJacobian, hiddenEnds } from "./jacobian.ts";
import type { DescribedExamples } from "./parts.ts";
import { type LayerFacts, type PathPlan, planPath, strangersOf } from "./path/index.ts";
import { meanSquaresOf, predictProfile } from "./profile.ts";
import { recommendBlocks } from "./recommend.ts";
import { predictSpecial } from "./special.ts";
import type { DiagnoseOptions, Diagnosis } from "./types.ts";

/** Options of `diagnoseModel`. */
export interface DiagnoseModelOptions
  extends Omit<MeasureModelOptions, "layers" | "values" | "weightGradients">,
    Pick<DiagnoseOptions, "onPartial"> {}

/** A graph with constant parameters and one data input, and what to call it. */
export interface DiagnosableModel {
  readonly name: string;
  /** Runs as many examples at once as there are. */
  readonly graph: Graph;
  readonly parameters: number;
  /** Rows of the import, from which nodes that pass signals on are told. */
  readonly report?: readonly Pick<NodeReport, "op" | "status">[];
}

/**
 * Answers for a given network: its effective phase, where it loses the signal, what would be critical.
 *
 * @param model - of `fromOnnx(file, { batch: data.count })`.
 * @param data - at least two examples of the network's input size.
 * @param stream - for the random cotangents.
 * @throws as `measureModel`.
 *
 * @example
 * ```ts
 * import { fromOnnx } from "isinglass/engine";
 * import { createStream } from "isinglass/numerics";
 * import { diagnoseModel } from "isinglass/signal";
 *
 * const inputs = new Float32Array(16 * 784);
 * createStream(1).fillNormal(inputs);
 * const data = { inputs, count: 16, shape: [1, 28, 28], name: "noise", provenance: [] };
 * const model = await fromOnnx("test/fixtures/models/mlp.onnx", { batch: 16 });
 * const diagnosis = await diagnoseModel({ name: "mlp", ...model }, data, createStream(2));
 * diagnosis.theory?.phase; // => "ordered"
 * ```
 */
export async function diagnoseModel(
  model: DiagnosableModel,
  data: DescribedExamples,
  stream: RandomStream,
  options: DiagnoseModelOptions = {},
): Promise<Diagnosis> {
  const { onPartial, ...work } = options;
  const { graph } = model;
  const structure = describeModel(graph);
  const { layers } = structure;
  const plan = planPath(layers, structure, graph.inputs[0]?.name ?? "");
  const coverage = coverageOf(layers, strangersOf(plan, graph));
  const values = coverage.chain === null ? plan.anchors : [];
  const measurement = await measureModel(graph, data, stream, {
    ...work,
    weightGradients: false,
    layers,
    values,
  });
  const subject = { model, data, stream, structure, plan, coverage };
  onPartial?.(conclude(subject, measurement, null));
  // in residual networks the layers lie beside the main path, so the whole network is what is asked for
  const ends = coverage.chain === null ? {} : (hiddenEnds(layers) ?? {});
  const jacobian = await measureModelJacobian(graph, data, stream.fork("jacobian"), { ...work, ...ends });
  return conclude(subject, measurement, jacobian);
}

/** What is asked about. */
interface Subject {
  readonly model: DiagnosableModel;
  readonly data: DescribedExamples;
  readonly stream: RandomStream;
  readonly structure: ModelStructure;
  readonly plan: PathPlan;
  readonly coverage: Coverage;
}

/** The diagnosis that follows from a measurement; the Jacobian may be missing. */
function conclude(
  { model, data, stream, structure, plan, coverage }: Subject,
  measurement: SignalMeasurement,
  jacobian: JacobianMeasurement | null,
): Diagnosis {
  const { name, graph, parameters, report = [] } = model;
  const { layers } = structure;
  const estimated = estimateVariances(graph, layers);
  const variances = estimated.map(({ sigmaW2, sigmaB2 }) => ({ weight: sigmaW2, bias: sigmaB2 }));
  const chain = coverage.chain?.map((activation, index) => ({
    activation,
    sigmaW2: Math.max(Number.MIN_VALUE, estimated[index]?.sigmaW2.value ?? 0),
    sigmaB2: estimated[index]?.sigmaB2?.value ?? 0,
  }));
  const start = { meanSquares: meanSquaresOf(data.inputs, data.count), cosine: measurement.input.c.value };
  const facts = factsOf(graph, estimated);
  const theoryStream = stream.fork("theory");
  const special =
    chain === undefined ? predictSpecial({ graph, layers, plan, facts }, measurement, theoryStream) : null;
  const profile = chain === undefined ? (special?.profile ?? null) : predictProfile(chain, start);
  return assemble({
    network: {
      name,
      origin: "file",
      inputShape: graph.inputs[0]?.shape.slice(1) ?? [],
      parameterCount: parameters,
      initialization: "as the file holds it; variances are estimated from the weights, times fan-in.",
    },
    data,
    measurement,
    variances,
    weightVariance: typicalVariance(variances.map(({ weight }) => weight)),
    biasVariance: typicalVariance(variances.map(({ bias }): Estimate => bias ?? exact(0, "no bias"))),
    activation: coverage.activation,
    profile,
    surroundings: surroundingsOf(graph, layers, structure.padding),
    jacobian: jacobian && describeJacobian(jacobian, measurement.layers, chain ?? null, profile, false),
    special,
    recommended: special === null ? null : recommendBlocks(layers, plan, facts, measurement, theoryStream),
    beyond: special === null && chain === undefined ? beyondTheory(structure) : [],
    gaps: [...(special?.gaps ?? coverage.gaps), ...uncoveredNodes(structure), ...droppedNodes(report)],
  });
}

/** Kinds of layers that no theory covers, by name. */
function beyondTheory({ theories, layers }: ModelStructure): string[] {
  const kinds: readonly (readonly [string, boolean])[] = [
    ["attention", theories.some(({ reason }) => reason.startsWith("attention"))],
    ["layer normalisation", theories.some(({ reason }) => reason.includes("layer normalisation"))],
    ["grouped convolutions", layers.some(({ groups }) => groups > 1)],
  ];
  return kinds.flatMap(([name, isThere]) => (isThere ? [name] : []));
}

function factsOf(graph: Graph, estimated: readonly VarianceEstimate[]): LayerFacts[] {
  return estimated.map(({ layer, sigmaW2, sigmaB2 }) => ({
    sigmaW2: sigmaW2.value,
    sigmaB2: sigmaB2?.value ?? 0,
    ...gainsOf(graph, layer),
    keepRate: 1,
  }));
}

/** Dropout in a file, which is an identity outside training. */
function droppedNodes(report: NonNullable<DiagnosableModel["report"]>): string[] {
  const count = report.filter(({ op, status }) => op === "Dropout" && status === "removed").length;
  if (count === 0) return [];
  const what = count === 1 ? "1 Dropout node passes signals" : `${count} Dropout nodes pass signals`;
  return [`${what} on, as outside training; what dropout does in training is not covered for files.`];
}

/** One sentence per reason, with the weight layers it concerns or the number of nodes. */
function uncoveredNodes({ nodes, layers }: ModelStructure): string[] {
  const reasons = new Map<string, { count: number; names: Set<string> }>();
  for (const { coveredBy, reason, layer } of nodes) {
    if (coveredBy !== null) continue;
    const entry = reasons.get(reason) ?? { count: 0, names: new Set<string>() };
    entry.count++;
    const name = layer === null ? undefined : layers[layer]?.name;
    if (name !== undefined) entry.names.add(name);
    reasons.set(reason, entry);
  }
  return [...reasons].map(([reason, { count, names }]) => {
    const what = reason.replace(/^not covered: /, "");
    const where = names.size === 0 ? "" : ` (${[...names].join(", ")}; --fix keeps their weights)`;
    return `${count} ${count === 1 ? "node" : "nodes"}${where}: ${what}.`;
  });
}
