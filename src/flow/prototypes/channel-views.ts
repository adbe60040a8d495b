/**
 * Channel views: what one channel of a layer keeps of the input. All other channels are set to zero and the rest of
 * the cascade is run back (arXiv 2406.12916 and its code: channel 216 of block 10 of VGG16 answers to faces).
 */
import { InterruptedError, ShapeError, SpecError, type WorkOptions } from "../../base/index.ts";
import { sizeOf } from "../../engine/index.ts";
import type { FlowData, TrainedCascade } from "../cascade/index.ts";
import type { FlowBlock } from "../chain/index.ts";
import { openBlocks, openDecoders, requireDepth } from "./passage.ts";

/** Options of `reconstructChannels`. */
export interface ChannelOptions extends WorkOptions {
  /** Number of blocks passed before the view: k looks at the output of block k. */
  readonly depth: number;
  /** Channels to show. Default: all. */
  readonly channels?: readonly number[];
}

/** What one channel keeps. */
export interface ChannelView {
  readonly channel: number;
  /** Row-major [examples, ...inputShape]. */
  readonly reconstructed: Float32Array;
  /** Root mean square of the channel over examples and positions: how strongly it answers. */
  readonly strength: number;
}

/** Channels of a shape [c, height, width]; of tokens [t, width] and vectors [width] the last axis. */
export function channelsOf(shape: readonly number[]): number {
  return (shape.length >= 3 ? shape[0] : shape.at(-1)) as number;
}

/**
 * Views of the channels of one block, one after the other:
 * $$ V_j = g_1(\dots g_k(\Pi_j x_k)), $$ where Pi_j keeps channel j and sets the others to zero.
 *
 * @param batch - examples x_0
 * @throws SpecError for a depth or a channel that does not exist, ShapeError when the batch does not fit
 * Cost: k blocks forward once, and k decoders back for every channel.
 * @source arXiv 2406.12916, section on interpretability
 * @example
 * ```ts
 * import { sampleMixture } from "isinglass/data";
 * import { createStream } from "isinglass/numerics";
 * import { drawDenseChain, reconstructChannels, trainDecoders } from "isinglass/flow";
 *
 * const stream = createStream(1);
 * const chain = drawDenseChain({ widths: [16, 12, 3], sigmaW2: 1.5, stream: stream.fork("chain") });
 * const data = sampleMixture(640, [16], stream.fork("data"));
 * const cascade = await trainDecoders(chain, data, { stream, batches: 10 });
 * const few = { ...data, count: 4, inputs: data.inputs.slice(0, 64) };
 * const seen = [];
 * for await (const { channel } of reconstructChannels(cascade, few, { depth: 1, channels: [0, 7] })) seen.push(channel);
 * seen; // => [0, 7]
 * ```
 */
export async function* reconstructChannels(
  cascade: TrainedCascade,
  batch: FlowData,
  { depth, channels, signal, onProgress }: ChannelOptions,
): AsyncGenerator<ChannelView, void, void> {
  requireDepth(cascade, depth);
  const { chain } = cascade;
  const { outputShape } = chain.blocks[depth - 1] as FlowBlock;
  const count = channelsOf(outputShape);
  const shown = channels ?? Array.from({ length: count }, (_, k) => k);
  const bad = shown.find((k) => !(Number.isInteger(k) && k >= 0 && k < count));
  if (bad !== undefined) {
    throw new SpecError(
      `channels of block ${chain.blocks[depth - 1]?.name}: received ${bad}, expected whole numbers from 0 to ${count - 1}`,
    );
  }
  const x = inputsOf(batch, chain.inputShape);
  const forward = await openBlocks(cascade, depth, batch.count);
  const activations = await forward.run(x, signal).finally(() => forward.release());
  const back = await openDecoders(cascade, depth, batch.count);
  try {
    for (const [done, channel] of shown.entries()) {
      if (signal?.aborted) throw new InterruptedError("stopped on request");
      const only = keepChannel(activations, outputShape, channel);
      const reconstructed = await back.run(only, signal);
      yield { channel, reconstructed, strength: strengthOf(only, count) };
      onProgress?.({ stage: "viewing channels", done: done + 1, total: shown.length });
    }
  } finally {
    await back.release();
  }
}

function inputsOf(batch: FlowData, shape: readonly number[]): Float32Array {
  const size = batch.count * sizeOf(shape);
  if (sizeOf(batch.shape) === sizeOf(shape) && batch.count > 0 && batch.inputs.length >= size) {
    return batch.inputs.subarray(0, size);
  }
  throw new ShapeError(
    `channels: ${batch.count} examples of shape [${batch.shape}] with ${batch.inputs.length} numbers, expected at least one of shape [${shape}]`,
  );
}

/** A copy of y [count, ...shape] with zeros in all channels but one. */
export function keepChannel(y: Float32Array, shape: readonly number[], channel: number): Float32Array {
  const kept = new Float32Array(y.length);
  const count = channelsOf(shape);
  const inner = shape.length >= 3 ? sizeOf(shape.slice(1)) : 1;
  for (let start = channel * inner; start < y.length; start += count * inner) {
    kept.set(y.subarray(start, start + inner), start);
  }
  return kept;
}

/** Root mean square over the elements of one channel; the others are zero. */
function strengthOf(only: Float32Array, channels: number): number {
  let sum = 0;
  for (let i = 0; i < only.length; i++) sum += (only[i] as number) ** 2;
  return Math.sqrt((sum * channels) / only.length);
}
