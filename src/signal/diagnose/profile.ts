/**
 * What mean-field theory expects of every layer of a given network on given inputs (Poole et al. 2016, equations 3-6;
 * Schoenholz et al. 2017, equation 12): the recursions of q and c from the inputs on, with each layer's own variances.
 * Inputs of different length are followed in groups, because phi makes the mean over inputs depend on the spread of
 * lengths; correlations are followed at the mean length only.
 */
import { averageMoments, pairKernel, type ScalarActivation } from "../theory/index.ts";

/** One layer h = W phi(previous) + b. */
export interface ProfileLayer {
  /** Weight variance times fan-in. */
  readonly sigmaW2: number;
  readonly sigmaB2: number;
}

/** Where the recursion starts. */
export interface ProfileStart {
  /** Mean square of the components of each input. */
  readonly meanSquares: ArrayLike<number>;
  /** Mean cosine over pairs of inputs. */
  readonly cosine: number;
}

/** Theory for one layer. */
export interface ProfilePoint {
  /** Mean over inputs of |h|^2 / N. */
  readonly q: number;
  readonly c: number;
  /** Factor by which squared gradients grow from the next layer to this one; null for the last. */
  readonly chi: number | null;
  /** Squared gradient relative to the last layer: product of the chi above. */
  readonly relativeGradient: number;
}

/** Groups of inputs of similar length. */
const GROUPS = 16;
/** Below this variance everything is linear and nothing changes any more. */
const SMALLEST_VARIANCE = 1e-30;
const LARGEST_VARIANCE = 1e30;

/**
 * Predicts the profile of a plain chain of layers.
 *
 * @param activation - phi, the same between all layers.
 * @param layers - from the first to the last.
 * @param start - lengths and mean cosine of the inputs.
 * @returns one point per layer; relative error about 1e-10 of the recursion itself; cost about 1 ms per layer.
 *
 * @example
 * ```ts
 * import { resolveActivation } from "isinglass/networks";
 * import { predictProfile } from "isinglass/signal";
 *
 * const layers = Array.from({ length: 40 }, () => ({ sigmaW2: 1.5, sigmaB2: 0.05 }));
 * const profile = predictProfile(resolveActivation("tanh"), layers, { meanSquares: [1], cosine: 0.4 });
 * profile[39]?.q; // => 0.418037
 * ```
 */
export function predictProfile(
  activation: ScalarActivation,
  layers: readonly ProfileLayer[],
  { meanSquares, cosine }: ProfileStart,
): ProfilePoint[] {
  // mean square of what enters the next layer, by group of inputs, and the cosine distance of what enters it
  let activities = groupMeans(meanSquares);
  let distance = 1 - cosine;
  const forward = layers.map(({ sigmaW2, sigmaB2 }, index) => {
    const qs = activities.map((activity) => clamp(sigmaW2 * activity + sigmaB2));
    const q = mean(qs);
    const epsilon = Math.min(2, Math.max(0, (distance * (q - sigmaB2)) / q));
    const averages = qs.map((variance) => averageMoments(activation, variance));
    activities = averages.map(({ meanSquare }) => meanSquare);
    const moments = averageMoments(activation, q);
    // what enters the next layer: 1 - cosine = (E phi^2 - E phi phi) / E phi^2, formed without cancellation
    distance =
      moments.meanSquare === 0 ? 0 : pairKernel(activation, moments).loss(epsilon) / moments.meanSquare;
    const next = layers[index + 1];
    const chi =
      next === undefined ? null : next.sigmaW2 * mean(averages.map(({ slopeSquare }) => slopeSquare));
    return { q, c: 1 - epsilon, chi };
  });
  let relativeGradient = 1;
  return forward
    .reverse()
    .map((point) => {
      relativeGradient *= point.chi ?? 1;
      return { ...point, relativeGradient };
    })
    .reverse();
}

/** Keeps a variance where averages can be taken. */
function clamp(variance: number): number {
  return Math.min(LARGEST_VARIANCE, Math.max(SMALLEST_VARIANCE, variance));
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** Means of equal shares of the sorted values. */
function groupMeans(values: ArrayLike<number>): number[] {
  const sorted = Float64Array.from(values).sort();
  const count = Math.min(GROUPS, sorted.length);
  return Array.from({ length: count }, (_, g) => {
    const part = sorted.subarray(
      Math.floor((g * sorted.length) / count),
      Math.floor(((g + 1) * sorted.length) / count),
    );
    return part.reduce((sum, value) => sum + value, 0) / part.length;
  });
}

/** Mean square of the components of each example. */
export function meanSquaresOf(inputs: Float32Array, count: number): Float64Array {
  const size = inputs.length / count;
  return Float64Array.from({ length: count }, (_, i) => {
    let sum = 0;
    for (let j = i * size; j < (i + 1) * size; j++) sum += (inputs[j] as number) ** 2;
    return sum / size;
  });
}
