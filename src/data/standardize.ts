/**
 * Standardisation: subtract a mean and divide by a standard deviation, both measured on the training part and then
 * applied to any part. Two passes in float64; the standard deviation divides by n.
 */
import { FormatError, SpecError } from "../base/index.ts";
import { type Dataset, exampleSize } from "./dataset.ts";

/** One mean and deviation for all values, or one for each position in an example. */
export type StandardizeMode = "global" | "pixel";

/** Measured means and deviations: one entry (global) or one for each value of an example (pixel). */
export interface Standardization {
  readonly mode: StandardizeMode;
  readonly mean: Float64Array;
  /** Positions that never vary have deviation 0; they become 0. */
  readonly std: Float64Array;
}

/** A position whose deviation is below this share of its largest value is constant: float32 rounding, 2^-22. */
const CONSTANT = 2 ** -22;

/**
 * Throws FormatError when the data cannot carry information: all values equal, or all examples equal.
 *
 * @example
 * ```ts
 * import { sampleNoise } from "isinglass/data";
 * import { createStream } from "isinglass/numerics";
 *
 * const noise = sampleNoise(1000, [3], createStream(1));
 * checkVariance(noise); // passes
 * ```
 */
export function checkVariance(dataset: Dataset): void {
  const width = exampleSize(dataset);
  const { inputs, count } = dataset;
  const first = inputs[0];
  if (inputs.every((value) => value === first)) {
    throw new FormatError(`${dataset.name}: every value is ${first} (zero variance)`, {
      hint: "Check how the data were written; constant inputs carry no information.",
    });
  }
  if (count === 1) return;
  for (let i = width; i < inputs.length; i++) if (inputs[i] !== inputs[i % width]) return;
  throw new FormatError(`${dataset.name}: all ${count} examples are equal (zero variance)`, {
    hint: "Check how the data were written; equal examples carry no information.",
  });
}

/**
 * Measures mean and standard deviation.
 *
 * @param dataset - the training part
 * @throws FormatError when nothing varies
 * @example
 * ```ts
 * import { sampleNoise } from "isinglass/data";
 * import { createStream } from "isinglass/numerics";
 *
 * const noise = sampleNoise(1000, [3], createStream(1));
 * measureStandardization(noise, "pixel").mean.length; // => 3
 * ```
 */
export function measureStandardization(dataset: Dataset, mode: StandardizeMode): Standardization {
  checkVariance(dataset);
  const { inputs } = dataset;
  const width = mode === "global" ? 1 : exampleSize(dataset);
  const rows = inputs.length / width;
  const mean = new Float64Array(width);
  const std = new Float64Array(width);
  const largest = new Float64Array(width);
  for (let i = 0, k = 0; i < inputs.length; i++, k = k + 1 === width ? 0 : k + 1) {
    mean[k] = (mean[k] as number) + (inputs[i] as number);
    largest[k] = Math.max(largest[k] as number, Math.abs(inputs[i] as number));
  }
  for (let k = 0; k < width; k++) mean[k] = (mean[k] as number) / rows;
  for (let i = 0, k = 0; i < inputs.length; i++, k = k + 1 === width ? 0 : k + 1) {
    const difference = (inputs[i] as number) - (mean[k] as number);
    std[k] = (std[k] as number) + difference * difference;
  }
  for (let k = 0; k < width; k++) {
    const deviation = Math.sqrt((std[k] as number) / rows);
    std[k] = deviation <= CONSTANT * (largest[k] as number) ? 0 : deviation;
  }
  return { mode, mean, std };
}

/**
 * Applies a measured standardisation: (x - mean) / std. Positions of deviation 0 become 0 and are counted in the
 * provenance.
 *
 * @throws SpecError when the example sizes differ
 * @example
 * ```ts
 * import { sampleNoise } from "isinglass/data";
 * import { createStream } from "isinglass/numerics";
 *
 * const noise = sampleNoise(1000, [3], createStream(1));
 * const scaled = applyStandardization(noise, measureStandardization(noise, "global"));
 * measureStandardization(scaled, "global").std; // => [1.0000]
 * ```
 */
export function applyStandardization(dataset: Dataset, measured: Standardization): Dataset {
  const { mode, mean, std } = measured;
  const width = mean.length;
  if (mode === "pixel" && width !== exampleSize(dataset)) {
    throw new SpecError(
      `${dataset.name}: examples of ${exampleSize(dataset)} values, standardisation of ${width}`,
    );
  }
  const inputs = new Float32Array(dataset.inputs.length);
  for (let i = 0, k = 0; i < inputs.length; i++, k = k + 1 === width ? 0 : k + 1) {
    const deviation = std[k] as number;
    inputs[i] = deviation === 0 ? 0 : ((dataset.inputs[i] as number) - (mean[k] as number)) / deviation;
  }
  return { ...dataset, inputs, provenance: [...dataset.provenance, standardizationNote(measured)] };
}

function standardizationNote({ mode, mean, std }: Standardization): string {
  if (mode === "global") {
    const [m, s] = [mean[0] as number, std[0] as number];
    return `standardised with the training mean ${m.toPrecision(5)} and deviation ${s.toPrecision(5)}`;
  }
  const constant = std.reduce((count, deviation) => count + (deviation === 0 ? 1 : 0), 0);
  const rest = constant === 0 ? "" : `; ${constant} of ${std.length} values never vary and became 0`;
  return `standardised value by value with the training means and deviations${rest}`;
}

/**
 * Standardises a training part and, with the same numbers, a test part.
 *
 * @example
 * ```ts
 * import { sampleNoise } from "isinglass/data";
 * import { createStream } from "isinglass/numerics";
 *
 * const noise = sampleNoise(1000, [3], createStream(1));
 * standardize(noise, null, "global").train.provenance.length; // => 2
 * ```
 */
export function standardize(
  train: Dataset,
  test: Dataset | null,
  mode: StandardizeMode = "global",
): { train: Dataset; test: Dataset | null } {
  const measured = measureStandardization(train, mode);
  return {
    train: applyStandardization(train, measured),
    test: test === null ? null : applyStandardization(test, measured),
  };
}
