/**
 * Trains a generator against a discriminator and says what came of it: curves of both losses and of the discriminator's
 * accuracy, a Frechet score of generated against test examples, the classes reached, and samples of fixed noise.
 */
import { type Estimate, SpecError, type WorkOptions } from "../base/index.ts";
import type { Dataset } from "../data/index.ts";
import {
  ADVERSARIAL_OPTIMIZER,
  type AdversarialRecord,
  type Checkpoint,
  createAdversarialTrainer,
  type OptimizerSpec,
  type Pool,
  type Schedule,
  type Tensor,
} from "../engine/index.ts";
import { buildNetwork, initialize, type NetworkSpec, type ParameterValues } from "../networks/index.ts";
import { meanWithError, type RandomStream } from "../numerics/index.ts";
import { type ClassCoverage, coverageOf, trainSorter } from "./coverage.ts";
import { fitComponents, frechetScore, momentsOf } from "./frechet.ts";
import { requireBatch } from "./training.ts";

/** The two networks. */
export interface AdversarialSpecs {
  readonly generator: NetworkSpec;
  readonly discriminator: NetworkSpec;
}

/** How to train. */
export interface AdversarialTrainingOptions extends WorkOptions {
  readonly batch: number;
  readonly steps: number;
  /** Default 2e-4 (Radford et al. 2016). */
  readonly rate?: number | Schedule;
  /** Default Adam with beta1 = 0.5. */
  readonly optimizer?: OptimizerSpec;
  readonly threads?: number;
  readonly pool?: Pool;
  /** Examples that generated ones are compared with. Default: the training examples. */
  readonly test?: Dataset | null;
  /** Steps between two entries of the history. Default: one pass through the data, at most a tenth of all steps. */
  readonly stepsPerEntry?: number;
  /** First values of the parameters. Default: drawn as the specifications say. */
  readonly initial?: { readonly generator?: ParameterValues; readonly discriminator?: ParameterValues };
  /** Pictures drawn from fixed noise at the end. Default 64. */
  readonly samples?: number;
  readonly resume?: Checkpoint;
}

/** Means over the steps since the last entry. */
export interface AdversarialEntry {
  readonly step: number;
  readonly discriminatorLoss: number;
  readonly generatorLoss: number;
  readonly realAccuracy: number;
  readonly fakeAccuracy: number;
}

/** Result of a training. */
export interface AdversarialTraining {
  readonly state: "trained" | "diverged" | "interrupted";
  readonly steps: number;
  readonly history: readonly AdversarialEntry[];
  /** Frechet score: 1 is the true distribution, 0 the mean example again and again. Null after a divergence. */
  readonly score: Estimate | null;
  /** The score that as many real training examples reach. */
  readonly ceiling: Estimate | null;
  /** Null without labels. */
  readonly coverage: ClassCoverage | null;
  /** Generated examples [samples, ...shape], in the scale of the data as they were trained on. */
  readonly samples: Float32Array;
  readonly parameters: {
    readonly generator: ReadonlyMap<string, Tensor>;
    readonly discriminator: ReadonlyMap<string, Tensor>;
  };
  readonly checkpoint: Checkpoint;
}

/** Groups of generated examples that the error of the score is over, and examples in each. */
const GROUPS = 5;
const GROUP_SIZE = 1000;

/**
 * Maps data linearly to [-1, 1], the range of a generator that ends with tanh; the range is that of the training part.
 *
 * @example
 * ```ts
 * import { loadDataset } from "isinglass/data";
 * import { scaleToUnitRange } from "isinglass/runs";
 *
 * const { train } = scaleToUnitRange(await loadDataset("mixture:4", { train: 100 }));
 * Math.max(...train.inputs); // => 1
 * ```
 */
export function scaleToUnitRange<T extends { readonly train: Dataset; readonly test: Dataset | null }>(
  parts: T,
): { readonly train: Dataset; readonly test: Dataset | null } {
  let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const value of parts.train.inputs) {
    if (value < low) low = value;
    if (value > high) high = value;
  }
  const scale = (data: Dataset): Dataset => ({
    ...data,
    inputs: data.inputs.map((value) => (2 * (value - low)) / (high - low) - 1),
    provenance: [...data.provenance, `mapped from [${low}, ${high}] to [-1, 1]`],
  });
  return { train: scale(parts.train), test: parts.test === null ? null : scale(parts.test) };
}

/**
 * Trains both networks.
 *
 * @param stream forked for the parameters, the order of the examples, the noise and the judgement
 * @throws SpecError when a specification is of another kind, ShapeError when the networks and the data do not fit
 */
