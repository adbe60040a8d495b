/**
 * The graph of many training steps: one ONNX Scan whose body is forward pass, gradient and update, whose state
 * variables are the parameters and the optimiser's arrays, and whose scanned inputs are batches. One run of it is
 * many steps, so parameters are not copied in between.
 */
import { SpecError } from "../../base/index.ts";
import { gradient } from "../differentiation/index.ts";
import { GraphBuilder, type Value } from "../graph/index.ts";
import type { Graph, ValueInfo } from "../ir.ts";
import { mul, reduceMean, reduceSum } from "../ops/index.ts";
import type { Tensor } from "../tensor.ts";
import { fuseUpdates } from "./fuse.ts";
import { emitHits, emitLoss, type LossKind } from "./loss.ts";
import { emitUpdate, type Optimizer } from "./optimizers.ts";
import { renameUses, type ScanState, scanBytes } from "./scan.ts";

/** A model to train: a graph with weights, and which of its values mean what. */
export interface TrainableModel {
  readonly graph: Graph;
  /** Name of the input, [batch, ...]. */
  readonly input: string;
  /** Name of the output that the loss sees, [batch, outputs] (any rank for mse). */
  readonly logits: string;
  /** Names of the weights to train, initializers of the graph. */
  readonly parameters: readonly string[];
}

/** What a training graph is made for. */
export interface StepOptions {
  readonly loss: LossKind;
  readonly optimizer: Optimizer;
  /** Targets are the inputs themselves (autoencoders). */
  readonly targetsAreInputs: boolean;
}

/** One array that goes from step to step. */
export interface StateArray extends ScanState {
  /** Name in checkpoints: the parameter's name, or `parameter:slot`. */
  readonly name: string;
  readonly initial: Tensor;
}

/** A training graph as ONNX bytes; the number of steps of a run is free. */
export interface StepGraph {
  readonly bytes: Uint8Array;
  readonly state: readonly StateArray[];
  /** Shape of one batch of inputs and of targets. */
  readonly inputShape: readonly number[];
  readonly outputShape: readonly number[];
}

/** Names of the outer graph's inputs and outputs. */
export const FEEDS = {
  inputs: "batches.inputs",
  targets: "batches.targets",
  scalar: (name: string) => `rates.${name}`,
};
export const RECORDS = { loss: "records.loss", hits: "records.accuracy" };

const FLOAT = "float32" as const;

function zerosLike({ shape, data }: Tensor): Tensor {
  return { dtype: FLOAT, shape, data: new Float32Array(data.length) };
}

/** The initial weights, checked. */
function initialWeights(model: TrainableModel): Tensor[] {
  return model.parameters.map((name) => {
    const tensor = model.graph.initializers.get(name);
    if (tensor?.dtype === FLOAT) return tensor;
    throw new SpecError(
      `training: parameter ${name} is ${tensor === undefined ? "no weight of the graph" : tensor.dtype}`,
      { hint: "Only float32 weights can be trained." },
    );
  });
}

/** The model's graph with its parameters as inputs: the start of a Scan body. */
function openParameters(model: TrainableModel): Graph {
  const { graph, parameters } = model;
  const names = new Set(parameters);
  const opened = parameters.map((parameter) => graph.values.get(parameter) as ValueInfo);
  return {
    ...graph,
    name: "training",
    inputs: [...opened, ...graph.inputs],
    initializers: new Map([...graph.initializers].filter(([key]) => !names.has(key))),
  };
}

/** The values every body starts from. */
interface Body {
  readonly b: GraphBuilder;
  readonly input: Value;
  readonly output: Value;
  readonly targets: Value;
}

function openBody(model: TrainableModel, graph: Graph, targetsAreInputs: boolean): Body {
  if (model.graph.inputs.length !== 1) {
    throw new SpecError(`training: the graph has ${model.graph.inputs.length} inputs, expected one`);
  }
  const b = GraphBuilder.from(graph);
  b.clearOutputs();
  const input = b.value(model.input);
  const output = b.value(model.logits);
  const targets = targetsAreInputs ? input : b.input("targets", FLOAT, output.shape);
  return { b, input, output, targets };
}

/**
 * Builds the graph that measures loss and hits of batches, on the parameters that live beside the training graph.
 * Records are [steps, batch]: the last batch may hold examples that do not count.
 */
