/**
 * Measurement that follows the training: whenever the decoder of the next block is finished, the batch is passed one block
 * further and back through the decoders that exist, so that a curve grows while deeper decoders are still being trained.
 * Numbers are those of `measureCurve`, bit for bit; it costs L(L+1)/2 single decoders instead of L stacked ones.
 */
import { InterruptedError } from "../../base/index.ts";
import { sizeOf } from "../../engine/index.ts";
import { type LinearAlgebra, loadKernels } from "../../kernels/index.ts";
import type { FlowBlock, FlowChain } from "../chain/index.ts";
import { assembleCurve, type FlowCurve } from "./curve.ts";
import { enterChain } from "./enter.ts";
import { type Lane, openLanes } from "./lanes.ts";
import { type LayerEntropies, measureLayer } from "./layer-entropies.ts";
import { decode, passForward, type Reconstruction, requireBatch } from "./reconstruct.ts";
import type { FlowData } from "./stream.ts";
import type { TrainedDecoder } from "./types.ts";

/** One depth, as soon as it can be measured. */
export interface FollowedDepth extends LayerEntropies {
  /** l, from 0, the input. */
  readonly depth: number;
}

/** A batch that follows a training. */
export interface CurveFollower {
  /** The input's own entropies. */
  readonly input: FollowedDepth;
  /** Goes one block deeper. Calls may overlap: they are answered in order. */
  advance(decoder: TrainedDecoder): Promise<FollowedDepth>;
  /** The curve down to the deepest block measured so far, at least one. */
  curve(): FlowCurve;
  release(): Promise<void>;
}

/** Options of `followTraining`. */
export interface FollowOptions {
  readonly signal?: AbortSignal;
  /** Sees every reconstruction as it comes, l = 1, 2, ..., for pictures. */
  readonly onReconstruction?: (reconstruction: Reconstruction) => void;
}

/**
 * Prepares a batch that follows a training; hand every decoder of `trainDecoders`' `onDecoder` to `advance`.
 *
 * @param examples - x_0, at least 2 examples
 * @throws ShapeError when the batch does not fit the chain; InterruptedError when the signal comes
 * @source arXiv 2406.12916
 * @example
 * ```ts
 * import { sampleMixture } from "isinglass/data";
 * import { createStream } from "isinglass/numerics";
 * import { drawDenseChain, followTraining, trainDecoders } from "isinglass/flow";
 *
 * const stream = createStream(1);
 * const chain = drawDenseChain({ widths: [16, 16, 16], sigmaW2: 1.5, stream: stream.fork("chain") });
 * const data = sampleMixture(640, [16], stream.fork("data"));
 * const follower = await followTraining(chain, { ...data, count: 20 });
 * const seen = [];
 * await trainDecoders(chain, data, { stream, batches: 10, onDecoder: (_, decoder) => seen.push(follower.advance(decoder)) });
 * (await Promise.all(seen)).map(({ depth }) => depth); // => [1, 2]
 * await follower.release();
 * ```
 */
export async function followTraining(
  chain: FlowChain,
  examples: FlowData,
  options: FollowOptions = {},
): Promise<CurveFollower> {
  const batch = await enterChain(chain, examples);
  requireBatch(batch, chain.inputShape);
  const { lanes, release } = openLanes(1);
  const follower = new Follower(chain, batch, lanes[0] as Lane, await loadKernels(), options);
  return {
    input: follower.layers[0] as FollowedDepth,
    advance: (decoder) => follower.advance(decoder),
    curve: () =>
      assembleCurve(follower.layers, batch.count, 0, chain.blocks[follower.layers.length - 2] as FlowBlock),
    release,
  };
}

/** The batch at the deepest block so far, with the decoders that lead back. */
class Follower {
  readonly layers: FollowedDepth[];
  private readonly decoders: TrainedDecoder[] = [];
  private readonly inputs: Float32Array;
  private x: Float32Array;
  private last: Promise<unknown> = Promise.resolve();

  constructor(
    private readonly chain: FlowChain,
    private readonly batch: FlowData,
    private readonly lane: Lane,
    private readonly kernels: LinearAlgebra,
    private readonly options: FollowOptions,
  ) {
    const { inputs, count } = batch;
    this.inputs = inputs.subarray(0, count * sizeOf(chain.inputShape));
    this.x = this.inputs;
    this.layers = [this.measure(this.inputs, 0)];
  }

  advance(decoder: TrainedDecoder): Promise<FollowedDepth> {
    const next = this.last.then(() => this.step(decoder));
    this.last = next.catch(() => {});
    return next;
  }

  private async step(decoder: TrainedDecoder): Promise<FollowedDepth> {
    const { chain, batch, lane, options } = this;
    this.decoders.push(decoder);
    const depth = this.decoders.length;
    const { count } = batch;
    this.requireWanted();
    this.x = await passForward(lane, chain.blocks[depth - 1] as FlowBlock, this.x, count);
    // the engine takes the array it is given
    let reconstructed = this.x.slice();
    for (let layer = depth; layer >= 1; layer--) {
      this.requireWanted();
      const { parameters } = this.decoders[layer - 1] as TrainedDecoder;
      reconstructed = await decode(
        lane,
        chain.blocks[layer - 1] as FlowBlock,
        parameters,
        reconstructed,
        1,
        count,
      );
    }
    options.onReconstruction?.({ depth, reconstructed, activations: this.x });
    const measured = this.measure(reconstructed, depth);
    this.layers.push(measured);
    return measured;
  }

  private measure(reconstructed: Float32Array, depth: number): FollowedDepth {
    const { inputs, x: activations, kernels } = this;
    const { count } = this.batch;
    return { depth, ...measureLayer({ inputs, reconstructed, activations, count, depth }, kernels) };
  }

  private requireWanted(): void {
    if (this.options.signal?.aborted) throw new InterruptedError("stopped on request");
  }
}
