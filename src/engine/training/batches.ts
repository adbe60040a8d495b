/**
 * The order of examples: every epoch is a fresh permutation named by its number, so the batch of a step follows from
 * seed and step alone and a resumed training sees the same examples. The examples left over at the end of an epoch
 * wait for another permutation, as with PyTorch's drop_last.
 */
import { ShapeError, SpecError } from "../../base/index.ts";
import type { RandomStream } from "../../numerics/index.ts";
import { sizeOf } from "../tensor.ts";

/** Examples to learn from; a Dataset is one. */
export interface TrainingData {
  readonly name: string;
  /** Row-major [count, ...shape]. */
  readonly inputs: Float32Array;
  readonly labels: Uint8Array | Int32Array | null;
  readonly count: number;
  readonly shape: readonly number[];
  readonly classes: number | null;
}

/** Writes rows of examples and targets into the arrays of a run. */
export interface BatchSource {
  /** Fills `inputs` [steps, batch, width] and `targets` [steps, batch, outputs] (null: not fed) from step `first`. */
  fill(first: number, steps: number, inputs: Float32Array, targets: Float32Array | null): void;
}

/** Batches of `data` in the order drawn from `stream`. `outputs` is the number of targets of one example. */
export function batchSource(
  data: TrainingData,
  batch: number,
  outputs: number,
  stream: RandomStream,
): BatchSource {
  const perEpoch = Math.floor(data.count / batch);
  if (perEpoch === 0) {
    throw new SpecError(
      `training: ${data.name} has ${data.count} examples, fewer than one batch of ${batch}`,
      {
        hint: "Use a smaller batch.",
      },
    );
  }
  let epoch = -1;
  let order: Uint32Array = new Uint32Array(0);
  return {
    fill: (first, steps, inputs, targets) => {
      for (let k = 0; k < steps; k++) {
        const wanted = Math.floor((first + k) / perEpoch);
        if (wanted !== epoch) {
          epoch = wanted;
          order = stream.fork(epoch).permutation(data.count);
        }
        const start = ((first + k) % perEpoch) * batch;
        const rows = order.subarray(start, start + batch);
        copyRows(data, rows, inputs, k * batch);
        if (targets !== null) writeTargets(data, rows, targets, k * batch, outputs);
      }
    },
  };
}

/** Copies the inputs of `rows` to `out`, from row `at` on. */
export function copyRows(data: TrainingData, rows: ArrayLike<number>, out: Float32Array, at: number): void {
  const width = sizeOf(data.shape);
  for (let i = 0; i < rows.length; i++) {
    const start = (rows[i] as number) * width;
    out.set(data.inputs.subarray(start, start + width), (at + i) * width);
  }
}

/** Writes one-hot targets of `rows`; `out` must be zero before. */
export function writeTargets(
  data: TrainingData,
  rows: ArrayLike<number>,
  out: Float32Array,
  at: number,
  outputs: number,
): void {
  const labels = data.labels as Int32Array;
  for (let i = 0; i < rows.length; i++) {
    out[(at + i) * outputs + (labels[rows[i] as number] as number)] = 1;
  }
}

/** Checks that examples fit a model: sizes of input and output, and labels where they are the targets. */
export function requireFit(
  data: TrainingData,
  input: readonly number[],
  output: readonly number[],
  needsLabels: boolean,
): void {
  const wanted = input.slice(1);
  if (sizeOf(wanted) !== sizeOf(data.shape)) {
    throw new ShapeError(
      `training: ${data.name} has examples of shape [${data.shape}], the model takes [${wanted}]`,
      {
        hint: "Choose a model of the data's size, or reshape the data.",
      },
    );
  }
  if (!needsLabels) return;
  if (data.labels === null) {
    throw new SpecError(`training: ${data.name} has no labels`, {
      hint: "Give labelled data, or train with loss mse on the inputs themselves.",
    });
  }
  const classes = output.at(-1) as number;
  if (output.length !== 2 || (data.classes ?? 0) > classes) {
    throw new ShapeError(
      `training: ${data.name} has ${data.classes} classes, the model's output is [${output}] with the batch first`,
      { hint: "The last layer needs one output for each class." },
    );
  }
}
