/**
 * Trains a specification epoch by epoch; stops at divergence, keeps what was done at an interruption. Classifiers minimise
 * the cross-entropy of their labels, autoencoders the mean square of the difference between output and input.
 */
import { ConvergenceError, SpecError, type WorkOptions } from "../base/index.ts";
import type { Dataset } from "../data/index.ts";
import {
  type Checkpoint,
  createTrainer,
  type Evaluation,
  type OptimizerSpec,
  type Pool,
  type Schedule,
  type Tensor,
} from "../engine/index.ts";
import { buildNetwork, initialize, type NetworkSpec, type ParameterValues } from "../networks/index.ts";
import type { RandomStream } from "../numerics/index.ts";

/** A training whose loss ends above this many times the loss it began with has diverged. */
export const DIVERGED_FACTOR = 10;

/** How to train. */
export interface TrainSpecOptions extends WorkOptions {
  readonly batch: number;
  /** Steps in total. */
  readonly steps: number;
  readonly rate: number | Schedule;
  readonly optimizer: OptimizerSpec;
  readonly threads?: number;
  /** Train on a thread of this pool, beside other trainings. */
  readonly pool?: Pool;
  /** Examples that accuracy is reported on. */
  readonly test?: Dataset | null;
  /** Steps between two entries of the history. Default: one pass through the data. */
  readonly stepsPerEntry?: number;
  /** Whether loss and accuracy on the test examples are measured for every entry, not only at the end. Default false. */
  readonly testsEntries?: boolean;
  /** First values of the parameters. Default: drawn as the specification says. */
  readonly initial?: ParameterValues;
  readonly resume?: Checkpoint;
}

/** A point of the training curve. */
export interface TrainingEntry {
  readonly step: number;
  /** Mean over the steps since the last entry. */
  readonly loss: number;
  readonly accuracy: number | null;
  /** On the test examples, where `testsEntries` asks for it. */
  readonly test?: Evaluation;
}

/** Result of a training. */
export interface SpecTraining {
  /** "diverged": the loss is not finite, or ended above `DIVERGED_FACTOR` times that of the first step. */
  readonly state: "trained" | "diverged" | "interrupted";
  readonly steps: number;
  readonly history: readonly TrainingEntry[];
  /** Loss and accuracy on all training examples; null after a divergence. */
  readonly train: Evaluation | null;
  readonly test: Evaluation | null;
  readonly parameters: ReadonlyMap<string, Tensor>;
  readonly checkpoint: Checkpoint;
}

/** Loss and targets of a kind of network. */
export function objectiveOf({ kind }: NetworkSpec): {
  readonly loss: "cross-entropy" | "mse";
  readonly targets: "labels" | "inputs";
} {
  return kind === "autoencoder"
    ? { loss: "mse", targets: "inputs" }
    : { loss: "cross-entropy", targets: "labels" };
}

/**
 * Trains a specification: classifiers on labelled data, autoencoders on any.
 *
 * @param stream forked for the parameters and for the order of the examples
 * @throws SpecError without labels, or for a generator or discriminator alone; ShapeError when data and network do not fit
 */
