/**
 * Information against depth: the entropies of the reconstructions R_l of one batch, layer by layer, each with its error
 * over the examples of the batch. Three measures under their own names: relative entropy of input and reconstruction,
 * differential entropy of the reconstructed batch (arXiv 2406.12916), and Gram entropy, the von Neumann entropy of the
 * batch's Gram matrix divided by log n; beside them the Gram entropy of the activations x_l themselves.
 */
import { SpecError } from "../../base/index.ts";
import { sizeOf } from "../../engine/index.ts";
import { loadKernels } from "../../kernels/index.ts";
import type { FlowBlock } from "../chain/index.ts";
import type { EntropyCurve } from "./cutoff.ts";
import { enterChain } from "./enter.ts";
import { type LayerEntropies, measureLayer } from "./layer-entropies.ts";
import { type Reconstruction, type ReconstructOptions, reconstruct } from "./reconstruct.ts";
import type { FlowData } from "./stream.ts";
import type { TrainedCascade } from "./types.ts";

/** The flow of one batch through a cascade. Index 0 of everything belongs to the input itself. */
export interface FlowCurve {
  /** Median over the examples of the relative entropy of input and reconstruction, nats. */
  readonly relative: EntropyCurve;
  /** The same with every example divided by its value at the deepest layer first, as published. */
  readonly relativeShare: EntropyCurve;
  /** Differential entropy of R_l, nats per pixel; NaN where too few examples have a usable sum. */
  readonly differential: EntropyCurve;
  /** Gram entropy of R_l: 0 when all reconstructions are alike, 1 when they are orthogonal. */
  readonly gram: EntropyCurve;
  /** Gram entropy of the activations x_l. */
  readonly forwardGram: EntropyCurve;
  /** Eigenvalues of the Gram density matrices, descending, of sum 1. */
  readonly spectra: {
    readonly forward: readonly Float64Array[];
    readonly reconstructed: readonly Float64Array[];
  };
  /** Pixels of R_l that are equal in all examples: they count with standard deviation 1 in `differential`. */
  readonly constantPixels: readonly number[];
  /** Examples of R_l that `differential` leaves out: their sum is near 0, or of the other sign than most. */
  readonly leftOutExamples: readonly number[];
  readonly examples: number;
  /** Layers at the end that are left out. */
  readonly skipped: number;
  /** What was left out, one sentence each. */
  readonly notes: readonly string[];
}

/** Options of `measureCurve`. */
export interface CurveOptions extends ReconstructOptions {
  /** Layers at the end to leave out: the published maps leave out 2, a narrow head of 400 and 10. Default 0. */
  readonly skipLast?: number;
  /** Sees every reconstruction as it comes, l = 1, 2, ..., for pictures. */
  readonly onReconstruction?: (reconstruction: Reconstruction) => void;
}

/**
 * Measures how much of a batch can be reconstructed from every depth.
 *
 * @param examples - x_0, at least 2, usually a test batch of 100
 * @returns entropies by depth with errors over the examples: rank interval for the medians, jackknife over ten blocks
 *   for the others
 * @throws SpecError for fewer than 2 examples or when nothing is left after `skipLast`; FormatError for a constant batch
 * Cost: that of `reconstruct`, and about 20 ms a layer for 100 examples of 784 pixels.
 * @source arXiv 2406.12916; code Reconstructor (Gram entropy)
 * @example
 * ```ts
 * import { sampleMixture } from "isinglass/data";
 * import { createStream } from "isinglass/numerics";
 * import { drawDenseChain, measureCurve, trainDecoders } from "isinglass/flow";
 *
 * const stream = createStream(1);
 * const chain = drawDenseChain({ widths: [16, 16, 16], sigmaW2: 1.5, stream: stream.fork("chain") });
 * const data = sampleMixture(640, [16], stream.fork("data"));
 * const cascade = await trainDecoders(chain, data, { stream, batches: 10 });
 * const { gram } = await measureCurve(cascade, { ...data, count: 20 });
 * gram.depths; // => [0, 1, 2]
 * ```
 */
