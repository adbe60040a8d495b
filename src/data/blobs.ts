/**
 * Small images of random shapes: one smooth binary blob for each class, seen with shifts, amplitudes and noise. They have
 * the structure of handwritten digits (few classes, connected shapes, values from 0 to 1) at any size and without files.
 */
import { ShapeError, SpecError } from "../base/index.ts";
import type { RandomStream } from "../numerics/index.ts";
import { sizeOf } from "./array.ts";
import type { Dataset } from "./dataset.ts";

/** Standard deviation in pixels of the Gaussian that smooths white noise into blobs; 14 x 14 images take it as it is. */
const SMOOTHING = 2;
const SMOOTHING_SIDE = 14;
/** Share of pixels inside a blob. */
const COVERAGE = 0.35;
/** Largest shift of an example, in pixels. */
const SHIFT = 1;
const LEAST_AMPLITUDE = 0.7;
const NOISE = 0.05;

/** Rows and columns of an image [..., rows, cols], or of a square one given as a vector. */
function sidesOf(shape: readonly number[]): readonly [number, number] {
  const size = sizeOf(shape);
  const side = Math.round(Math.sqrt(size));
  const [rows, cols] = shape.length > 1 ? shape.slice(-2) : [side, side];
  if (rows !== undefined && cols !== undefined && rows > 1 && cols > 1 && rows * cols === size)
    return [rows, cols];
  throw new ShapeError(
    `blobs: shape [${shape}], expected one channel of images, [rows, cols] or [1, rows, cols], or a square number`,
  );
}

/** Reflects a position at the edges: ... 1 0 | 0 1 2 ... */
function reflected(position: number, size: number): number {
  const period = 2 * size;
  const inside = ((position % period) + period) % period;
  return inside < size ? inside : period - 1 - inside;
}

/** Convolves along one axis of a [rows, cols] image with a Gaussian, edges reflected. */
function smooth(image: Float64Array, rows: number, cols: number, axis: 0 | 1, width: number): Float64Array {
  const reach = Math.ceil(4 * width);
  const weights = Array.from({ length: 2 * reach + 1 }, (_, k) =>
    Math.exp(-((k - reach) ** 2) / (2 * width ** 2)),
  );
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  return image.map((_, index) => {
    const [row, col] = [Math.floor(index / cols), index % cols];
    let sum = 0;
    for (let k = -reach; k <= reach; k++) {
      const at = axis === 0 ? reflected(row + k, rows) * cols + col : row * cols + reflected(col + k, cols);
      sum += (weights[k + reach] as number) * (image[at] as number);
    }
    return sum / total;
  });
}

/** 1 on the largest values of smoothed white noise, else 0. */
function drawBlob(rows: number, cols: number, stream: RandomStream): Uint8Array {
  const noise = new Float64Array(rows * cols);
  stream.fillNormal(noise);
  const width = (SMOOTHING * Math.min(rows, cols)) / SMOOTHING_SIDE;
  const field = smooth(smooth(noise, rows, cols, 0, width), rows, cols, 1, width);
  const threshold = field.slice().sort()[Math.floor((1 - COVERAGE) * field.length)] as number;
  return Uint8Array.from(field, (value) => (value >= threshold ? 1 : 0));
}

/**
 * Images of blobs: x = clip(a B_k(shifted) + noise, 0, 1) with one binary blob B_k for each class (the 35 % largest
 * values of white noise smoothed over a seventh of the side), cyclic shifts of -1, 0 or 1 pixel, amplitude a uniform on
 * [0.7, 1] and normal noise of deviation 0.05. Labels are drawn uniformly.
 *
 * @param count - number of examples
 * @param shape - [rows, cols], [1, rows, cols], or a square number of pixels
 * @throws SpecError for a wrong number; ShapeError when the shape is no image
 * @example
 * ```ts
 * import { createStream } from "isinglass/numerics";
 *
 * const { inputs, classes } = sampleBlobs(100, [14, 14], createStream(1));
 * [inputs.length, classes]; // => [19600, 10]
 * ```
 */
export function sampleBlobs(
  count: number,
  shape: readonly number[],
  stream: RandomStream,
  { classes = 10 }: { readonly classes?: number } = {},
): Dataset {
  for (const [what, value] of [
    ["number of examples", count],
    ["number of classes", classes],
  ] as const) {
    if (Number.isSafeInteger(value) && value > 0) continue;
    throw new SpecError(`blobs: ${what} ${value}, expected a positive integer`);
  }
  const [rows, cols] = sidesOf(shape);
  const shapes = stream.fork("shapes");
  const blobs = Array.from({ length: classes }, (_, k) => drawBlob(rows, cols, shapes.fork(k)));
  const draws = stream.fork("examples");
  const labels = new Int32Array(count);
  const inputs = new Float32Array(count * rows * cols);
  for (let example = 0; example < count; example++) {
    const label = draws.integer(classes);
    labels[example] = label;
    const down = draws.integer(2 * SHIFT + 1) - SHIFT;
    const right = draws.integer(2 * SHIFT + 1) - SHIFT;
    const amplitude = LEAST_AMPLITUDE + (1 - LEAST_AMPLITUDE) * draws.uniform();
    const blob = blobs[label] as Uint8Array;
    for (let i = 0; i < rows * cols; i++) {
      const row = (Math.floor(i / cols) - down + rows) % rows;
      const col = ((i % cols) - right + cols) % cols;
      const value = amplitude * (blob[row * cols + col] as number) + NOISE * draws.normal();
      inputs[example * rows * cols + i] = Math.min(1, Math.max(0, value));
    }
  }
  return {
    name: "blobs",
    inputs,
    labels,
    count,
    shape: [...shape],
    classes,
    provenance: [
      `${count} images of ${classes} random blobs, shape [${shape}], shifts up to ${SHIFT} pixel, ` +
        `amplitude ${LEAST_AMPLITUDE} to 1, noise ${NOISE}, seed ${stream.seed}`,
    ],
  };
}
