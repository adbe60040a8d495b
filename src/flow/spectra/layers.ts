/**
 * Spectra of one layer after the other: each batch is measured and let go, so memory does not grow with depth. Of earlier
 * layers only two density matrices are kept, the first and the previous one, for relative entropies.
 */
import type { Matrix } from "../../numerics/index.ts";
import { rowDensity } from "./density.ts";
import { spectrumOfDensity } from "./measure.ts";
import { type RelativeEntropy, relativeEntropy } from "./relative-entropy.ts";
import { prepareRows } from "./rows.ts";
import type { DensityOptions, GramSpectrum, SampleBatch } from "./types.ts";

/** Options of `measureLayers`. */
export interface LayerOptions extends DensityOptions {
  /** Share of the uniform state mixed in for relative entropies; default 1e-6. */
  readonly mixing?: number;
}

/** One layer of a network (or one depth of a reconstruction), 0 for the input. */
export interface LayerGram {
  readonly layer: number;
  readonly spectrum: GramSpectrum;
  /** D(rho_0 || rho_l): how badly this layer's geometry stands for the input's. Null for layer 0. */
  readonly fromInput: RelativeEntropy | null;
  /** D(rho_{l-1} || rho_l): what the last step changed. Null for layer 0. */
  readonly fromPrevious: RelativeEntropy | null;
}

/**
 * Measures layers as they come. The samples are the same, in the same order, in every batch; features may differ.
 *
 * @param layers - batches [n, d_l] from the input to the last layer; an async generator may produce them one at a time.
 * @param options - as for `measureGram`; a layer without any contrast counts as a pure state unless `constant` says
 * otherwise.
 * @returns one result per layer. Memory 16 n^2 bytes beside the current batch, whatever the depth.
 * @throws as `measureGram`, naming the layer.
 * @example
 * ```ts
 * import { entropyOf, measureLayers } from "isinglass/flow";
 * import { loadKernels } from "isinglass/kernels";
 *
 * const layers = [Float64Array.of(1, 2, 4, 3, 2, 1), Float64Array.of(0, 1, 1, 0)].map((data) => {
 *   return { rows: 2, cols: data.length / 2, data };
 * });
 * const entropies: number[] = [];
 * for await (const { spectrum } of measureLayers(layers, { kernels: await loadKernels() })) {
 *   entropies.push(entropyOf(spectrum));
 * }
 * entropies.length; // => 2
 * ```
 */
export async function* measureLayers(
  layers: Iterable<SampleBatch> | AsyncIterable<SampleBatch>,
  options: LayerOptions,
): AsyncGenerator<LayerGram, void, void> {
  const { kernels, mixing, constant = "pure", where = "batch" } = options;
  const compare = (rho: Matrix | null, sigma: Matrix): RelativeEntropy | null =>
    rho === null
      ? null
      : relativeEntropy(rho, sigma, { kernels, ...(mixing === undefined ? {} : { mixing }) });
  let first: Matrix | null = null;
  let previous: Matrix | null = null;
  let layer = 0;
  for await (const batch of layers) {
    const own = { ...options, constant, where: `${where}, layer ${layer}` };
    const prepared = prepareRows(batch, own);
    const density = rowDensity(batch, prepared, kernels);
    const { centring = "sample", scaling = "sample" } = options;
    const whole = spectrumOfDensity(density, { kernels, features: batch.cols });
    const eigenvalues = whole.eigenvalues.subarray(0, Math.min(batch.rows, batch.cols));
    const spectrum = { ...whole, eigenvalues, zeroRows: prepared.zeroRows, centring, scaling };
    yield {
      layer,
      spectrum,
      fromInput: compare(first, density),
      fromPrevious: compare(previous, density),
    };
    first ??= density;
    previous = density;
    layer += 1;
  }
}
