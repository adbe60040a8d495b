/** Runs a whole chain, and each of its decoders, as one graph. */
import {
  createSession,
  type Graph,
  GraphBuilder,
  type Tensor,
  type Value,
} from "../../../src/engine/index.ts";
import type { FlowBlock, FlowChain } from "../../../src/flow/chain/index.ts";

/** Parameters of a block as constants of a builder. */
export function parametersIn(b: GraphBuilder, block: FlowBlock): Record<string, Value> {
  return Object.fromEntries(Object.entries(block.parameters).map(([name, t]) => [name, b.constant(t)]));
}

/** All blocks one after the other. */
export function composed(chain: FlowChain, batch: number): Graph {
  const b = new GraphBuilder("composed");
  const { inputShape } = chain.entry ?? chain;
  const input = b.input("input", chain.entry?.dtype ?? "float32", [batch, ...inputShape]);
  const x0 = chain.entry?.forward(b, input) ?? input;
  const end = chain.blocks.reduce((x, block) => block.forward(b, x, parametersIn(b, block)), x0);
  b.output(end, "output");
  return b.build();
}

/** What a graph makes of its input. */
export async function outputOf(graph: Graph, input: Tensor): Promise<Tensor> {
  const session = await createSession(graph);
  const results = await session.run({ [graph.inputs[0]!.name]: input });
  await session.release();
  return Object.values(results)[0]!;
}

/** Shape of what a block's decoder makes of the block's output, without the batch. */
export function decodedShape(block: FlowBlock, batch: number): readonly number[] {
  const b = new GraphBuilder("decoded");
  const y = b.input("y", "float32", [batch, ...block.outputShape]);
  const parameters = block.decoder.parameters.map(({ name, shape }) => b.input(name, "float32", shape));
  const [n, ...shape] = block.decoder.build(b, y, parameters).shape;
  if (n !== batch) throw new Error(`batch became ${n}`);
  return shape;
}

/** A smooth input that is the same everywhere. */
export function smoothInput(shape: readonly number[]): Tensor<"float32"> {
  const length = shape.reduce((product, size) => product * size, 1);
  return { dtype: "float32", shape, data: Float32Array.from({ length }, (_, i) => Math.sin(1.3 * i)) };
}
