/**
 * Adversarial training of a generator and a discriminator: many steps inside one Scan, losses and accuracies of every
 * step, a checkpoint from which it continues bit for bit. The noise of a step follows from seed and step alone.
 */
import type { WorkOptions } from "../../base/index.ts";
import { type RandomStream, restoreStream } from "../../numerics/index.ts";
import { createSession, type Pool, type Session, type Tensors } from "../runtime/index.ts";
import { sizeOf, type Tensor } from "../tensor.ts";
import { type AdversarialRecord, adversarialFeeds, createAdversarialStepper } from "./adversarial-run.ts";
import {
  ADVERSARIAL,
  type AdversarialModels,
  buildAdversarialStep,
  buildSampler,
  partName,
} from "./adversarial-step.ts";
import { requireFit, type TrainingData } from "./batches.ts";
import { type Checkpoint, requireCheckpointFits } from "./checkpoint.ts";
import { type OptimizerSpec, resolveOptimizer } from "./optimizers.ts";
import { resolveSchedule, type Schedule } from "./schedule.ts";
import { FEEDS, type NamedTensors, stateInput } from "./step.ts";

/** How to train. */
export interface AdversarialOptions {
  /** Real examples; labels are not used. */
  readonly data: TrainingData;
  /** First values of the parameters. */
  readonly initial: { readonly generator: NamedTensors; readonly discriminator: NamedTensors };
  /** Orders the examples and draws the noise. */
  readonly stream: RandomStream;
  readonly rate: number | Schedule;
  /** Default Adam with beta1 = 0.5 (Radford et al. 2016). */
  readonly optimizer?: OptimizerSpec;
  /** Steps inside one run of the engine. Default 10. */
  readonly stepsPerRun?: number;
  /** Threads inside one operator. Default 1. */
  readonly threads?: number;
  readonly pool?: Pool;
  /** Go on from here. */
  readonly resume?: Checkpoint;
}

/** An adversarial training in progress. */
export interface AdversarialTrainer {
  readonly step: number;
  readonly batch: number;
  run(steps: number, options?: WorkOptions): Promise<AdversarialRecord>;
  /** `count` generated examples, row by row, from noise of this stream. */
  sample(count: number, stream: RandomStream): Promise<Float32Array>;
  /** The current parameters by name. */
  parameters(): Promise<{
    readonly generator: ReadonlyMap<string, Tensor>;
    readonly discriminator: ReadonlyMap<string, Tensor>;
  }>;
  checkpoint(): Promise<Checkpoint>;
  release(): Promise<void>;
}

/** DCGAN's optimiser. */
export const ADVERSARIAL_OPTIMIZER: OptimizerSpec = { kind: "adam", beta1: 0.5 };

/**
 * Prepares adversarial training.
 *
 * @param models - a generator from noise [batch, ...] to examples and a discriminator from examples to one logit; two
 *   NetworkGraphs of the same batch
 * @throws ShapeError when models and data do not fit; SpecError for wrong options or another training's checkpoint
 * Cost of a step: about two training steps of the generator and four of the discriminator.
 * @example
 * ```ts
 * import { buildNetwork, initialize, parseNetwork } from "isinglass/networks";
 * import { createStream } from "isinglass/numerics";
 *
 * const stream = createStream(1);
 * const make = (text: string) => {
 *   const spec = parseNetwork(text);
 *   const network = buildNetwork(spec, { batch: 10 });
 *   return { network, values: initialize(network, spec.initialization, stream.fork(text)).values };
 * };
 * const generator = make("generator:2-8-3 output=linear");
 * const discriminator = make("discriminator:3-8-1");
 * const inputs = new Float32Array(300).map((_, i) => Math.sin(i));
 * const trainer = await createAdversarialTrainer(
 *   { generator: generator.network, discriminator: discriminator.network },
 *   {
 *     data: { name: "toy", inputs, labels: null, count: 100, shape: [3], classes: null },
 *     initial: { generator: generator.values, discriminator: discriminator.values },
 *     stream,
 *     rate: 2e-4,
 *   },
 * );
 * (await trainer.run(5)).generatorLoss.length; // => 5
 * (await trainer.sample(4, stream)).length; // => 12
 * await trainer.release();
 * ```
 */
export async function createAdversarialTrainer(
  models: AdversarialModels,
  options: AdversarialOptions,
): Promise<AdversarialTrainer> {
  const { data, initial, threads = 1, stepsPerRun = 10, resume } = options;
  const optimizer = resolveOptimizer(options.optimizer ?? ADVERSARIAL_OPTIMIZER);
  const schedule = resolveSchedule(options.rate);
  const graph = buildAdversarialStep(models, initial, optimizer);
  requireFit(data, graph.inputShape, [], false);
  if (resume !== undefined) requireCheckpointFits(resume, optimizer, graph.state);
  const stream = resume === undefined ? options.stream : restoreStream(resume.stream);
  const feedsOf = adversarialFeeds({ data, graph, optimizer, schedule, stream });
  const prepare = options.pool?.createSession ?? createSession;
  const session = await prepare(graph.bytes, { threads, optimize: "fuse" });
  const start = graph.state.map((array) => [array.input, resume?.arrays.get(array.name) ?? array.initial]);
  await session.bind(Object.fromEntries(start) as Tensors);
  const stepper = createAdversarialStepper(session, graph.state, feedsOf, stepsPerRun, resume?.step ?? 0);
  const readState = async (names: readonly string[]): Promise<Map<string, Tensor>> => {
    const arrays = await session.read(names.map(stateInput));
    return new Map(names.map((name) => [name, arrays[stateInput(name)] as Tensor]));
  };
  const readPart = async (part: "generator" | "discriminator") => {
    const names = models[part].parameters.map(({ name }) => name);
    const arrays = await readState(names.map((name) => partName(part, name)));
    return new Map(names.map((name) => [name, arrays.get(partName(part, name)) as Tensor]));
  };
  let sampler: Promise<Session> | null = null;
  const sample = async (count: number, noiseStream: RandomStream): Promise<Float32Array> => {
    sampler ??= createSession(buildSampler(models), { threads, share: session });
    const batch = graph.noiseShape[0] as number;
    const batches = Math.ceil(count / batch);
    const noise = new Float32Array(batches * sizeOf(graph.noiseShape));
    noiseStream.fillNormal(noise, 1);
    const shape = [batches, ...graph.noiseShape];
    const records = await (await sampler).run({
      [ADVERSARIAL.noise]: { dtype: "float32", shape, data: noise },
    });
    const size = sizeOf(graph.inputShape) / (graph.inputShape[0] as number);
    return (records[FEEDS.inputs] as Tensor<"float32">).data.slice(0, count * size);
  };

  return {
    get step() {
      return stepper.step;
    },
    batch: graph.inputShape[0] as number,
    run: (steps, work) => stepper.run(steps, work),
    sample,
    parameters: async () => ({
      generator: await readPart("generator"),
      discriminator: await readPart("discriminator"),
    }),
    checkpoint: async () => ({
      step: stepper.step,
      stream: stream.save(),
      optimizer,
      arrays: await readState(graph.state.map(({ name }) => name)),
    }),
    release: async () => {
      await (await sampler)?.release();
      await session.release();
    },
  };
}
