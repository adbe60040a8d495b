/** Brings data to where a chain begins: through the embedding of tokens when the model has one. */
import { createSession, GraphBuilder, sizeOf, type Tensor, tensorOf } from "../../engine/index.ts";
import type { FlowChain } from "../chain/index.ts";
import type { FlowData } from "./stream.ts";

/** Examples in one run of the entry. */
const RUN = 64;

/**
 * The data as the first block of a chain takes them. Data of another shape than the model's input come back as they are.
 *
 * @param data - for chains that begin behind an embedding: token numbers, one for each position
 * @example
 * ```ts
 * import { sampleBlobs } from "isinglass/data";
 * import { createStream } from "isinglass/numerics";
 * import { drawDenseChain } from "isinglass/flow";
 *
 * const chain = drawDenseChain({ widths: [36, 20], sigmaW2: 1.5, stream: createStream(1) });
 * const data = sampleBlobs(10, [6, 6], createStream(2));
 * (await enterChain(chain, data)) === data; // => true
 * ```
 */
export async function enterChain(
  chain: Pick<FlowChain, "entry" | "inputShape">,
  data: FlowData,
): Promise<FlowData> {
  const { entry, inputShape } = chain;
  const isThere = `${data.shape}` === `${inputShape}`;
  if (entry === null || isThere || sizeOf(entry.inputShape) !== sizeOf(data.shape)) return data;
  const b = new GraphBuilder("entry");
  b.output(entry.forward(b, b.input("x", entry.dtype, [RUN, ...entry.inputShape])), "y");
  const session = await createSession(b.build());
  const [width, embedded] = [sizeOf(data.shape), sizeOf(inputShape)];
  const out = new Float32Array(data.count * embedded);
  try {
    for (let first = 0; first < data.count; first += RUN) {
      // the last run is filled up with its own first example, which is a token of the model
      const rows = Float32Array.from({ length: RUN * width }, (_, i) => {
        const row = first + Math.floor(i / width);
        return data.inputs[(row < data.count ? row : first) * width + (i % width)] as number;
      });
      const { y } = await session.run({ x: tensorOf(entry.dtype, [RUN, ...entry.inputShape], rows) });
      const count = Math.min(RUN, data.count - first);
      out.set((y as Tensor<"float32">).data.subarray(0, count * embedded), first * embedded);
    }
  } finally {
    await session.release();
  }
  return { name: data.name, inputs: out, count: data.count, shape: inputShape };
}
