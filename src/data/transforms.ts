/**
 * Transformations of datasets. Each returns a new dataset and appends one sentence to its provenance, so that a
 * result can state what was done to the data. Sums are plain float64 sums of float32 values (relative error below
 * 1e-9 for 10^8 values).
 */
import { FormatError, SpecError } from "../base/index.ts";
import type { RandomStream } from "../numerics/index.ts";
import { sizeOf } from "./array.ts";
import { type Dataset, exampleSize } from "./dataset.ts";
import { emptyLabels } from "./raw.ts";

/** Rows of a dataset, in the given order. `note` is added to the provenance. */
function selectRows(dataset: Dataset, rows: ArrayLike<number>, note: string): Dataset {
  const width = exampleSize(dataset);
  const inputs = new Float32Array(rows.length * width);
  const labels = dataset.labels === null ? null : emptyLabels(dataset.labels, rows.length);
  for (let i = 0; i < rows.length; i++) {
    const row = rows[i] as number;
    inputs.set(dataset.inputs.subarray(row * width, (row + 1) * width), i * width);
    if (labels !== null) labels[i] = (dataset.labels as Uint8Array)[row] as number;
  }
  return { ...dataset, inputs, labels, count: rows.length, provenance: [...dataset.provenance, note] };
}

/**
 * The given examples, in the given order.
 *
 * @throws SpecError when an index is outside the dataset
 * @example
 * ```ts
 * import { sampleNoise } from "isinglass/data";
 * import { createStream } from "isinglass/numerics";
 *
 * const noise = sampleNoise(10, [3], createStream(1));
 * subset(noise, [0, 5, 9]).count; // => 3
 * ```
 */
export function subset(dataset: Dataset, indices: ArrayLike<number>): Dataset {
  for (let i = 0; i < indices.length; i++) {
    const index = indices[i] as number;
    if (!Number.isInteger(index) || index < 0 || index >= dataset.count) {
      throw new SpecError(`${dataset.name}: example ${index}, expected 0 to ${dataset.count - 1}`);
    }
  }
  return selectRows(dataset, indices, `${indices.length} of ${dataset.count} examples chosen by index`);
}

/**
 * A seeded random subset without replacement, in random order; the dataset itself when it is not larger.
 *
 * @throws SpecError when `count` is not a positive integer
 * @example
 * ```ts
 * import { sampleNoise } from "isinglass/data";
 * import { createStream } from "isinglass/numerics";
 *
 * const noise = sampleNoise(10, [3], createStream(1));
 * limitExamples(noise, 4, createStream(2)).count; // => 4
 * ```
 */
export function limitExamples(dataset: Dataset, count: number, stream: RandomStream): Dataset {
  if (!Number.isSafeInteger(count) || count < 1) {
    throw new SpecError(`number of examples: received ${count}, expected a positive integer`);
  }
  if (count >= dataset.count) return dataset;
  const rows = stream.permutation(dataset.count).subarray(0, count);
  return selectRows(
    dataset,
    rows,
    `${count} of ${dataset.count} examples, drawn without replacement, seed ${stream.seed}`,
  );
}

/**
 * Splits into a training and a test part by a seeded permutation; both parts are in random order.
 *
 * @param testFraction - share of the test part, 0 < testFraction < 1; both parts get at least one example
 * @throws SpecError when the fraction is outside the open interval or there are fewer than two examples
 * @example
 * ```ts
 * import { sampleNoise } from "isinglass/data";
 * import { createStream } from "isinglass/numerics";
 *
 * const noise = sampleNoise(10, [3], createStream(1));
 * const { train, test } = split(noise, 0.2, createStream(2));
 * [train.count, test.count]; // => [8, 2]
 * ```
 */
export function split(
  dataset: Dataset,
  testFraction: number,
  stream: RandomStream,
): { train: Dataset; test: Dataset } {
  const order = splitOrder(dataset.name, dataset.count, testFraction, stream);
  const note = splitNote(order.test.length, dataset.count, stream.seed);
  return {
    train: selectRows(dataset, order.train, `training part, ${note}`),
    test: selectRows(dataset, order.test, `test part, ${note}`),
  };
}

/** The sentence that states a split. */
export function splitNote(tests: number, count: number, seed: number): string {
  return `${tests} of ${count} examples set aside for the test at random, seed ${seed}`;
}

/** Row numbers of the two parts, in random order, so that the first examples of a part are a fair sample of it. */
export function splitOrder(
  name: string,
  count: number,
  testFraction: number,
  stream: RandomStream,
): { train: Uint32Array; test: Uint32Array } {
  if (!(testFraction > 0 && testFraction < 1)) {
    throw new SpecError(`test fraction: received ${testFraction}, expected a number between 0 and 1`);
  }
  if (count < 2) throw new SpecError(`${name}: ${count} example cannot be split into two parts`);
  const tests = Math.min(count - 1, Math.max(1, Math.round(count * testFraction)));
  const order = stream.permutation(count);
  return { train: order.slice(tests), test: order.slice(0, tests) };
}

