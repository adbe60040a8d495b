/**
 * One draw of a measurement: the decoders of a chain are trained on one part of the data, and the curve is measured on a
 * test batch that they never saw (arXiv 2406.12916).
 */
import { ConvergenceError, type WorkOptions } from "../../base/index.ts";
import { type Pool, sizeOf } from "../../engine/index.ts";
import type { RandomStream } from "../../numerics/index.ts";
import {
  type DecoderTrainingOptions,
  enterChain,
  type FlowCurve,
  type FlowData,
  type FollowedDepth,
  followTraining,
  measureCurve,
  type Reconstruction,
  type TrainedCascade,
  trainDecoders,
} from "../cascade/index.ts";
import type { FlowChain } from "../chain/index.ts";
import {
  classifyFlow,
  type DecoderLearning,
  type DecoderState,
  learningOf,
  stateOfDecoder,
  targetVariance,
} from "../classify/index.ts";
import type { GramSpectrum } from "../spectra/index.ts";
import { shannonEntropy } from "./shannon.ts";
import type { FlowProfile } from "./types.ts";

/** How decoders are trained and measured. */
export interface ProfileOptions extends WorkOptions {
  /** Draws the decoders and the order of the examples. */
  readonly stream: RandomStream;
  /** Minibatches of decoder training. Default 200. */
  readonly batches?: number;
  /** Examples in a minibatch. Default 64. */
  readonly batch?: number;
  /** Learning rate of Adam. Default 1e-3. */
  readonly rate?: number;
  readonly threads?: number;
  readonly pool?: Pool;
  /** Sees every reconstruction of the test batch as it comes, for pictures. */
  readonly onReconstruction?: (reconstruction: Reconstruction) => void;
  /**
   * Sees every depth from the input on, as soon as its decoder is finished, while deeper ones are still being trained.
   * Costs more than measuring at the end in very deep chains; the numbers are the same.
   */
  readonly onDepth?: (depth: FollowedDepth) => void;
}

/** One draw with everything that pictures need. */
export interface MeasuredProfile {
  readonly profile: FlowProfile;
  readonly curve: FlowCurve;
  readonly cascade: TrainedCascade;
}

/** Minibatches of decoder training: enough for an MLP (A6 of the published measurements uses as many). */
export const DECODER_BATCHES = 200;

/** Share of the training at its end whose losses are averaged. */
const LAST_SHARE = 0.1;

/**
 * Trains the decoders of a chain and measures its entropies.
 *
 * @param train examples for the decoders
 * @param test the batch that is reconstructed, at least 2 examples
 * @throws as `trainDecoders` and `measureCurve`; ConvergenceError when most decoders have learned nothing
 */
export async function measureProfile(
  chain: FlowChain,
  train: FlowData,
  test: FlowData,
  options: ProfileOptions,
): Promise<MeasuredProfile> {
  const { stream, batches = DECODER_BATCHES, batch = 64, rate = 1e-3 } = options;
  const { signal, onProgress, threads, pool } = options;
  const work = {
    ...(threads === undefined ? {} : { threads }),
    ...(pool === undefined ? {} : { pool }),
    ...(signal === undefined ? {} : { signal }),
    ...(onProgress === undefined ? {} : { onProgress }),
  };
  const shannon = [shannonEntropy(test.inputs, test.count)];
  const entered = await enterChain(chain, test);
  const variances = [targetVariance(entered.inputs, test.count, chain.inputShape)];
  const onReconstruction = (reconstruction: Reconstruction): void => {
    const next = chain.blocks[reconstruction.depth];
    if (next !== undefined) {
      variances.push(targetVariance(reconstruction.activations, test.count, next.inputShape));
    }
    shannon.push(shannonEntropy(reconstruction.reconstructed, test.count));
    options.onReconstruction?.(reconstruction);
  };
  const training = { stream, batches, batch, rate, ...work };
  if (options.onDepth !== undefined) {
    const { cascade, curve } = await trainFollowed(chain, train, test, training, {
      ...{ onReconstruction, onDepth: options.onDepth },
    });
    return { profile: profileOf(curve, cascade, { shannon, variances }), curve, cascade };
  }
  const cascade = await trainDecoders(chain, train, training);
  const curve = await measureCurve(cascade, test, { ...work, onReconstruction });
  return { profile: profileOf(curve, cascade, { shannon, variances }), curve, cascade };
}

/** Training and measurement at the same time. */
async function trainFollowed(
  chain: FlowChain,
  train: FlowData,
  test: FlowData,
  training: DecoderTrainingOptions,
  watch: Required<Pick<ProfileOptions, "onReconstruction" | "onDepth">>,
): Promise<Pick<MeasuredProfile, "cascade" | "curve">> {
  const { signal } = training;
  const { onReconstruction, onDepth } = watch;
  const follower = await followTraining(chain, test, {
    ...{ onReconstruction },
    ...(signal === undefined ? {} : { signal }),
  });
  try {
    onDepth(follower.input);
    const measured: Promise<void>[] = [];
    const cascade = await trainDecoders(chain, train, {
      ...training,
      onDecoder: (_, decoder) => {
        const next = follower.advance(decoder).then(onDepth);
        // a failure is reported when the training is over
        next.catch(() => {});
        measured.push(next);
      },
    });
    await Promise.all(measured);
    return { cascade, curve: follower.curve() };
  } finally {
    await follower.release();
  }
}

