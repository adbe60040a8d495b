/**
 * Gram spectra of actual random networks of finite width, without ever forming a weight matrix: given the activations A of
 * n inputs, the pre-activations of one unit are n jointly Gaussian numbers with covariance sigmaW2 A A^T / N + sigmaB2,
 * independent between units. Drawing them directly has the law of the network and costs n^2 instead of N^2 per unit. It
 * shows how far a given width is from the mean-field prediction.
 */
import { SpecError } from "../../base/index.ts";
import type { LinearAlgebra } from "../../kernels/index.ts";
import type { Matrix, RandomStream } from "../../numerics/index.ts";
import type { ScalarActivation, Variances } from "../../signal/index.ts";
import { checkForwardInput, type ForwardOptions, innerProducts, preActivations } from "./forward.ts";
import { eigenvectorsOf, measureGram } from "./measure.ts";
import type { GramSpectrum } from "./types.ts";

/** Options of `sampleForwardSpectra`. */
export interface SampleForwardOptions extends ForwardOptions {
  /** Units per layer, >= 2. */
  readonly width: number;
}

/**
 * Draws one random network of a given width and measures the spectra of its activations on given inputs.
 *
 * @param activation - phi.
 * @param variances - weight variance times fan-in, and bias variance.
 * @param input - X X^T / d, [n, n], of `innerProducts`.
 * @param stream - forked per layer.
 * @param options - width, depth, centring, kernels.
 * @returns spectra of layers 1 .. depth, exact in law for Gaussian weights; cost 4 n^2 N + 9 n^3 operations per layer.
 * @throws SpecError for impossible variances, moments, width or depth, ShapeError when `input` is not square.
 * @example
 * ```ts
 * import { entropyOf, sampleForwardSpectra } from "isinglass/flow";
 * import { loadKernels } from "isinglass/kernels";
 * import { resolveActivation } from "isinglass/networks";
 * import { createStream } from "isinglass/numerics";
 *
 * const input = { rows: 2, cols: 2, data: Float64Array.of(1, 0.5, 0.5, 1) };
 * const options = { width: 300, depth: 3, kernels: await loadKernels() };
 * const variances = { sigmaW2: 2, sigmaB2: 0.05 };
 * const spectra = sampleForwardSpectra(resolveActivation("tanh"), variances, input, createStream(1), options);
 * entropyOf(spectra[2]!); // about 0.78
 * ```
 */
export function sampleForwardSpectra(
  activation: ScalarActivation,
  variances: Variances,
  input: Matrix,
  stream: RandomStream,
  options: SampleForwardOptions,
): GramSpectrum[] {
  const { kernels, depth, width, centring = "none" } = options;
  checkForwardInput(input, variances, depth);
  if (!(Number.isInteger(width) && width >= 2)) {
    throw new SpecError(`sampleForwardSpectra: received width ${width}, expected an integer of at least 2.`);
  }
  const spectra: GramSpectrum[] = [];
  let products = input;
  for (let l = 1; l <= depth; l++) {
    const drawn = drawUnits(preActivations(products, variances), width, stream.fork(l), kernels);
    const batch = { rows: drawn.rows, cols: width, data: drawn.data.map((h) => activation.f(h)) };
    spectra.push(measureGram(batch, { kernels, centring, constant: "pure", where: `layer ${l}` }));
    products = innerProducts(batch, { kernels });
  }
  return spectra;
}

/** H = Sigma^(1/2) Z, [n, width], with the root by eigenvectors, because Sigma is singular when inputs have merged. */
function drawUnits(covariance: Matrix, width: number, stream: RandomStream, kernels: LinearAlgebra): Matrix {
  const n = covariance.rows;
  const { values, vectors } = eigenvectorsOf(kernels, covariance);
  const root = Float64Array.from(
    vectors.data,
    (u, at) => u * Math.sqrt(Math.max(0, values[at % n] as number)),
  );
  const normals = new Float64Array(n * width);
  stream.fillNormal(normals);
  return kernels.multiply({ rows: n, cols: n, data: root }, { rows: n, cols: width, data: normals });
}
