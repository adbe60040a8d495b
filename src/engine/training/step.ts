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
import { poolFirst } from "./pool-first.ts";
import { renameUses, type ScanState, scanBytes } from "./scan.ts";
import { unpoolByComparison } from "./unpool.ts";

/**
 * A model to train: a graph, and which of its values mean what. Parameters are inputs of the graph (then their first
 * values are given beside it) or initializers. A NetworkGraph is one.
 */
export interface TrainableModel {
  readonly graph: Graph;
  /** The data input, [batch, ...]. */
  readonly input: { readonly name: string };
  /** The output that the loss sees, [batch, outputs] (any rank for mse). */
  readonly logits: { readonly name: string };
  readonly parameters: readonly { readonly name: string }[];
}

/** Tensors by name. */
export type NamedTensors = Readonly<Record<string, Tensor>>;

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

/** Zeros of a tensor's shape: the start of an optimiser's array. */
export function zerosLike({ shape, data }: Tensor): Tensor {
  return { dtype: FLOAT, shape, data: new Float32Array(data.length) };
}

/** The first values of the parameters, checked. */
export function initialWeights(model: TrainableModel, initial: NamedTensors): Tensor[] {
  return model.parameters.map(({ name }) => {
    const tensor = initial[name] ?? model.graph.initializers.get(name);
    const shape = model.graph.values.get(name)?.shape;
    if (tensor?.dtype === FLOAT && `${tensor.shape}` === `${shape}`) return tensor;
    const received = tensor === undefined ? "has no value" : `is ${tensor.dtype} [${tensor.shape}]`;
    throw new SpecError(`training: parameter ${name} ${received}, expected float32 [${shape}]`, {
      hint: "Give its first value, for example initialize(network, scheme, stream).values.",
    });
  });
}

/** The model's graph with all its parameters as first inputs: the start of a Scan body. */
function openParameters(model: TrainableModel): Graph {
  const { graph, input, parameters } = model;
  const names = new Set(parameters.map(({ name }) => name));
  const rest = graph.inputs.filter(({ name }) => !names.has(name));
  if (rest.length !== 1 || rest[0]?.name !== input.name) {
    throw new SpecError(
      `training: the graph takes ${rest.map(({ name }) => name).join(", ")} beside its parameters, expected ${input.name}`,
    );
  }
  const opened = parameters.map(({ name }) => graph.values.get(name) as ValueInfo);
  return {
    ...graph,
    name: "training",
    inputs: [...opened, ...rest],
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

function openBody(model: TrainableModel, targetsAreInputs: boolean): Body {
  const b = GraphBuilder.from(poolFirst(openParameters(model)));
  b.clearOutputs();
  const input = b.value(model.input.name);
  const output = b.value(model.logits.name);
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
  const outer = new Map(model.parameters.map(({ name }) => [name, stateInput(name)]));
  const { b, output, targets } = openBody(model, targetsAreInputs);
  b.output(emitLoss(b, kind, output, targets).each, "loss");
  if (kind === "cross-entropy") b.output(emitHits(b, output, targets), "hits");
  const body = b.build("evaluation");
  const captured = model.parameters.map(({ name }) => ({
    ...(body.values.get(name) as ValueInfo),
    name: outer.get(name) as string,
  }));
  const inputs = [model.input.name, ...(targetsAreInputs ? [] : [targets.name])];
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
export function stateArray(name: string, initial: Tensor): StateArray {
  return { name, input: stateInput(name), output: `after.${name}`, initial };
}

/**
 * Builds the training graph of a model.
 *
 * @throws SpecError when a parameter is no float32 weight or the graph has several inputs; UnsupportedOpError when an
 *   operator on the path has no derivative
 */
export function buildStepGraph(
  model: TrainableModel,
  initial: NamedTensors,
  options: StepOptions,
): StepGraph {
  const { optimizer, loss: kind, targetsAreInputs } = options;
  const weights = initialWeights(model, initial);
  const names = model.parameters.map(({ name }) => name);
  const { b, input, output, targets } = openBody(model, targetsAreInputs);
  const slotInputs = names.map((name) =>
    optimizer.slots.map((slot) => b.input(`${name}:${slot}`, FLOAT, b.value(name).shape)),
  );
  const scalars = Object.fromEntries(
    optimizer.scalars.map((name) => [name, b.input(`rates.${name}`, FLOAT, [])]),
  );
  const { each, weight, seed, seedWeight } = emitLoss(b, kind, output, targets);
  const factor = optimizer.isScaledAtLoss ? mul(b, scalars.negativeRate as Value, seedWeight) : seedWeight;
  const parameters = names.map((name) => b.value(name));
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
    ...names.map((name, i) => stateArray(name, weights[i] as Tensor)),
    ...names.flatMap((name, i) =>
      optimizer.slots.map((slot) => stateArray(`${name}:${slot}`, zerosLike(weights[i] as Tensor))),
    ),
  ];
  const body = orderInputs(fuseUpdates(unpoolByComparison(b.build())), [
    ...state.map((array) => array.name),
    ...optimizer.scalars.map((name) => `rates.${name}`),
    model.input.name,
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

/** The same graph with its inputs in this order. */
export function orderInputs(graph: Graph, names: readonly string[]): Graph {
  const byName = new Map(graph.inputs.map((value) => [value.name, value]));
  return { ...graph, inputs: names.map((name) => byName.get(name) as ValueInfo) };
}
