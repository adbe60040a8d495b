/** Datasets drawn from a known distribution: white noise and mixtures of Gaussians. */
import { SpecError } from "../base/index.ts";
import type { RandomStream } from "../numerics/index.ts";
import { sizeOf } from "./array.ts";
import type { Dataset } from "./dataset.ts";

function requirePositive(value: number, what: string): void {
  if (Number.isSafeInteger(value) && value > 0) return;
  throw new SpecError(`${what}: received ${value}, expected a positive integer`);
}

/**
 * Independent standard normal values: x_i ~ N(0, 1). No labels.
 *
 * @param count - number of examples
 * @param shape - shape of one example
 * @throws SpecError when a size is not a positive integer
 * @example
 * ```ts
 * import { createStream } from "isinglass/numerics";
 *
 * sampleNoise(100, [784], createStream(1)).inputs.length; // => 78400
 * ```
 */
export function sampleNoise(count: number, shape: readonly number[], stream: RandomStream): Dataset {
  requirePositive(count, "number of examples");
  for (const length of shape) requirePositive(length, "size of white noise");
  const inputs = new Float32Array(count * sizeOf(shape));
  stream.fillNormal(inputs);
  return {
    name: "noise",
    inputs,
    labels: null,
    count,
    shape: [...shape],
    classes: null,
    provenance: [`white noise, ${count} examples of shape [${shape}], variance 1, seed ${stream.seed}`],
  };
}

/** Options of {@link sampleMixture}. */
export interface MixtureOptions {
  /** Number of Gaussians, one class each. Default 2. */
  readonly classes?: number;
  /** Distance of each centre from the origin in units of the standard deviation. Default 3. */
  readonly separation?: number;
}

/**
 * A mixture of isotropic Gaussians of unit variance: x = separation * u_k + z with z ~ N(0, 1) and u_k a uniformly
 * random unit vector for class k. Labels are drawn uniformly.
 *
 * @throws SpecError when a size is not a positive integer or the separation is negative
 * @example
 * ```ts
 * import { createStream } from "isinglass/numerics";
 *
 * sampleMixture(1000, [50], createStream(1), { classes: 4, separation: 5 }).classes; // => 4
 * ```
 */
export function sampleMixture(
  count: number,
  shape: readonly number[],
  stream: RandomStream,
  options: MixtureOptions = {},
): Dataset {
  const { classes = 2, separation = 3 } = options;
  requirePositive(count, "number of examples");
  requirePositive(classes, "number of classes");
  for (const length of shape) requirePositive(length, "size of a mixture");
  if (!(separation >= 0)) {
    throw new SpecError(`separation of a mixture: received ${separation}, expected a number >= 0`);
  }
  const width = sizeOf(shape);
  const centres = new Float64Array(classes * width);
  const centreStream = stream.fork("centres");
  for (let k = 0; k < classes; k++) {
    const centre = centres.subarray(k * width, (k + 1) * width);
    centreStream.fillNormal(centre);
    const norm = Math.sqrt(centre.reduce((sum, value) => sum + value * value, 0));
    for (let i = 0; i < width; i++) centre[i] = ((centre[i] as number) * separation) / norm;
  }
  const labelStream = stream.fork("labels");
  const labels = Int32Array.from({ length: count }, () => labelStream.integer(classes));
  const inputs = new Float32Array(count * width);
  stream.fork("noise").fillNormal(inputs);
  for (let row = 0; row < count; row++) {
    const centre = (labels[row] as number) * width;
    for (let i = 0; i < width; i++) {
      inputs[row * width + i] = (inputs[row * width + i] as number) + (centres[centre + i] as number);
    }
  }
  return {
    name: "mixture",
    inputs,
    labels,
    count,
    shape: [...shape],
    classes,
    provenance: [
      `mixture of ${classes} Gaussians of variance 1 at distance ${separation} from the origin, ` +
        `${count} examples of shape [${shape}], seed ${stream.seed}`,
    ],
  };
}
