/**
 * Training of the reconstruction cascade (arXiv 2406.12916): every decoder g_l learns x_{l-1} from x_l = f_l(x_{l-1})
 * by one Adam step per minibatch, each for itself, while the network stays frozen. Since no decoder depends on
 * another, the order "all minibatches for one layer, then the next layer" gives the same numbers as the published
 * order "one minibatch for all layers", and a decoder with its moments stays in the cache.
 */
import { InterruptedError, SpecError } from "../../base/index.ts";
import type { Tensor } from "../../engine/index.ts";
import { sizeOf } from "../../engine/index.ts";
import type { RandomStream } from "../../numerics/index.ts";
import type { FlowChain } from "../chain/index.ts";
import { enterChain } from "./enter.ts";
import { openLanes } from "./lanes.ts";
import type { LayerState } from "./placed-decoder.ts";
import { type FlowData, type MinibatchStream, minibatchStream } from "./stream.ts";
import type { DecoderTrainingOptions, TrainedCascade, TrainedDecoder } from "./types.ts";
import { largestActivation, type StreamPart, trainLayers } from "./wavefront.ts";

/** Activations of one layer in memory, when nothing else is said. */
const DEFAULT_MEMORY = 2 ** 30;

/**
 * Trains a decoder for every block of a chain:
 * $$ \min_{g_l} \; \langle (g_l(x_l) - x_{l-1})^2 \rangle, \qquad x_l = f_l(x_{l-1}). $$
 *
 * @param chain - the frozen network, block by block
 * @param data - examples x_0 (for chains with an entry: inputs of the model); labels are not used
 * @returns the decoders and the loss of every minibatch; the same seed gives the same numbers whatever the number of
 *   threads, and after an interruption
 * @throws ConvergenceError naming the decoder whose loss is no longer finite; InterruptedError when the signal comes;
 *   SpecError or ShapeError when options, data and chain do not fit
 * Cost: for dense layers of width N about 6 B N^2 operations and one Adam step for each layer and minibatch of B.
 * @source arXiv 2406.12916, section on the reconstruction cascade
 * @example
 * ```ts
 * import { sampleMixture } from "isinglass/data";
 * import { createStream } from "isinglass/numerics";
 * import { drawDenseChain, trainDecoders } from "isinglass/flow";
 *
 * const stream = createStream(1);
 * const chain = drawDenseChain({ widths: [16, 16, 16], sigmaW2: 1.5, stream: stream.fork("chain") });
 * const data = sampleMixture(640, [16], stream.fork("data"));
 * const cascade = await trainDecoders(chain, data, { stream, batch: 64, batches: 30 });
 * cascade.decoders.map(({ loss }) => loss.length); // => [30, 30]
 * ```
 */
export async function trainDecoders(
  chain: FlowChain,
  data: FlowData,
  options: DecoderTrainingOptions,
): Promise<TrainedCascade> {
  const { stream, batch = 64, epochs = 1, rate = 1e-3, threads = 1, memory = DEFAULT_MEMORY } = options;
  requireOptions(chain, rate, threads, memory);
  const entered = await enterChain(chain, data);
  const source = minibatchStream(
    entered,
    chain.inputShape,
    { batch, batches: options.batches, epochs },
    stream,
  );
  const done = options.resume ?? [];
  requireResumable(done, chain, source.batches);
  const states = chain.blocks.map((_, index) => firstState(chain, index, options, done[index]));
  const lanes = openLanes(Math.min(threads, chain.blocks.length), options.pool);
  const decoders: TrainedDecoder[] = [...done];
  let reported = done.length;
  try {
    const { signal } = options;
    const parts = partsOf(source, chain, memory);
    for (const part of parts) {
      if (signal?.aborted) throw new InterruptedError("stopped on request");
      await trainLayers(chain, lanes.lanes, source, part, states, {
        rate,
        ...(signal === undefined ? {} : { signal }),
        onRun: (finished, layer, loss) =>
          options.onProgress?.({
            stage: "training decoders",
            done: part.first * chain.blocks.length + finished,
            total: source.batches * chain.blocks.length,
            note: `layer ${layer + 1} of ${chain.blocks.length}, loss ${loss.toPrecision(3)}`,
          }),
        onLayer: (layer, state) => {
          if (!part.isLast || layer < done.length) return;
          decoders[layer] = { parameters: state.parameters, loss: state.loss };
          // two layers may end in the other order
          for (; decoders[reported] !== undefined; reported++) {
            options.onDecoder?.(reported, decoders[reported] as TrainedDecoder);
          }
        },
      });
    }
  } finally {
    await lanes.release();
  }
  return { chain, decoders, batch, batches: source.batches, rate, seed: stream.seed };
}

