/**
 * Training by minibatches: parameters and optimiser arrays stay in the engine's worker, each run makes many steps
 * inside one Scan, and loss and accuracy of every step come back. A run is never cut in the middle, so an interrupted
 * training continues bit for bit from its checkpoint. A loss that is not finite is a result ("diverged"), no error.
 */
import type { WorkOptions } from "../../base/index.ts";
import { type RandomStream, restoreStream } from "../../numerics/index.ts";
import { createSession, type Pool, type Session, type Tensors } from "../runtime/index.ts";
import type { Tensor } from "../tensor.ts";
import { requireFit, type TrainingData } from "./batches.ts";
import { type Checkpoint, requireCheckpointFits } from "./checkpoint.ts";
import { createEvaluator, type Evaluation } from "./evaluate.ts";
import { feedMaker } from "./feeds.ts";
import type { LossKind } from "./loss.ts";
import { type OptimizerSpec, resolveOptimizer } from "./optimizers.ts";
import { requireSteps } from "./require-steps.ts";
import { resolveSchedule, type Schedule } from "./schedule.ts";
import {
  buildStepGraph,
  type NamedTensors,
  RECORDS,
  type StateArray,
  stateInput,
  type TrainableModel,
} from "./step.ts";

/** How to train. */
export interface TrainerOptions {
  readonly data: TrainingData;
  /** First values of parameters that are inputs of the graph. */
  readonly initial?: NamedTensors;
  /** Orders the examples. */
  readonly stream: RandomStream;
  readonly rate: number | Schedule;
  /** Default plain gradient descent. */
  readonly optimizer?: OptimizerSpec;
  /** Default "cross-entropy". */
  readonly loss?: LossKind;
  /** What the output is compared with. Default "labels" (one-hot); "inputs" for autoencoders. */
  readonly targets?: "labels" | "inputs";
  /** Steps inside one run of the engine: more means less copying, fewer means a faster reaction. Default 20. */
  readonly stepsPerRun?: number;
  /** Threads inside one operator. Default 1. */
  readonly threads?: number;
  /** Train on the least occupied thread of this pool, so that several trainings run at once. */
  readonly pool?: Pool;
  /** Go on from here. */
  readonly resume?: Checkpoint;
}

/** What some steps of training gave. */
export interface TrainingRecord {
  /** Number of the first step, counted from 0 since the start of the training. */
  readonly firstStep: number;
  /** Loss of every step, before its update. */
  readonly loss: Float64Array;
  /** Share of the batch whose largest output is the right class; null for mse, or when no step was made. */
  readonly accuracy: Float64Array | null;
  /** "diverged": the loss of the last step is not finite. "interrupted": the signal came. */
  readonly state: "trained" | "diverged" | "interrupted";
}

/** A training in progress. */
export interface Trainer {
  /** Steps done so far. */
  readonly step: number;
  /** Number of examples in a batch, the model's own. */
  readonly batch: number;
  /** Makes `steps` more steps. */
  run(steps: number, options?: WorkOptions): Promise<TrainingRecord>;
  /** Loss and accuracy of all examples under the current parameters. */
  evaluate(data: TrainingData): Promise<Evaluation>;
  /** The current parameters by name. */
  parameters(): Promise<Map<string, Tensor>>;
  checkpoint(): Promise<Checkpoint>;
  release(): Promise<void>;
}

/**
 * Prepares a training.
 *
 * @param model - a NetworkGraph, or any graph with float32 weights; its first axis is the batch
 * @throws SpecError for wrong options, missing labels, or a checkpoint of another training; ShapeError when data and
 *   model do not fit; UnsupportedOpError when an operator has no derivative
 * Cost of a step: about three forward passes.
 * @example
 * ```ts
 * import { GraphBuilder, matmul, tensorOf } from "isinglass/engine";
 * import { createStream } from "isinglass/numerics";
 *
 * const b = new GraphBuilder("linear");
 * const x = b.input("x", "float32", [10, 4]);
 * const w = b.parameter(tensorOf("float32", [4, 2], new Float32Array(8)), "w");
 * const logits = b.output(matmul(b, x, w));
 * const model = { graph: b.build(), input: x, logits, parameters: [w] };
 * const inputs = new Float32Array(400).fill(1);
 * const labels = new Uint8Array(100);
 * const data = { name: "toy", inputs, labels, count: 100, shape: [4], classes: 2 };
 * const trainer = await createTrainer(model, { data, stream: createStream(1), rate: 0.1 });
 * const { loss } = await trainer.run(50);
 * loss[0]; // => 0.693
 * await trainer.release();
 * ```
 */
