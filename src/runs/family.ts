/**
 * One door to the training of all families: MLPs, CNNs and ResNets (test accuracy), autoencoders (reproduced share of the
 * test variance) and GANs (Frechet score), with the same curves and one final number, so that predictions of trainability
 * can be checked alike.
 */
import { type Estimate, SpecError, type WorkOptions } from "../base/index.ts";
import { type Dataset, exampleSize } from "../data/index.ts";
import type { Checkpoint, OptimizerSpec, Pool, Schedule, Tensor } from "../engine/index.ts";
import { drawWithVariances, type LayerVariance } from "../flow/index.ts";
import {
  type InitializationSpec,
  type NetworkSpec,
  type ParameterValues,
  resolveActivation,
  type SchemeName,
} from "../networks/index.ts";
import { createStream } from "../numerics/index.ts";
import { solveReachableCritical } from "../signal/index.ts";
import { type AdversarialSpecs, type AdversarialTraining, trainAdversarial } from "./adversarial.ts";
import { type SpecTraining, trainSpec } from "./training.ts";

/** How parameters begin: a named scheme, "critical" for mean-field criticality, or variances layer by layer. */
export type FamilyInitialization =
  | SchemeName
  | "critical"
  | InitializationSpec
  | { readonly sigmaW2: readonly number[]; readonly sigmaB2: readonly number[] };

/** How to train. */
export interface FamilyOptions extends WorkOptions {
  readonly seed: number;
  readonly batch: number;
  readonly steps: number;
  readonly rate: number | Schedule;
  /** Default Adam; for GANs with beta1 = 0.5. */
  readonly optimizer?: OptimizerSpec;
  /** Default: as the specification says. For GANs of both networks. */
  readonly initialization?: FamilyInitialization;
  /** Bias variance of "critical" for activations that need one. Default 0.05. */
  readonly criticalBias?: number;
  readonly threads?: number;
  readonly pool?: Pool;
  readonly stepsPerEntry?: number;
  readonly resume?: Checkpoint;
}

/** One curve: values at steps. */
export interface TrainingCurve {
  readonly name: string;
  readonly steps: readonly number[];
  readonly values: readonly number[];
}

/** Result of a training of any family. */
export interface FamilyTraining {
  readonly family: "classifier" | "autoencoder" | "gan";
  readonly state: "trained" | "diverged" | "interrupted";
  readonly steps: number;
  readonly curves: readonly TrainingCurve[];
  /**
   * Test accuracy, reproduced share of the test variance, or Frechet score. After a divergence that of guessing: 1 / classes
   * or 0.
   */
  readonly final: Estimate;
  /** What `final` is when nothing was learned. */
  readonly chance: number;
  readonly checkpoint: Checkpoint;
  /** By name; those of GANs begin with "generator." and "discriminator.". */
  readonly parameters: ReadonlyMap<string, Tensor>;
  /** What only a GAN has. */
  readonly adversarial: AdversarialTraining | null;
}

const BIAS = 0.05;

/**
 * A specification with another initialisation.
 *
 * @throws SpecError when no weight variance is critical for the activation
 * @example
 * ```ts
 * import { parseNetwork } from "isinglass/networks";
 * import { withInitialization } from "isinglass/runs";
 *
 * withInitialization(parseNetwork("4-8-2 tanh"), "critical").initialization.sigmaW2; // => 1.76095
 * ```
 */
export function withInitialization(
  spec: NetworkSpec,
  initialization: SchemeName | "critical" | InitializationSpec,
  criticalBias: number = BIAS,
): NetworkSpec {
  const none = { sigmaW2: null, sigmaB2: null, sigmaV2: null, sigmaA2: null };
  if (typeof initialization !== "string") return { ...spec, initialization };
  if (initialization !== "critical") {
    return { ...spec, initialization: { ...none, scheme: initialization } };
  }
  const point = solveReachableCritical(resolveActivation(spec.activation), criticalBias);
  if (point === null) {
    throw new SpecError(`initialisation "critical": ${spec.activation} has no critical point`, {
      hint: "give variances: sw2=... sb2=...",
    });
  }
  return {
    ...spec,
    initialization: {
      ...none,
      scheme: "gaussian",
      sigmaW2: point.sigmaW2,
      sigmaB2: spec.bias ? point.sigmaB2 : null,
    },
  };
}

