/**
 * Reconstruction from every depth: R_l = g_1(g_2(... g_l(x_l))). All depths go back together: the batch grows by one
 * set of examples at each layer from the deepest to the input, so that every decoder is applied once to everything
 * that passes it, L(L+1)/2 applications in L products.
 */
import { InterruptedError, ShapeError, type WorkOptions } from "../../base/index.ts";
import { type Pool, sizeOf, type Tensor, type Tensors } from "../../engine/index.ts";
import type { FlowBlock } from "../chain/index.ts";
import { enterChain } from "./enter.ts";
import { type Lane, openLanes } from "./lanes.ts";
import { buildBlockPass, buildDecoder } from "./step.ts";
import { NAMES } from "./step-names.ts";
import type { FlowData } from "./stream.ts";
import type { TrainedCascade } from "./types.ts";

/** What is left of a batch after `depth` layers. */
export interface Reconstruction {
  /** l, from 1. */
  readonly depth: number;
  /** R_l, [count, ...inputShape]. */
  readonly reconstructed: Float32Array;
  /** x_l, [count, ...outputShape] of block l. */
  readonly activations: Float32Array;
}

/** Options of `reconstruct`. */
export interface ReconstructOptions extends WorkOptions {
  /** Depths reconstructed at the same time, one thread for each share. Default 1. */
  readonly threads?: number;
  readonly pool?: Pool;
  /** Bytes for activations on their way back; deeper chains go in several rounds. Default 512 MiB. */
  readonly memory?: number;
}

const DEFAULT_MEMORY = 2 ** 29;

/**
 * Reconstructs a batch from every depth of a trained cascade, in the order l = 1, 2, ..., L.
 *
 * @param examples - x_0, usually ones that the decoders did not see
 * @throws ShapeError when the batch does not fit the chain; InterruptedError when the signal comes
 * Cost: L forward blocks and L(L+1)/2 decoders on the batch; the memory bound sets how many depths are under way.
 * @source arXiv 2406.12916
 * @example
 * ```ts
 * import { sampleMixture } from "isinglass/data";
 * import { createStream } from "isinglass/numerics";
 * import { drawDenseChain, reconstruct, trainDecoders } from "isinglass/flow";
 *
 * const stream = createStream(1);
 * const chain = drawDenseChain({ widths: [16, 16, 16], sigmaW2: 1.5, stream: stream.fork("chain") });
 * const data = sampleMixture(640, [16], stream.fork("data"));
 * const cascade = await trainDecoders(chain, data, { stream, batches: 10 });
 * const sizes = [];
 * for await (const { depth, reconstructed } of reconstruct(cascade, { ...data, count: 4, inputs: data.inputs.slice(0, 64) })) {
 *   sizes.push([depth, reconstructed.length]);
 * }
 * sizes; // => [[1, 64], [2, 64]]
 * ```
 */
export async function* reconstruct(
  cascade: TrainedCascade,
  examples: FlowData,
  options: ReconstructOptions = {},
): AsyncGenerator<Reconstruction, void, void> {
  const { threads = 1, memory = DEFAULT_MEMORY, signal, onProgress } = options;
  const { blocks } = cascade.chain;
  const batch = await enterChain(cascade.chain, examples);
  requireBatch(batch, cascade.chain.inputShape);
  const widest = Math.max(
    sizeOf(cascade.chain.inputShape),
    ...blocks.map((block) => sizeOf(block.outputShape)),
  );
  const round = Math.max(1, Math.floor(memory / (widest * batch.count * 4)));
  const opened = openLanes(Math.min(threads, blocks.length), options.pool);
  let x: Float32Array = batch.inputs.subarray(0, batch.count * sizeOf(batch.shape));
  try {
    for (let first = 1; first <= blocks.length; first += round) {
      const last = Math.min(blocks.length, first + round - 1);
      const activations = new Map<number, Float32Array>();
      for (let depth = first; depth <= last; depth++) {
        if (signal?.aborted) throw new InterruptedError("stopped on request");
        x = await passForward(opened.lanes[0] as Lane, blocks[depth - 1] as FlowBlock, x, batch.count);
        activations.set(depth, x);
      }
      const shares = opened.lanes.map((lane, share) => ({
        lane,
        depths: [...activations.keys()].filter((depth) => depth % opened.lanes.length === share),
      }));
      const rows = await Promise.all(
        shares.map(({ lane, depths }) => passBack(lane, cascade, activations, depths, batch.count, signal)),
      );
      for (let depth = first; depth <= last; depth++) {
        const reconstructed = rows.find((row) => row.has(depth))?.get(depth) as Float32Array;
        yield { depth, reconstructed, activations: activations.get(depth) as Float32Array };
      }
      onProgress?.({ stage: "reconstructing", done: last, total: blocks.length });
    }
  } finally {
    await opened.release();
  }
}