function partsOf(source: MinibatchStream, chain: FlowChain, memory: number): StreamPart[] {
  const most = Math.max(1, Math.floor(memory / largestActivation(chain, source.batch)));
  const parts: StreamPart[] = [];
  for (let first = 0; first < source.batches; first += most) {
    const count = Math.min(most, source.batches - first);
    parts.push({ first, count, isLast: first + count === source.batches });
  }
  return parts;
}

/** Parameters as PyTorch draws them, uniform on +-1 / sqrt(fan-in), from a stream of the layer's own. */
export function drawDecoder(chain: FlowChain, index: number, stream: RandomStream): Tensor<"float32">[] {
  const own = stream.fork("decoder").fork(index + 1);
  return (chain.blocks[index]?.decoder.parameters ?? []).map(({ name, shape, fanIn }) => {
    const values = new Float32Array(sizeOf(shape));
    const bound = 1 / Math.sqrt(fanIn);
    own.fork(name).fillUniform(values, -bound, bound);
    return { dtype: "float32", shape, data: values };
  });
}

function firstState(
  chain: FlowChain,
  index: number,
  { stream, initial }: DecoderTrainingOptions,
  finished: TrainedDecoder | undefined,
): LayerState {
  if (finished !== undefined) return { ...finished, carried: [], isFinished: true };
  const plan = chain.blocks[index]?.decoder.parameters ?? [];
  // drawn when the layer's turn comes: the first values of all layers would take as much memory as the network
  const parameters = (): Tensor<"float32">[] =>
    initial?.[index]?.map((tensor) => ({ ...tensor, data: tensor.data.slice() })) ??
    drawDecoder(chain, index, stream);
  for (const [i, { shape }] of initial === undefined ? [] : plan.entries()) {
    const given = initial?.[index]?.[i]?.shape;
    if (`${given}` === `${shape}`) continue;
    throw new SpecError(
      `decoder training: first value ${i + 1} of decoder ${index + 1} has shape [${given}], expected [${shape}]`,
    );
  }
  return { draw: parameters, parameters: [], carried: [], loss: new Float32Array(0), isFinished: false };
}

function requireOptions(chain: FlowChain, rate: number, threads: number, memory: number): void {
  if (chain.blocks.length === 0) throw new SpecError(`decoder training: chain ${chain.name} has no blocks`);
  if (!(rate > 0 && Number.isFinite(rate))) {
    throw new SpecError(`decoder training: rate ${rate}, expected a positive number`);
  }
  if (!(Number.isSafeInteger(threads) && threads > 0)) {
    throw new SpecError(`decoder training: threads ${threads}, expected a positive integer`);
  }
  if (!(memory > 0))
    throw new SpecError(`decoder training: memory ${memory}, expected a positive number of bytes`);
}

function requireResumable(done: readonly TrainedDecoder[], chain: FlowChain, batches: number): void {
  for (const [index, { parameters, loss }] of done.entries()) {
    const plan = chain.blocks[index]?.decoder.parameters;
    const fits =
      plan !== undefined &&
      loss.length === batches &&
      plan.length === parameters.length &&
      plan.every(({ shape }, i) => `${shape}` === `${parameters[i]?.shape}`);
    if (fits) continue;
    throw new SpecError(
      `decoder training: decoder ${index + 1} of the interrupted training saw ${loss.length} minibatches, ` +
        `expected ${batches} and the shapes of ${chain.name}`,
      { hint: "Resume with the same chain, data and options, or start anew." },
    );
  }
}
