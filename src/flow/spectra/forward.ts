/**
 * What mean-field theory says of the Gram spectra of a wide random network, layer by layer: the whole matrix of inner
 * products of the inputs goes through the variance and correlation maps, and the spectrum of the activations' cosines follows.
 * Deep in the chaotic phase all pairs have the same cosine and the entropy is that of equicorrelated samples; deep in the
 * ordered phase it is 0.
 */
import { type Provenance, type Reference, ShapeError, SpecError } from "../../base/index.ts";
import type { LinearAlgebra } from "../../kernels/index.ts";
import type { Matrix } from "../../numerics/index.ts";
import { checkVariances, type ScalarActivation, solveMeanField, type Variances } from "../../signal/index.ts";
import { entropyOf } from "./entropies.ts";
import { spectrumOfDensity } from "./measure.ts";
import { activationMoments } from "./pair-moments.ts";
import type { ActivationMoments } from "./pairs.ts";
import { predictEquicorrelated } from "./reference-states.ts";
import { preparedBlock, prepareRows } from "./rows.ts";
import type { Centring, GramSpectrum, SampleBatch } from "./types.ts";

/** Options of forward predictions. */
export interface ForwardOptions {
  readonly kernels: LinearAlgebra;
  /** Number of layers, >= 1. */
  readonly depth: number;
  /** Whether the mean over units is subtracted from the activations of each sample. Default "none". */
  readonly centring?: Centring;
}

/** Predicted spectra of the activations x_l = phi(h_l), l = 1 .. depth (index l - 1). */
export interface ForwardPrediction extends Provenance {
  readonly spectra: readonly GramSpectrum[];
  /** Von Neumann entropy over log n at l = 1 .. depth. */
  readonly entropy: Float64Array;
  /** The entropy at infinite depth: 0 in the ordered phase, that of one common cosine in the chaotic phase. */
  readonly limit: number;
}

/**
 * Inner products per feature, X X^T / d, of a batch as it is: what the first layer of a random network sees of its inputs.
 *
 * @param batch - samples as rows [n, d].
 * @returns [n, n]; entry (i, i) is the mean square of sample i.
 * @throws as `measureGram`.
 * @example
 * ```ts
 * import { innerProducts } from "isinglass/flow";
 * import { loadKernels } from "isinglass/kernels";
 *
 * const batch = { rows: 2, cols: 2, data: Float64Array.of(1, 1, 0, 2) };
 * innerProducts(batch, { kernels: await loadKernels() }).data; // => [1, 1, 1, 2]
 * ```
 */
export function innerProducts(batch: SampleBatch, { kernels }: { kernels: LinearAlgebra }): Matrix {
  const { rows: n, cols: d } = batch;
  const prepared = prepareRows(batch, { centring: "none", constant: "pure" });
  const plain = { ...prepared, scales: new Float64Array(n).fill(1) };
  const data = new Float64Array(n * n);
  const width = Math.max(1, Math.min(d, Math.floor(2 ** 20 / n)));
  for (let col = 0; col < d; col += width) {
    const block = { row: 0, height: n, col, width: Math.min(width, d - col) };
    const part = kernels.gramOfRows(preparedBlock(batch, plain, block)).data;
    for (let k = 0; k < data.length; k++) data[k] = (data[k] as number) + (part[k] as number) / d;
  }
  return { rows: n, cols: n, data };
}

/**
 * Predicts the Gram spectra of the activations of a deep random network on given inputs.
 *
 * Sigma_1 = sigmaW2 X X^T / d + sigmaB2; K_l = E phi(h) phi(h)^T over h ~ N(0, Sigma_l); Sigma_(l+1) = sigmaW2 K_l + sigmaB2;
 * the spectrum at depth l is that of K_l with diagonal 1 (centred: of K_l minus the product of the means over units).
 *
 * @param activation - phi.
 * @param variances - weight variance times fan-in, and bias variance, of every layer.
 * @param input - X X^T / d, [n, n], of `innerProducts`.
 * @param options - depth, centring, kernels.
 * @returns spectra and entropies of every layer; cost about 0.05 s per layer at n = 100. Infinite width: a network of
 * width N has fluctuations of the cosines of order sqrt(L/N), and its spectra are limited to rank N.
 * @throws SpecError for impossible variances, moments or depth, ShapeError when `input` is not square.
 * Source: Poole et al. 2016, equations 3 and 5, for all pairs of a batch.
 *
 * @example
 * ```ts
 * import { predictForwardSpectra } from "isinglass/flow";
 * import { loadKernels } from "isinglass/kernels";
 * import { resolveActivation } from "isinglass/networks";
 *
 * const kernels = await loadKernels();
 * const input = { rows: 2, cols: 2, data: Float64Array.of(1, 0.5, 0.5, 1) };
 * const variances = { sigmaW2: 1, sigmaB2: 0.05 };
 * const { entropy } = predictForwardSpectra(resolveActivation("tanh"), variances, input, { depth: 40, kernels });
 * (entropy[39] as number) < 1e-3; // => true
 * ```
 */
