/**
 * One door to the training of all families: MLPs, CNNs and ResNets (test accuracy), autoencoders (reproduced share of the
 * test variance) and GANs (Frechet score), with the same curves and one final number, so that predictions of trainability
 * can be checked alike.
 */
import type { Estimate, WorkOptions } from "../../base/index.ts";
import type { Dataset } from "../../data/index.ts";
import type { Checkpoint, OptimizerSpec, Pool, Schedule, Tensor } from "../../engine/index.ts";
import type { NetworkSpec } from "../../networks/index.ts";
import { createStream } from "../../numerics/index.ts";
import { type AdversarialSpecs, type AdversarialTraining, trainAdversarial } from "../adversarial.ts";
import { trainSpec } from "../training.ts";
import { curvesOf, type TrainingCurve } from "./curves.ts";
import { begin, type FamilyInitialization } from "./initialization.ts";
import { chanceOf, failed, finalEstimate } from "./score.ts";

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
    chance: chanceOf(spec, train),
    checkpoint: training.checkpoint,
    parameters: training.parameters,
    adversarial: null,
  };
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