export async function trainSpec(
  spec: NetworkSpec,
  data: Dataset,
  stream: RandomStream,
  options: TrainSpecOptions,
): Promise<SpecTraining> {
  const { batch, steps, rate, optimizer, threads, test = null, resume, signal, onProgress } = options;
  requireTrainableSpec(spec, data, batch);
  const network = buildNetwork(spec, { batch });
  const initial =
    options.initial ?? initialize(network, spec.initialization, stream.fork("parameters")).values;
  const trainer = await createTrainer(network, {
    ...{ data, initial, rate, optimizer },
    ...objectiveOf(spec),
    stream: stream.fork("order"),
    ...(threads === undefined ? {} : { threads }),
    ...(options.pool === undefined ? {} : { pool: options.pool }),
    ...(resume === undefined ? {} : { resume }),
  });
  try {
    const perEntry = options.stepsPerEntry ?? Math.max(1, Math.floor(data.count / batch));
    const history: TrainingEntry[] = [];
    let state: SpecTraining["state"] = "trained";
    // guessing costs log(classes); a training that is continued may begin below
    let beginning = spec.kind === "autoencoder" ? 0 : Math.log(data.classes ?? 1);
    while (trainer.step < steps && state === "trained") {
      const first = trainer.step;
      const record = await trainer.run(Math.min(perEntry, steps - first), {
        ...(signal === undefined ? {} : { signal }),
        onProgress: ({ done, note }) =>
          onProgress?.({
            stage: "training",
            done: first + done,
            total: steps,
            ...(note === undefined ? {} : { note }),
          }),
      });
      state = record.state;
      if (history.length === 0) beginning = Math.max(beginning, record.loss[0] ?? 0);
      if (record.loss.length > 0) {
        history.push({
          step: trainer.step,
          loss: mean(record.loss),
          accuracy: record.accuracy === null ? null : mean(record.accuracy),
          ...(options.testsEntries === true && test !== null && state === "trained"
            ? { test: await trainer.evaluate(test) }
            : {}),
        });
      }
    }
    let train = state === "trained" ? await trainer.evaluate(data) : null;
    if (train !== null && !(train.loss <= DIVERGED_FACTOR * beginning)) {
      history.push({ step: trainer.step, loss: train.loss, accuracy: train.accuracy });
      [state, train] = ["diverged", null];
    }
    return {
      state,
      steps: trainer.step,
      history,
      train,
      test: train !== null && test !== null ? await trainer.evaluate(test) : null,
      parameters: await trainer.parameters(),
      checkpoint: await trainer.checkpoint(),
    };
  } finally {
    await trainer.release();
  }
}

/** Throws SpecError for a network that does not train alone, or data that it cannot be trained on. */
export function requireTrainableSpec(spec: NetworkSpec, data: Dataset, batch: number): void {
  if (spec.kind === "generator" || spec.kind === "discriminator") {
    throw new SpecError(`training: a ${spec.kind} does not train alone`, {
      hint: "give both: train GENERATOR --discriminator DISCRIMINATOR",
    });
  }
  if (spec.kind === "autoencoder") requireBatch(data, batch);
  else requireTrainable(data, batch);
}

/**
 * Throws SpecError for data that no specification can be trained on: without labels, or with less than one batch.
 *
 * @example
 * ```ts
 * import { loadDataset } from "isinglass/data";
 * import { requireTrainable } from "isinglass/runs";
 * const { train } = await loadDataset("mixture:20:3", { train: 64 });
 * requireTrainable(train, 32);
 * ```
 */
export function requireTrainable(data: Dataset, batch: number): void {
  if (data.labels === null) {
    throw new SpecError(`training: the data ${data.name} have no labels`, {
      hint: "give labelled data, such as --data mnist, or an npz with x and y",
    });
  }
  requireBatch(data, batch);
}

/** Throws SpecError for data with less than one batch. */
export function requireBatch({ name, count }: Dataset, batch: number): void {
  if (count >= batch) return;
  const fitting = count < 4 ? 1 : 2 ** Math.floor(Math.log2(count / 2));
  throw new SpecError(`training: ${name} has ${count} examples, fewer than one batch of ${batch}`, {
    hint: `--batch-size ${fitting}`,
    data: { count, batch },
  });
}

/** Throws ConvergenceError when a training diverged. */
export function requireTrained({ state, steps, history }: SpecTraining): void {
  if (state !== "diverged") return;
  const [first, last] = [history[0]?.loss ?? Number.NaN, history.at(-1)?.loss ?? Number.NaN];
  const what = Number.isFinite(last)
    ? `is ${last.toPrecision(3)}, more than ${DIVERGED_FACTOR} times what it began with,`
    : "is not finite";
  throw new ConvergenceError(`training: diverged: the loss ${what} after ${steps} steps`, {
    hint: "use a smaller --rate, or diagnose the network first",
    data: { steps, first, last },
  });
}

function mean(values: Float64Array): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