export function predictForwardSpectra(
  activation: ScalarActivation,
  variances: Variances,
  input: Matrix,
  options: ForwardOptions,
): ForwardPrediction {
  const { kernels, centring = "none" } = options;
  const spectra: GramSpectrum[] = [];
  for (const moments of forwardMoments(activation, variances, input, options.depth)) {
    const spectrum = spectrumOfDensity(cosines(moments, centring), { kernels });
    spectra.push({ ...spectrum, centring });
  }
  return {
    spectra,
    entropy: Float64Array.from(spectra, entropyOf),
    limit: limitEntropy(activation, variances, input, centring),
    assumptions: [
      "Infinite width: cosines do not fluctuate between draws of the parameters.",
      "Independent Gaussian weights of variance sigmaW2/fan-in and biases of variance sigmaB2 in every layer.",
    ],
    references: [poole2016],
    seed: null,
  };
}

/** The entropies alone; see `predictForwardSpectra`. */
export function predictForwardEntropy(
  activation: ScalarActivation,
  variances: Variances,
  input: Matrix,
  options: ForwardOptions,
): Float64Array {
  return predictForwardSpectra(activation, variances, input, options).entropy;
}

const poole2016: Reference = {
  authors: "Poole, Lahiri, Raghu, Sohl-Dickstein, Ganguli",
  year: 2016,
  title: "Exponential expressivity in deep neural networks through transient chaos",
  where: "equations 3 and 5",
  id: "arXiv:1606.05340",
};

/** Second moments of the activations of layers 1 .. depth. */
export function* forwardMoments(
  activation: ScalarActivation,
  variances: Variances,
  input: Matrix,
  depth: number,
): Generator<ActivationMoments, void, void> {
  checkForwardInput(input, variances, depth);
  let products = input;
  for (let l = 1; l <= depth; l++) {
    const moments = activationMoments(activation, preActivations(products, variances));
    if (!moments.products.data.every(Number.isFinite)) {
      throw new SpecError(
        `predictForwardSpectra: the variance of ${activation.name} overflows at layer ${l}.`,
        {
          hint: "Use fewer layers or a smaller weight variance.",
        },
      );
    }
    yield moments;
    products = moments.products;
  }
}

/** Sigma = sigmaW2 K + sigmaB2. */
export function preActivations({ rows, cols, data }: Matrix, { sigmaW2, sigmaB2 }: Variances): Matrix {
  return { rows, cols, data: data.map((x) => sigmaW2 * x + sigmaB2) };
}

/** Throws unless variances, inner products and depth can be what they are said to be. */
export function checkForwardInput(
  { rows: n, cols, data }: Matrix,
  variances: Variances,
  depth: number,
): void {
  const where = "forward spectra";
  checkVariances(variances, where);
  if (n !== cols || n < 2 || data.length !== n * n) {
    throw new ShapeError(
      `${where}: received an input of [${n}, ${cols}], expected inner products [n, n], n >= 2.`,
      {
        hint: "Use innerProducts(batch).",
      },
    );
  }
  if (!(Number.isInteger(depth) && depth > 0)) {
    throw new SpecError(`${where}: received depth ${depth}, expected a positive integer.`);
  }
  for (let i = 0; i < n; i++) {
    const square = data[i * n + i] as number;
    if (square > 0 && Number.isFinite(square)) continue;
    throw new SpecError(`${where}: mean square ${square} of sample ${i}, expected a positive number.`, {
      hint: "A sample of zeros has no direction; leave it out.",
    });
  }
}

/** Cosines of the activations, centred or not. */
function cosines({ products, means }: ActivationMoments, centring: Centring): Matrix {
  const n = products.rows;
  const data = Float64Array.from(products.data, (x, k) =>
    centring === "none" ? x : x - (means[Math.floor(k / n)] as number) * (means[k % n] as number),
  );
  const lengths = Float64Array.from({ length: n }, (_, i) => Math.sqrt(data[i * n + i] as number));
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < n; j++) {
      data[i * n + j] =
        i === j ? 1 : (data[i * n + j] as number) / ((lengths[i] as number) * (lengths[j] as number));
    }
  }
  return { rows: n, cols: n, data };
}

/** Entropy of n samples whose activations have the limiting cosine. */
function limitEntropy(
  activation: ScalarActivation,
  variances: Variances,
  { rows: n, data }: Matrix,
  centring: Centring,
): number {
  const { sigmaW2, sigmaB2 } = variances;
  const start = sigmaW2 * (data[0] as number) + sigmaB2;
  const field = solveMeanField(activation, variances, { startVariance: start });
  const [q, epsilon] = [field.q.value, field.decorrelation.value];
  if (!(q > 0 && Number.isFinite(q))) return epsilon === 0 ? 0 : Number.NaN;
  if (epsilon === 0) return 0;
  const covariance = { rows: 2, cols: 2, data: Float64Array.of(q, q * (1 - epsilon), q * (1 - epsilon), q) };
  const c = cosines(activationMoments(activation, covariance), centring).data[1] as number;
  return entropyOf(predictEquicorrelated(n, Math.max(c, -1 / (n - 1))));
}