export function buildEvaluationGraph(
  model: TrainableModel,
  options: Omit<StepOptions, "optimizer">,
): Uint8Array {
  const { loss: kind, targetsAreInputs } = options;
  const outer = new Map(model.parameters.map((name) => [name, stateInput(name)]));
  const opened = openParameters(model);
  const { b, output, targets } = openBody(model, opened, targetsAreInputs);
  b.output(emitLoss(b, kind, output, targets).each, "loss");
  if (kind === "cross-entropy") b.output(emitHits(b, output, targets), "hits");
  const body = b.build("evaluation");
  const captured = model.parameters.map((name) => ({
    ...(body.values.get(name) as ValueInfo),
    name: outer.get(name) as string,
  }));
  const inputs = [model.input, ...(targetsAreInputs ? [] : [targets.name])];
  return scanBytes(orderInputs(renameUses(body, outer), inputs), {
    state: [],
    scanned: [FEEDS.inputs, ...(targetsAreInputs ? [] : [FEEDS.targets])],
    records: [RECORDS.loss, RECORDS.hits],
    captured,
  });
}

/** Name of a state array around the Scan. */
export function stateInput(name: string): string {
  return `before.${name}`;
}

/** Names of a state array around the Scan. */
function stateArray(name: string, initial: Tensor): StateArray {
  return { name, input: stateInput(name), output: `after.${name}`, initial };
}

/**
 * Builds the training graph of a model.
 *
 * @throws SpecError when a parameter is no float32 weight or the graph has several inputs; UnsupportedOpError when an
 *   operator on the path has no derivative
 */
export function buildStepGraph(model: TrainableModel, options: StepOptions): StepGraph {
  const { optimizer, loss: kind, targetsAreInputs } = options;
  const weights = initialWeights(model);
  const { b, input, output, targets } = openBody(model, openParameters(model), targetsAreInputs);
  const slotInputs = model.parameters.map((name) =>
    optimizer.slots.map((slot) => b.input(`${name}:${slot}`, FLOAT, b.value(name).shape)),
  );
  const scalars = Object.fromEntries(
    optimizer.scalars.map((name) => [name, b.input(`rates.${name}`, FLOAT, [])]),
  );
  const { each, weight, seed, seedWeight } = emitLoss(b, kind, output, targets);
  const factor = optimizer.isScaledAtLoss ? mul(b, scalars.negativeRate as Value, seedWeight) : seedWeight;
  const parameters = model.parameters.map((name) => b.value(name));
  const gradients = gradient(b, output, parameters, mul(b, seed, factor));
  const updates = parameters.map((parameter, i) =>
    emitUpdate(b, optimizer, {
      parameter,
      gradient: gradients[i] as Value,
      slots: slotInputs[i] as Value[],
      scalars,
    }),
  );
  // Unnamed: a name would cost a copy of the array in every step.
  for (const update of updates) b.output(update.parameter);
  for (const update of updates) for (const slot of update.slots) b.output(slot);
  b.output(mul(b, reduceSum(b, each), weight), "loss");
  if (kind === "cross-entropy") b.output(reduceMean(b, emitHits(b, output, targets)), "accuracy");
  const state = [
    ...model.parameters.map((name, i) => stateArray(name, weights[i] as Tensor)),
    ...model.parameters.flatMap((name, i) =>
      optimizer.slots.map((slot) => stateArray(`${name}:${slot}`, zerosLike(weights[i] as Tensor))),
    ),
  ];
  const body = orderInputs(fuseUpdates(b.build()), [
    ...state.map((array) => array.name),
    ...optimizer.scalars.map((name) => `rates.${name}`),
    model.input,
    ...(targetsAreInputs ? [] : [targets.name]),
  ]);
  const scanned = [
    ...optimizer.scalars.map(FEEDS.scalar),
    FEEDS.inputs,
    ...(targetsAreInputs ? [] : [FEEDS.targets]),
  ];
  const bytes = scanBytes(body, { state, scanned, records: [RECORDS.loss, RECORDS.hits] });
  return { bytes, state, inputShape: input.shape, outputShape: output.shape };
}

function orderInputs(graph: Graph, names: readonly string[]): Graph {
  const byName = new Map(graph.inputs.map((value) => [value.name, value]));
  return { ...graph, inputs: names.map((name) => byName.get(name) as ValueInfo) };
}
