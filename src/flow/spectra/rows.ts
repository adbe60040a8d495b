/**
 * The first half of a density matrix: checks a batch, and finds for every sample its mean and its length after centring,
 * without copying the batch. `preparedBlock` then writes any part of the normalised samples as float64.
 */
import { FormatError, ShapeError, SpecError } from "../../base/index.ts";
import type { Matrix } from "../../numerics/index.ts";
import type { DensityOptions, SampleBatch } from "./types.ts";

/** Contrast below this many units in the last place of the largest entry is rounding, not signal. */
const ROUNDING_UNITS = 4;
const FLOAT32_EPSILON = 2 ** -23;

/** What normalises each sample: (x - mean) * scale; scale 0 marks a sample replaced by `filling`. */
export interface PreparedRows {
  readonly means: Float64Array;
  readonly scales: Float64Array;
  readonly zeroRows: number;
  /** Entry of a replaced sample: 1 / sqrt(d), or 0 where samples keep their lengths. */
  readonly filling: number;
}

/** Throws unless there are at least two samples. */
export function checkSamples(samples: number, where: string): void {
  if (Number.isInteger(samples) && samples >= 2) return;
  throw new SpecError(
    `${where}: received ${samples} ${samples === 1 ? "sample" : "samples"}, expected at least 2 to compare.`,
    {
      hint: "Samples are the first axis; 64 to 100 are usual.",
      data: { samples },
    },
  );
}

/** The error of a batch in which nothing is left to compare. */
export function noContrast(where: string, samples: number, features: number): FormatError {
  return new FormatError(
    `${where}: all ${samples} samples are constant, expected samples whose features differ.`,
    {
      hint:
        features === 1
          ? "A single feature vanishes when each sample's mean is subtracted; leave samples uncentred."
          : "Check the data: after the mean of each sample is subtracted nothing is left.",
      data: { samples },
    },
  );
}

/** Throws unless there are at least two samples of finite numbers that fill the stated shape. */
export function checkBatch({ rows, cols, data }: SampleBatch, where: string): void {
  if (!(Number.isInteger(rows) && Number.isInteger(cols) && rows * cols === data.length)) {
    throw new ShapeError(`${where}: received ${data.length} numbers for shape [${rows}, ${cols}].`, {
      hint: "Give samples as rows of one matrix, each flattened.",
    });
  }
  checkSamples(rows, where);
  if (cols < 1) {
    throw new ShapeError(`${where}: received samples of ${cols} features, expected at least 1.`);
  }
  for (let i = 0; i < data.length; i++) {
    if (Number.isFinite(data[i] as number)) continue;
    const [sample, feature] = [Math.floor(i / cols), i % cols];
    throw new FormatError(
      `${where}: value ${data[i]} in sample ${sample}, feature ${feature}, expected finite numbers.`,
      { hint: "Remove or replace NaN and infinite values.", data: { sample, feature } },
    );
  }
}

/**
 * Means and scales of all samples.
 *
 * @throws SpecError, ShapeError, FormatError for a batch that has no density matrix.
 */
export function prepareRows(
  batch: SampleBatch,
  options: Pick<DensityOptions, "centring" | "scaling" | "constant" | "where">,
): PreparedRows {
  const { centring = "sample", scaling = "sample", constant = "error", where = "batch" } = options;
  checkBatch(batch, where);
  const { rows, cols, data } = batch;
  const epsilon = ROUNDING_UNITS * (data instanceof Float32Array ? FLOAT32_EPSILON : Number.EPSILON);
  const means = new Float64Array(rows);
  const lengths = new Float64Array(rows);
  let zeroRows = 0;
  for (let i = 0; i < rows; i++) {
    const mean = centring === "none" ? 0 : meanOf(data, i * cols, cols);
    means[i] = mean;
    const { length, contrast, size } = lengthOf(data, i * cols, cols, mean);
    lengths[i] = contrast > epsilon * size ? length : 0;
    if (lengths[i] === 0) zeroRows += 1;
  }
  if (zeroRows === rows && constant === "error") throw noContrast(where, rows, cols);
  const scales = scalesOf(lengths, scaling, zeroRows === rows);
  return { means, scales, zeroRows, filling: fillingOf(scaling, zeroRows === rows, cols) };
}

/** With one common scale a sample without contrast has weight zero, unless there is no other. */
function fillingOf(scaling: "sample" | "trace", isAll: boolean, cols: number): number {
  return scaling === "sample" || isAll ? 1 / Math.sqrt(cols) : 0;
}

function scalesOf(lengths: Float64Array, scaling: "sample" | "trace", isAllZero: boolean): Float64Array {
  if (scaling === "sample" || isAllZero) return lengths.map((length) => (length > 0 ? 1 / length : 0));
  const largest = lengths.reduce((a, b) => Math.max(a, b), 0);
  const trace = lengths.reduce((sum, length) => sum + (length / largest) ** 2, 0);
  const common = Math.sqrt(lengths.length / trace) / largest;
  return lengths.map((length) => (length > 0 ? common : 0));
}

/** Mean of a row, corrected by the mean of what it leaves, so that it is good to the last bits. */
function meanOf(data: SampleBatch["data"], start: number, cols: number): number {
  let sum = 0;
  for (let j = 0; j < cols; j++) sum += (data[start + j] as number) / cols;
  let rest = 0;
  for (let j = 0; j < cols; j++) rest += (data[start + j] as number) - sum;
  return sum + rest / cols;
}

/** Length of x - mean, its largest entry, and the largest entry of x; scaled, so that nothing overflows. */
function lengthOf(
  data: SampleBatch["data"],
  start: number,
  cols: number,
  mean: number,
): { length: number; contrast: number; size: number } {
  let contrast = 0;
  let size = 0;
  for (let j = 0; j < cols; j++) {
    const x = data[start + j] as number;
    contrast = Math.max(contrast, Math.abs(x - mean));
    size = Math.max(size, Math.abs(x));
  }
  if (contrast === 0) return { length: 0, contrast, size };
  let squares = 0;
  for (let j = 0; j < cols; j++) {
    const x = ((data[start + j] as number) - mean) / contrast;
    squares += x * x;
  }
  return { length: contrast * Math.sqrt(squares), contrast, size };
}

/** Rows [row, row + height) and columns [col, col + width) of the normalised samples. */
export function preparedBlock(
  { cols, data }: SampleBatch,
  { means, scales, filling }: PreparedRows,
  { row, height, col, width }: { row: number; height: number; col: number; width: number },
): Matrix {
  const out = new Float64Array(height * width);
  for (let i = 0; i < height; i++) {
    const mean = means[row + i] as number;
    const scale = scales[row + i] as number;
    const from = (row + i) * cols + col;
    const to = i * width;
    for (let j = 0; j < width; j++)
      out[to + j] = scale === 0 ? filling : ((data[from + j] as number) - mean) * scale;
  }
  return { rows: height, cols: width, data: out };
}