/** The specification, and first values where they differ from layer to layer. */
function begin(
  spec: NetworkSpec,
  { initialization, criticalBias, seed }: FamilyOptions,
): { readonly spec: NetworkSpec; readonly initial?: ParameterValues } {
  if (initialization === undefined) return { spec };
  if (typeof initialization === "string" || "scheme" in initialization) {
    return { spec: withInitialization(spec, initialization, criticalBias) };
  }
  const { sigmaW2, sigmaB2 } = initialization;
  const variances = sigmaW2.map((variance, i): LayerVariance => {
    const bias = sigmaB2[i];
    if (bias === undefined) {
      throw new SpecError(`initialisation: ${sigmaW2.length} weight and ${sigmaB2.length} bias variances`, {
        hint: "Give one of each for every weight layer.",
      });
    }
    return { layer: String(i), sigmaW2: variance, sigmaB2: bias };
  });
  const stream = createStream(seed).fork("train").fork("parameters").fork(spec.kind);
  return { spec, initial: drawWithVariances(spec, variances, stream) };
}

/**
 * Trains a network, or a generator and its discriminator.
 *
 * @param specs - one specification, or both of a GAN
 * @param data - training and test part; for a GAN whose generator ends with tanh in [-1, 1] (see `scaleToUnitRange`)
 * @returns curves (loss, accuracy and those of the test; for GANs both losses and accuracies) and the final number
 * @throws SpecError when data, networks and options do not fit
 * @example
 * ```ts
 * import { loadDataset } from "isinglass/data";
 * import { parseNetwork } from "isinglass/networks";
 * import { trainFamily } from "isinglass/runs";
 *
 * const parts = await loadDataset("mixture:8:3:6", { train: 300, test: 100 });
 * const options = { seed: 1, batch: 20, steps: 60, rate: 0.01, initialization: "critical" } as const;
 * const { final, curves } = await trainFamily(parseNetwork("8-16x2-3 tanh"), parts, options);
 * final.value > 0.9; // => true
 * curves.map(({ name }) => name); // => ["loss", "accuracy", "test loss", "test accuracy"]
 * ```
 */
export async function trainFamily(
  specs: NetworkSpec | AdversarialSpecs,
  data: { readonly train: Dataset; readonly test: Dataset | null },
  options: FamilyOptions,
): Promise<FamilyTraining> {
  return "generator" in specs ? trainGan(specs, data, options) : trainOne(specs, data, options);
}

/** What both ways hand on. */
function sharedOptions(options: FamilyOptions) {
  const { threads, pool, stepsPerEntry, resume, signal, onProgress } = options;
  return {
    ...(threads === undefined ? {} : { threads }),
    ...(pool === undefined ? {} : { pool }),
    ...(stepsPerEntry === undefined ? {} : { stepsPerEntry }),
    ...(resume === undefined ? {} : { resume }),
    ...(signal === undefined ? {} : { signal }),
    ...(onProgress === undefined ? {} : { onProgress }),
  };
}

async function trainOne(
  given: NetworkSpec,
  { train, test }: { readonly train: Dataset; readonly test: Dataset | null },
  options: FamilyOptions,
): Promise<FamilyTraining> {
  const { spec, initial } = begin(given, options);
  const { batch, steps, rate, optimizer = { kind: "adam" }, seed } = options;
  const held = test ?? train;
  const training = await trainSpec(spec, train, createStream(seed).fork("train"), {
    ...{ batch, steps, rate, optimizer, test: held, testsEntries: true },
    ...sharedOptions(options),
    ...(initial === undefined ? {} : { initial }),
  });
  const isAutoencoder = spec.kind === "autoencoder";
  return {
    family: isAutoencoder ? "autoencoder" : "classifier",
    state: training.state,
    steps: training.steps,
    curves: curvesOf(training),
    final: finalEstimate(spec, training, held),
    chance: isAutoencoder ? 0 : 1 / (train.classes ?? 1),
    checkpoint: training.checkpoint,
    parameters: training.parameters,
    adversarial: null,
  };
}