/** Refuses a batch that does not fit the input of a chain. */
export function requireBatch(batch: FlowData, inputShape: readonly number[]): void {
  const width = sizeOf(inputShape);
  if (sizeOf(batch.shape) === width && batch.inputs.length >= batch.count * width && batch.count > 0) return;
  throw new ShapeError(
    `reconstruction: ${batch.count} examples of shape [${batch.shape}] with ${batch.inputs.length} numbers, ` +
      `expected at least one of shape [${inputShape}]`,
  );
}

/** f_l on the whole batch. */
export async function passForward(
  lane: Lane,
  block: FlowBlock,
  x: Float32Array,
  count: number,
): Promise<Float32Array> {
  const session = await lane.session(buildBlockPass(block, count));
  const frozen = Object.values(block.parameters).map((tensor, i) => [NAMES.frozen(i), tensor] as const);
  await session.bind(Object.fromEntries(frozen));
  const shape = [1, count, ...block.inputShape];
  const feeds = { [NAMES.x]: { dtype: "float32", shape, data: x } } as const;
  const { [NAMES.y]: y } = await session.run(feeds, { outputs: [NAMES.y] });
  return (y as Tensor<"float32">).data;
}

/** The growing batch of some depths, from the deepest to the input. */
async function passBack(
  lane: Lane,
  { chain, decoders }: TrainedCascade,
  activations: ReadonlyMap<number, Float32Array>,
  depths: readonly number[],
  count: number,
  signal: AbortSignal | undefined,
): Promise<Map<number, Float32Array>> {
  const wanted = new Set(depths);
  const under: number[] = [];
  let stack = new Float32Array(0);
  for (let layer = Math.max(0, ...depths); layer >= 1; layer--) {
    if (signal?.aborted) throw new InterruptedError("stopped on request");
    const block = chain.blocks[layer - 1] as FlowBlock;
    if (wanted.has(layer)) {
      under.push(layer);
      const grown = new Float32Array(under.length * count * sizeOf(block.outputShape));
      grown.set(stack);
      grown.set(activations.get(layer) as Float32Array, stack.length);
      stack = grown;
    }
    stack = await decode(lane, block, decoders[layer - 1]?.parameters ?? [], stack, under.length, count);
  }
  const width = stack.length / Math.max(1, under.length);
  return new Map(under.map((depth, i) => [depth, stack.slice(i * width, (i + 1) * width)]));
}

/** g_l on `sets` batches at once. */
export async function decode(
  lane: Lane,
  block: FlowBlock,
  parameters: readonly Tensor[],
  stack: Float32Array,
  sets: number,
  count: number,
): Promise<Float32Array<ArrayBuffer>> {
  const session = await lane.session(buildDecoder(block, count));
  const bound: Tensors = Object.fromEntries(parameters.map((tensor, i) => [NAMES.frozen(i), tensor]));
  await session.bind(bound);
  const y: Tensor = { dtype: "float32", shape: [sets, count, ...block.outputShape], data: stack };
  const { [NAMES.x]: x } = await session.run({ [NAMES.y]: y }, { transfer: true });
  return (x as Tensor<"float32">).data as Float32Array<ArrayBuffer>;
}