/**
 * Keeps the given classes and renumbers them 0, 1, ... in the given order.
 *
 * @throws FormatError without labels; SpecError for a class that does not occur or is listed twice
 * @example
 * ```ts
 * import { sampleMixture } from "isinglass/data";
 * import { createStream } from "isinglass/numerics";
 *
 * const mixture = sampleMixture(100, [3], createStream(1), { classes: 4 });
 * // class 3 becomes 0, class 1 becomes 1
 * selectClasses(mixture, [3, 1]).classes; // => 2
 * ```
 */
export function selectClasses(dataset: Dataset, classes: readonly number[]): Dataset {
  const { rows, renumbered } = classRows(dataset.name, dataset.labels, classes);
  const chosen = selectRows(dataset, rows, classNote(classes));
  return { ...chosen, labels: renumbered, classes: classes.length };
}

/** The sentence that states a class subset. */
export function classNote(classes: readonly number[]): string {
  return `classes ${classes.join(", ")} only, renumbered 0 to ${classes.length - 1}`;
}

/** Rows of the chosen classes and their new labels. */
export function classRows(
  name: string,
  labels: ArrayLike<number> | null,
  classes: readonly number[],
): { rows: Uint32Array; renumbered: Int32Array } {
  if (labels === null) {
    throw new FormatError(`${name}: has no labels, so classes cannot be chosen`, {
      hint: "Give a label column or a label file.",
    });
  }
  const place = new Map(classes.map((label, index) => [label, index]));
  if (place.size !== classes.length || classes.length === 0) {
    throw new SpecError(`classes: received ${JSON.stringify(classes)}, expected different class numbers`);
  }
  const rows: number[] = [];
  const renumbered: number[] = [];
  const seen = new Set<number>();
  for (let i = 0; i < labels.length; i++) {
    const label = place.get(labels[i] as number);
    if (label === undefined) continue;
    rows.push(i);
    renumbered.push(label);
    seen.add(label);
  }
  const absent = classes.filter((_, index) => !seen.has(index));
  if (absent.length > 0) throw new SpecError(`${name}: no example of class ${absent.join(", ")}`);
  return { rows: Uint32Array.from(rows), renumbered: Int32Array.from(renumbered) };
}

/** Luminance weights of ITU-R BT.601 for red, green, blue. */
const LUMINANCE = [0.299, 0.587, 0.114] as const;

/**
 * Turns colour images [3, h, w] into [1, h, w] by the luminance 0.299 R + 0.587 G + 0.114 B (ITU-R BT.601). Images
 * of one channel are returned as they are.
 *
 * @throws FormatError when an example is not an image of one or three channels
 * @example
 * ```ts
 * import { sampleNoise } from "isinglass/data";
 * import { createStream } from "isinglass/numerics";
 *
 * const images = sampleNoise(2, [3, 8, 8], createStream(1));
 * toGrayscale(images).shape; // => [1, 8, 8]
 * ```
 */
export function toGrayscale(dataset: Dataset): Dataset {
  const [channels, height, width] = dataset.shape;
  if (dataset.shape.length !== 3 || (channels !== 1 && channels !== 3)) {
    throw new FormatError(
      `${dataset.name}: examples of shape [${dataset.shape}] are not images of 1 or 3 channels`,
      { hint: "Grayscale needs examples of shape [3, height, width]." },
    );
  }
  if (channels === 1) return dataset;
  const pixels = (height as number) * (width as number);
  const inputs = new Float32Array(dataset.count * pixels);
  for (let row = 0; row < dataset.count; row++) {
    const source = 3 * row * pixels;
    for (let p = 0; p < pixels; p++) {
      inputs[row * pixels + p] =
        LUMINANCE[0] * (dataset.inputs[source + p] as number) +
        LUMINANCE[1] * (dataset.inputs[source + pixels + p] as number) +
        LUMINANCE[2] * (dataset.inputs[source + 2 * pixels + p] as number);
    }
  }
  return {
    ...dataset,
    inputs,
    shape: [1, height as number, width as number],
    provenance: [...dataset.provenance, "colour turned to luminance, ITU-R BT.601"],
  };
}

/**
 * Gives every example another shape of the same size; without a shape it becomes a vector.
 *
 * @throws SpecError when the sizes differ
 * @example
 * ```ts
 * import { sampleNoise } from "isinglass/data";
 * import { createStream } from "isinglass/numerics";
 *
 * const images = sampleNoise(2, [1, 28, 28], createStream(1));
 * reshapeExamples(images).shape; // => [784]
 * ```
 */
export function reshapeExamples(
  dataset: Dataset,
  shape: readonly number[] = [exampleSize(dataset)],
): Dataset {
  if (sizeOf(shape) !== exampleSize(dataset)) {
    throw new SpecError(`${dataset.name}: examples of shape [${dataset.shape}] do not fit [${shape}]`);
  }
  if (`${shape}` === `${dataset.shape}`) return dataset;
  const note = `examples of shape [${dataset.shape}] reshaped to [${shape}]`;
  return { ...dataset, shape: [...shape], provenance: [...dataset.provenance, note] };
}