export async function createTrainer(model: TrainableModel, options: TrainerOptions): Promise<Trainer> {
  const { data, initial = {}, stepsPerRun = 20, threads = 1, resume } = options;
  const { loss = "cross-entropy", targets = "labels" } = options;
  const optimizer = resolveOptimizer(options.optimizer ?? { kind: "sgd" });
  const schedule = resolveSchedule(options.rate);
  requireSteps(stepsPerRun, "steps per run");
  const targetsAreInputs = targets === "inputs";
  const kinds = { loss, targetsAreInputs };
  const graph = buildStepGraph(model, initial, { ...kinds, optimizer });
  requireFit(data, graph.inputShape, graph.outputShape, !targetsAreInputs);
  if (resume !== undefined) requireCheckpointFits(resume, optimizer, graph.state);
  const stream = resume === undefined ? options.stream : restoreStream(resume.stream);
  const feedsOf = feedMaker({ data, graph, optimizer, schedule, stream, targetsAreInputs });
  const prepare = options.pool?.createSession ?? createSession;
  const session = await prepare(graph.bytes, { threads, optimize: "fuse" });
  const start = graph.state.map((array) => [array.input, resume?.arrays.get(array.name) ?? array.initial]);
  await session.bind(Object.fromEntries(start) as Tensors);
  const evaluator = createEvaluator(model, kinds, session, threads);
  const stepper = createStepper(session, graph.state, feedsOf, stepsPerRun, resume?.step ?? 0);
  const readState = async (names: readonly string[]): Promise<Map<string, Tensor>> => {
    const arrays = await session.read(names.map(stateInput));
    return new Map(names.map((name) => [name, arrays[stateInput(name)] as Tensor]));
  };
  return {
    get step() {
      return stepper.step;
    },
    batch: graph.inputShape[0] as number,
    run: (steps, work) => stepper.run(steps, work),
    evaluate: (examples) => evaluator.evaluate(examples),
    parameters: () => readState(model.parameters.map(({ name }) => name)),
    checkpoint: async () => ({
      step: stepper.step,
      stream: stream.save(),
      optimizer,
      arrays: await readState(graph.state.map(({ name }) => name)),
    }),
    release: async () => {
      await evaluator.release();
      await session.release();
    },
  };
}

/** Runs steps and counts them. */
interface Stepper {
  readonly step: number;
  run(steps: number, options?: WorkOptions): Promise<TrainingRecord>;
}

function createStepper(
  session: Session,
  state: readonly StateArray[],
  feedsOf: (first: number, steps: number) => Tensors,
  stepsPerRun: number,
  resumedAt: number,
): Stepper {
  const keep = Object.fromEntries(state.map(({ input, output }) => [output, input]));
  let step = resumedAt;
  const run = async (steps: number, { signal, onProgress }: WorkOptions = {}): Promise<TrainingRecord> => {
    requireSteps(steps, "steps");
    const firstStep = step;
    const end = firstStep + steps;
    const losses: number[] = [];
    const hits: number[] = [];
    const finish = (ended: TrainingRecord["state"]): TrainingRecord => ({
      firstStep,
      loss: Float64Array.from(losses),
      accuracy: hits.length === 0 ? null : Float64Array.from(hits),
      state: ended,
    });
    const sizeAt = (at: number): number => Math.min(stepsPerRun, end - at);
    let feeds = feedsOf(step, sizeAt(step));
    while (step < end) {
      if (signal?.aborted) return finish("interrupted");
      const count = sizeAt(step);
      const running = session.run(feeds, { keep, transfer: true });
      // The next batches are gathered while the engine works.
      if (step + count < end) feeds = feedsOf(step + count, sizeAt(step + count));
      const records = await running;
      step += count;
      const loss = (records[RECORDS.loss] as Tensor<"float32">).data;
      losses.push(...loss);
      hits.push(...((records[RECORDS.hits]?.data as Float32Array | undefined) ?? []));
      const note = `loss ${(losses.at(-1) as number).toPrecision(4)}`;
      onProgress?.({ stage: "training", done: step - firstStep, total: steps, note });
      if (!loss.every(Number.isFinite)) return finish("diverged");
    }
    return finish("trained");
  };
  return {
    get step() {
      return step;
    },
    run,
  };
}