export async function trainAdversarial(
  specs: AdversarialSpecs,
  data: Dataset,
  stream: RandomStream,
  options: AdversarialTrainingOptions,
): Promise<AdversarialTraining> {
  const {
    batch,
    steps,
    rate = 2e-4,
    optimizer = ADVERSARIAL_OPTIMIZER,
    threads,
    signal,
    onProgress,
  } = options;
  requireBatch(data, batch);
  const models = {
    generator: buildPart("generator", specs, batch),
    discriminator: buildPart("discriminator", specs, batch),
  };
  const draw = (part: keyof AdversarialSpecs): ParameterValues =>
    options.initial?.[part] ??
    initialize(models[part], specs[part].initialization, stream.fork("parameters").fork(part)).values;
  const trainer = await createAdversarialTrainer(models, {
    ...{ data, rate, optimizer },
    initial: { generator: draw("generator"), discriminator: draw("discriminator") },
    stream: stream.fork("training"),
    ...(threads === undefined ? {} : { threads }),
    ...(options.pool === undefined ? {} : { pool: options.pool }),
    ...(options.resume === undefined ? {} : { resume: options.resume }),
  });
  try {
    const perEpoch = Math.max(1, Math.floor(data.count / batch));
    const perEntry = options.stepsPerEntry ?? Math.max(1, Math.min(perEpoch, Math.ceil(steps / 10)));
    const history: AdversarialEntry[] = [];
    let state: AdversarialTraining["state"] = "trained";
    while (trainer.step < steps && state === "trained") {
      const first = trainer.step;
      const record = await trainer.run(Math.min(perEntry, steps - first), {
        ...(signal === undefined ? {} : { signal }),
        onProgress: ({ done, note }) =>
          onProgress?.({
            ...{ stage: "training", done: first + done, total: steps },
            ...(note === undefined ? {} : { note }),
          }),
      });
      state = record.state;
      if (record.generatorLoss.length > 0) history.push(entryOf(trainer.step, record));
    }
    const sample = (count: number, label: string): Promise<Float32Array> =>
      trainer.sample(count, stream.fork(label));
    const judged = state === "trained" ? await judge(sample, data, options, stream) : null;
    return {
      ...{ state, steps: trainer.step, history },
      score: judged?.score ?? null,
      ceiling: judged?.ceiling ?? null,
      coverage: judged?.coverage ?? null,
      samples: await sample(options.samples ?? 64, "samples"),
      parameters: await trainer.parameters(),
      checkpoint: await trainer.checkpoint(),
    };
  } finally {
    await trainer.release();
  }
}

function buildPart(part: keyof AdversarialSpecs, specs: AdversarialSpecs, batch: number) {
  const spec = specs[part];
  if (spec.kind !== part) {
    throw new SpecError(`training: the ${part} is a specification of kind ${spec.kind}`, {
      hint: `write ${part}: before it`,
    });
  }
  return buildNetwork(spec, { batch });
}

const mean = (values: Float64Array): number => values.reduce((sum, value) => sum + value, 0) / values.length;

function entryOf(step: number, record: AdversarialRecord): AdversarialEntry {
  return {
    step,
    discriminatorLoss: mean(record.discriminatorLoss),
    generatorLoss: mean(record.generatorLoss),
    realAccuracy: mean(record.realAccuracy),
    fakeAccuracy: mean(record.fakeAccuracy),
  };
}

/** Compares generated examples with the test part, and training examples with it as the best that can be. */
async function judge(
  sample: (count: number, label: string) => Promise<Float32Array>,
  train: Dataset,
  { test, threads, signal }: AdversarialTrainingOptions,
  stream: RandomStream,
): Promise<Pick<AdversarialTraining, "score" | "ceiling" | "coverage">> {
  const held = test ?? train;
  const space = await fitComponents(train);
  const real = momentsOf(space, held.inputs, Math.min(held.count, GROUPS * GROUP_SIZE));
  const size = train.inputs.length / train.count;
  const inGroups = (inputs: Float32Array, each: number, groups: number): number[] =>
    Array.from({ length: groups }, (_, k) =>
      frechetScore(real, momentsOf(space, inputs.subarray(k * each * size, (k + 1) * each * size), each)),
    );
  const made = await sample(GROUPS * GROUP_SIZE, "judged");
  const scores = inGroups(made, GROUP_SIZE, GROUPS);
  const each = Math.min(GROUP_SIZE, Math.floor(train.count / GROUPS));
  const best = each < 2 ? null : meanWithError(inGroups(train.inputs, each, GROUPS));
  const method = `1 - Frechet distance / variance, ${GROUPS} times ${GROUP_SIZE} examples`;
  const finite = scores.every(Number.isFinite);
  const hasClasses = train.labels !== null && (train.classes ?? 0) > 1;
  return {
    score: finite ? { ...meanWithError(scores), method } : null,
    ceiling: best === null ? null : { ...best, method: "the same of training examples" },
    coverage: hasClasses && finite ? await coverage(made, train, stream, threads, signal) : null,
  };
}

async function coverage(
  made: Float32Array,
  train: Dataset,
  stream: RandomStream,
  threads: number | undefined,
  signal: AbortSignal | undefined,
): Promise<ClassCoverage> {
  const sorter = await trainSorter(train, stream.fork("sorter"), {
    ...(threads === undefined ? {} : { threads }),
    ...(signal === undefined ? {} : { signal }),
  });
  const count = GROUPS * GROUP_SIZE;
  return coverageOf(await sorter.sort(made, count), sorter.classes);
}