/** The numbers of a curve as plain arrays. */
function profileOf(
  curve: FlowCurve,
  cascade: TrainedCascade,
  { shannon, variances }: { readonly shannon: readonly number[]; readonly variances: readonly number[] },
): FlowProfile {
  const { decoders, chain } = cascade;
  const counted = countedDepth(chain);
  const learning = learningOf(cascade, variances);
  requireLearned(learning.slice(0, counted), cascade);
  return {
    gram: [...curve.gram.values],
    differential: [...curve.differential.values],
    relative: [...curve.relative.values],
    forward: [...curve.forwardGram.values],
    forwardLargest: curve.spectra.forward.map((eigenvalues) => eigenvalues[0] as number),
    decoderLoss: decoders.map(({ loss, parameters }) => {
      if (parameters.length === 0) return null;
      const last = loss.subarray(Math.floor(loss.length * (1 - LAST_SHARE)));
      return last.reduce((sum, value) => sum + value, 0) / last.length;
    }),
    learning,
    leftOut: curve.leftOutExamples,
    shannon,
    classification: classify(curve, counted, learning),
  };
}

/** Through decoders that are no better than a constant nothing can be seen; a few of them leave the class undecided. */
function requireLearned(
  learning: readonly (DecoderLearning | null)[],
  { chain, rate, batches }: TrainedCascade,
): void {
  const known = learning.filter((decoder) => decoder !== null);
  const failed = learning.flatMap((decoder, i) =>
    decoder !== null && stateOfDecoder(decoder) === "failed" ? [{ ...decoder, depth: i + 1 }] : [],
  );
  const [first] = failed;
  if (first === undefined || 2 * failed.length <= known.length) return;
  const { depth, start, end, variance } = first;
  const say = (value: number): string => String(Number(value.toPrecision(3)));
  throw new ConvergenceError(
    `${failed.length} of ${known.length} decoders have learned nothing; the first is decoder ${depth} (of block ${chain.blocks[depth - 1]?.name}): loss ${say(end)} at the end, ${say(start)} untrained, ${say(variance)} for the best constant`,
    {
      hint: failed.some((decoder) => decoder.end > 1.5 * decoder.start)
        ? `Lower the learning rate of the decoders: ${rate} here, 0.001 is usual (--decoder-rate).`
        : `Train them longer (${batches} minibatches here; --batches), or at another rate (${rate} here; --decoder-rate).`,
      data: { decoders: failed.map((decoder) => decoder.depth), rate },
    },
  );
}

function classify(
  { spectra, examples }: FlowCurve,
  counted: number,
  learning: readonly (DecoderLearning | null)[],
): FlowProfile["classification"] {
  const upTo = (parts: readonly Float64Array[]): GramSpectrum[] =>
    parts.slice(0, counted + 1).map((eigenvalues) => spectrumOf(eigenvalues, examples));
  const { thresholds: _, ...classification } = classifyFlow({
    forward: upTo(spectra.forward),
    reconstructed: upTo(spectra.reconstructed),
    decoders: learning
      .slice(0, counted)
      .map((decoder): DecoderState | null => (decoder === null ? null : stateOfDecoder(decoder))),
  });
  return classification;
}

/** A spectrum with the mean cosine that its largest eigenvalue has for equicorrelated samples, (1 + (n - 1) c) / n. */
function spectrumOf(eigenvalues: Float64Array, samples: number): GramSpectrum {
  const largest = Math.min(1, eigenvalues[0] as number);
  const decorrelation = Math.min(2, Math.max(0, (samples * (1 - largest)) / (samples - 1)));
  return {
    ...{ eigenvalues, samples, features: eigenvalues.length, zeroRows: 0 },
    ...{ meanCosine: 1 - decorrelation, decorrelation, centring: "sample", scaling: "sample" },
  };
}

/** Number of values of one example of a chain's block outputs, the input first. */
export function blockSizes({ inputShape, blocks }: FlowChain): number[] {
  return [sizeOf(inputShape), ...blocks.map(({ outputShape }) => sizeOf(outputShape))];
}

/** Blocks at the end are a head when they hold less than this share of the median block. */
const HEAD_SHARE = 0.25;

/**
 * The depth up to which a chain counts: blocks at the end that are much narrower than the others (a head of 10 classes)
 * lose information for their size alone, so the published curves leave them out.
 *
 * @returns the number of blocks before the head; all blocks when they are alike
 * @example
 * ```ts
 * import { createStream } from "isinglass/numerics";
 * import { countedDepth, drawDenseChain } from "isinglass/flow";
 * countedDepth(drawDenseChain({ widths: [64, 64, 64, 10], sigmaW2: 1, stream: createStream(1) })); // => 2
 * ```
 */
export function countedDepth(chain: FlowChain): number {
  const sizes = blockSizes(chain).slice(1);
  const median = [...sizes].sort((a, b) => a - b)[Math.floor(sizes.length / 2)] as number;
  let depth = sizes.length;
  while (depth > 1 && (sizes[depth - 1] as number) < HEAD_SHARE * median) depth -= 1;
  return depth;
}
