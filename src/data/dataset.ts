/** A dataset in memory: examples as float32 rows with their shape, integer labels, and how they came to be. */
import { FormatError } from "../base/index.ts";
import { sizeOf } from "./array.ts";

/** Examples with labels. Plain data: it crosses workers unchanged. */
export interface Dataset {
  readonly name: string;
  /** Row-major [count, ...shape]. */
  readonly inputs: Float32Array;
  /** Class of each example, 0 to classes - 1; null when there are none. */
  readonly labels: Uint8Array | Int32Array | null;
  readonly count: number;
  /** Shape of one example, such as [1, 28, 28] or [784]. */
  readonly shape: readonly number[];
  readonly classes: number | null;
  /** Source and transformations, one sentence each, in order. */
  readonly provenance: readonly string[];
}

/** Training part and test part. */
export interface DatasetParts {
  readonly train: Dataset;
  /** Null when no test part was asked for. */
  readonly test: Dataset | null;
}

/** Number of values of one example. */
export function exampleSize(dataset: Dataset): number {
  return sizeOf(dataset.shape);
}

/** Checks lengths, labels and that every value is finite. Throws FormatError naming the first offence. */
export function checkDataset(dataset: Dataset): Dataset {
  const { name, inputs, labels, count, classes } = dataset;
  const width = exampleSize(dataset);
  if (count === 0 || width === 0) {
    throw new FormatError(`${name}: no examples (count ${count}, shape [${dataset.shape}])`, {
      hint: "Give data with at least one example of at least one value.",
    });
  }
  if (inputs.length !== count * width) {
    throw new FormatError(`${name}: ${inputs.length} values, expected ${count} x [${dataset.shape}]`);
  }
  if (labels !== null && labels.length !== count) {
    throw new FormatError(`${name}: ${labels.length} labels for ${count} examples`, {
      hint: "Inputs and labels must list the same examples in the same order.",
    });
  }
  for (let i = 0; i < inputs.length; i++) {
    if (!Number.isFinite(inputs[i])) {
      const example = Math.floor(i / width);
      throw new FormatError(`${name}: example ${example}, value ${i % width} is ${inputs[i]}`, {
        hint: "Remove or fill missing and infinite values first.",
        data: { example, value: i % width },
      });
    }
  }
  if (labels !== null && classes !== null) {
    const bad = labels.findIndex((label) => label < 0 || label >= classes);
    if (bad >= 0) {
      throw new FormatError(`${name}: example ${bad} has label ${labels[bad]}, expected 0 to ${classes - 1}`);
    }
  }
  return dataset;
}