export async function measureCurve(
  cascade: TrainedCascade,
  examples: FlowData,
  options: CurveOptions = {},
): Promise<FlowCurve> {
  const { skipLast = 0 } = options;
  const { blocks, inputShape } = cascade.chain;
  const kept = blocks.length - skipLast;
  const batch = await enterChain(cascade.chain, examples);
  if (batch.count < 2) {
    throw new SpecError(`information flow: a batch of ${batch.count}, expected at least 2 examples`);
  }
  if (!(Number.isSafeInteger(skipLast) && skipLast >= 0 && kept >= 1)) {
    throw new SpecError(
      `information flow: ${skipLast} of ${blocks.length} layers left out, expected 0 to ${blocks.length - 1}`,
    );
  }
  const kernels = await loadKernels();
  const inputs = batch.inputs.subarray(0, batch.count * sizeOf(inputShape));
  const { count } = batch;
  const layers = [
    measureLayer({ inputs, reconstructed: inputs, activations: inputs, count, depth: 0 }, kernels),
  ];
  const shortened: TrainedCascade = {
    ...cascade,
    chain: { ...cascade.chain, blocks: blocks.slice(0, kept) },
    decoders: cascade.decoders.slice(0, kept),
  };
  for await (const reconstruction of reconstruct(shortened, batch, options)) {
    options.onReconstruction?.(reconstruction);
    layers.push(measureLayer({ inputs, count, ...reconstruction }, kernels));
  }
  return assembleCurve(layers, count, skipLast, shortened.chain.blocks.at(-1) as FlowBlock);
}

/** The curve of the depths that were measured. */
export function assembleCurve(
  layers: readonly LayerEntropies[],
  examples: number,
  skipped: number,
  last: FlowBlock,
): FlowCurve {
  const depths = layers.map((_, depth) => depth);
  const curve = (
    name: string,
    of: (layer: LayerEntropies) => { value: number; stderr: number },
  ): EntropyCurve => ({
    name,
    depths,
    values: Float64Array.from(layers, (layer) => of(layer).value),
    stderr: Float64Array.from(layers, (layer) => of(layer).stderr),
  });
  const deepest = (layers.at(-1) as LayerEntropies).relativeEach;
  const share = ({ relativeEach }: LayerEntropies) =>
    medianWithError(relativeEach.map((value, i) => value / (deepest[i] as number)));
  const constantPixels = layers.map((layer) => layer.differential.constantPixels);
  const leftOutExamples = layers.map((layer) => layer.differential.leftOutExamples);
  const notes = [
    ...(skipped > 0
      ? [`The last ${skipped} layers are left out; the deepest one measured is ${last.name}.`]
      : []),
    ...(constantPixels.some((n) => n > 0)
      ? [
          "Pixels that are equal in all reconstructions count with standard deviation 1 in the differential entropy.",
        ]
      : []),
    ...(leftOutExamples.some((n) => n > 0)
      ? [
          "Reconstructions whose sum is near 0 are left out of the differential entropy; it is undefined where most are.",
        ]
      : []),
  ];
  return {
    relative: curve("relative", (layer) => medianWithError(layer.relativeEach)),
    relativeShare: curve("relative share", share),
    differential: curve("differential", (layer) => layer.differential),
    gram: curve("gram", (layer) => layer.gram),
    forwardGram: curve("forward gram", (layer) => layer.forward),
    spectra: {
      forward: layers.map((layer) => layer.forward.eigenvalues),
      reconstructed: layers.map((layer) => layer.gram.eigenvalues),
    },
    constantPixels,
    leftOutExamples,
    examples,
    skipped,
    notes,
  };
}

/**
 * Median with one standard error: half the distance between the values whose ranks lie sqrt(n)/2 to both sides, an
 * interval that holds the true median with probability 0.68 for any distribution (binomial law of ranks).
 */
export function medianWithError(values: Float64Array): { readonly value: number; readonly stderr: number } {
  const sorted = values.slice().sort();
  const n = sorted.length;
  const at = (rank: number): number => {
    const place = Math.min(n - 1, Math.max(0, rank));
    const below = Math.floor(place);
    const low = sorted[below] as number;
    const high = sorted[Math.min(n - 1, below + 1)] as number;
    return low + (place - below) * (high - low);
  };
  const middle = (n - 1) / 2;
  const half = Math.sqrt(n) / 2;
  return { value: at(middle), stderr: (at(middle + half) - at(middle - half)) / 2 };
}