/** Loss and accuracy on the training batches and on the test examples. */
export function curvesOf({ history }: SpecTraining): TrainingCurve[] {
  const curve = (
    name: string,
    pick: (entry: SpecTraining["history"][number]) => number | null | undefined,
  ) => {
    const kept = history.flatMap((entry) => {
      const value = pick(entry);
      return value === null || value === undefined ? [] : [{ step: entry.step, value }];
    });
    return { name, steps: kept.map(({ step }) => step), values: kept.map(({ value }) => value) };
  };
  return [
    curve("loss", ({ loss }) => loss),
    curve("accuracy", ({ accuracy }) => accuracy),
    curve("test loss", ({ test }) => test?.loss),
    curve("test accuracy", ({ test }) => test?.accuracy),
  ].filter(({ steps }) => steps.length > 0);
}

/** What a training ends with on held examples: accuracy, or reproduced share of the variance of an autoencoder. */
export function finalEstimate(
  { kind }: NetworkSpec,
  training: Pick<SpecTraining, "test">,
  held: Dataset,
): Estimate {
  return kind === "autoencoder" ? reproducedShare(training, held) : testAccuracy(training, held);
}

function testAccuracy({ test }: Pick<SpecTraining, "test">, { count, classes }: Dataset): Estimate {
  if (test?.accuracy === null || test?.accuracy === undefined) return failed(1 / (classes ?? 1));
  const value = test.accuracy;
  return { value, stderr: Math.sqrt((value * (1 - value)) / count), n: count, method: "test accuracy" };
}

function failed(value: number): Estimate {
  return { value, stderr: null, n: 0, method: "that of guessing: the training did not end" };
}

/** 1 - mean square error / variance of the test examples. */
function reproducedShare({ test }: Pick<SpecTraining, "test">, data: Dataset): Estimate {
  if (test === null || !Number.isFinite(test.loss)) return failed(0);
  return {
    value: 1 - test.loss / varianceOf(data),
    stderr: null,
    n: data.count,
    method: "1 - mean square error / variance of the test examples",
  };
}

/** Mean over positions of the variance over examples: the mean square error of answering with the mean. */
export function varianceOf(data: Dataset): number {
  const { inputs, count } = data;
  const size = exampleSize(data);
  const [sums, squares] = [new Float64Array(size), new Float64Array(size)];
  for (let i = 0; i < inputs.length; i++) {
    const value = inputs[i] as number;
    sums[i % size] = (sums[i % size] as number) + value;
    squares[i % size] = (squares[i % size] as number) + value * value;
  }
  const total = squares.reduce(
    (sum, square, i) => sum + square / count - ((sums[i] as number) / count) ** 2,
    0,
  );
  return total / size;
}

async function trainGan(
  specs: AdversarialSpecs,
  { train, test }: { readonly train: Dataset; readonly test: Dataset | null },
  options: FamilyOptions,
): Promise<FamilyTraining> {
  const { batch, steps, rate, optimizer, seed } = options;
  const made = begin(specs.generator, options);
  const judged = begin(specs.discriminator, options);
  const initial = {
    ...(made.initial === undefined ? {} : { generator: made.initial }),
    ...(judged.initial === undefined ? {} : { discriminator: judged.initial }),
  };
  const training = await trainAdversarial(
    { generator: made.spec, discriminator: judged.spec },
    train,
    createStream(seed).fork("train"),
    {
      ...{ batch, steps, rate, test, initial },
      ...(optimizer === undefined ? {} : { optimizer }),
      ...sharedOptions(options),
    },
  );
  const entrySteps = training.history.map(({ step }) => step);
  const curve = (name: string, key: keyof AdversarialTraining["history"][number]): TrainingCurve => ({
    name,
    steps: entrySteps,
    values: training.history.map((entry) => entry[key]),
  });
  return {
    family: "gan",
    state: training.state,
    steps: training.steps,
    curves: [
      curve("discriminator loss", "discriminatorLoss"),
      curve("generator loss", "generatorLoss"),
      curve("real accuracy", "realAccuracy"),
      curve("fake accuracy", "fakeAccuracy"),
    ],
    final: training.score ?? failed(0),
    chance: 0,
    checkpoint: training.checkpoint,
    parameters: new Map(
      Object.entries(training.parameters).flatMap(([part, values]) =>
        [...values].map(([name, tensor]): [string, Tensor] => [`${part}.${name}`, tensor]),
      ),
    ),
    adversarial: training,
  };
}
