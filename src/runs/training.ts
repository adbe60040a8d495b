/** Trains a specification epoch by epoch; stops at divergence, keeps what was done at an interruption. */
import { ConvergenceError, type WorkOptions } from "../base/index.ts";
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
import { buildNetwork, initialize, type NetworkSpec } from "../networks/index.ts";
import type { RandomStream } from "../numerics/index.ts";

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
  readonly resume?: Checkpoint;
}

/** A point of the training curve. */
export interface TrainingEntry {
  readonly step: number;
  /** Mean over the steps since the last entry. */
  readonly loss: number;
  readonly accuracy: number | null;
}

/** Result of a training. */
export interface SpecTraining {
  readonly state: "trained" | "diverged" | "interrupted";
  readonly steps: number;
  readonly history: readonly TrainingEntry[];
  /** Loss and accuracy on all training examples; null after a divergence. */
  readonly train: Evaluation | null;
  readonly test: Evaluation | null;
  readonly parameters: ReadonlyMap<string, Tensor>;
  readonly checkpoint: Checkpoint;
}

/**
 * Trains a specification on labelled data.
 *
 * @param stream forked for the parameters and for the order of the examples
 * @throws SpecError without labels, ShapeError when data and network do not fit
 */
export async function trainSpec(
  spec: NetworkSpec,
  data: Dataset,
  stream: RandomStream,
  options: TrainSpecOptions,
): Promise<SpecTraining> {
  const { batch, steps, rate, optimizer, threads, test = null, resume, signal, onProgress } = options;
  const network = buildNetwork(spec, { batch });
  const { values } = initialize(network, spec.initialization, stream.fork("parameters"));
  const trainer = await createTrainer(network, {
    data,
    initial: values,
    stream: stream.fork("order"),
    rate,
    optimizer,
    ...(threads === undefined ? {} : { threads }),
    ...(options.pool === undefined ? {} : { pool: options.pool }),
    ...(resume === undefined ? {} : { resume }),
  });
  try {
    const perEntry = options.stepsPerEntry ?? Math.max(1, Math.floor(data.count / batch));
    const history: TrainingEntry[] = [];
    let state: SpecTraining["state"] = "trained";
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
      if (record.loss.length > 0) {
        history.push({
          step: trainer.step,
          loss: mean(record.loss),
          accuracy: record.accuracy === null ? null : mean(record.accuracy),
        });
      }
    }
    const evaluates = state === "trained";
    return {
      state,
      steps: trainer.step,
      history,
      train: evaluates ? await trainer.evaluate(data) : null,
      test: evaluates && test !== null ? await trainer.evaluate(test) : null,
      parameters: await trainer.parameters(),
      checkpoint: await trainer.checkpoint(),
    };
  } finally {
    await trainer.release();
  }
}

/** Throws ConvergenceError when a training diverged. */
export function requireTrained({ state, steps }: SpecTraining): void {
  if (state !== "diverged") return;
  throw new ConvergenceError(`training: the loss is not finite after ${steps} steps`, {
    hint: "use a smaller --rate, or diagnose the network first",
    data: { steps },
  });
}

function mean(values: Float64Array): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
