/** Runs part of a trained cascade: blocks 1..k forward, or decoders k..1 back, as one graph for a fixed batch. */
import { ShapeError, SpecError } from "../../base/index.ts";
import { createSession, GraphBuilder, sizeOf, type Tensor, type Value } from "../../engine/index.ts";
import type { TrainedCascade } from "../cascade/index.ts";
import type { FlowBlock } from "../chain/index.ts";

/** A prepared part of a cascade. */
export interface Passage {
  /** Passes a batch of the prepared size, row-major. */
  run(values: Float32Array, signal?: AbortSignal): Promise<Float32Array>;
  release(): Promise<void>;
}

/** Checks a depth: the number of blocks passed, from 1 to all. */
export function requireDepth({ chain }: TrainedCascade, depth: number): void {
  if (Number.isInteger(depth) && depth >= 1 && depth <= chain.blocks.length) return;
  throw new SpecError(
    `cascade of ${chain.name}: depth ${depth}, expected a whole number from 1 to ${chain.blocks.length}`,
    { hint: `Its blocks are ${chain.blocks.map(({ name }) => name).join(", ")}.` },
  );
}

async function openPassage(
  shape: readonly number[],
  bound: Readonly<Record<string, Tensor>>,
  append: (b: GraphBuilder, x: Value, at: (name: string) => Value) => Value,
): Promise<Passage> {
  const b = new GraphBuilder("passage");
  const x = b.input("from", "float32", shape);
  const inputs = new Map(
    Object.entries(bound).map(([name, tensor]) => [name, b.input(name, tensor.dtype, tensor.shape)]),
  );
  b.output(
    append(b, x, (name) => inputs.get(name) as Value),
    "to",
  );
  const session = await createSession(b.build());
  await session.bind(bound);
  return {
    run: async (data, signal) => {
      if (data.length !== sizeOf(shape)) {
        throw new ShapeError(`cascade: received ${data.length} numbers, expected the shape [${shape}]`);
      }
      const feeds = { from: { dtype: "float32", shape, data } as const };
      const { to } = await session.run(feeds, signal === undefined ? {} : { signal });
      return (to as Tensor<"float32">).data;
    },
    release: () => session.release(),
  };
}

/** Prepares g_1(g_2(... g_depth(y))) for `count` examples. */
export function openDecoders(cascade: TrainedCascade, depth: number, count: number): Promise<Passage> {
  requireDepth(cascade, depth);
  const { chain, decoders } = cascade;
  const blocks = chain.blocks.slice(0, depth);
  const named = (layer: number, k: number): string => `decoder${layer}.${k}`;
  const bound = Object.fromEntries(
    blocks.flatMap((_, layer) =>
      (decoders[layer]?.parameters ?? []).map((tensor, k) => [named(layer, k), tensor] as const),
    ),
  );
  const last = blocks.at(-1) as FlowBlock;
  return openPassage([count, ...last.outputShape], bound, (b, y, at) =>
    blocks.reduceRight(
      (value, { decoder }, layer) =>
        decoder.build(
          b,
          value,
          decoder.parameters.map((_, k) => at(named(layer, k))),
        ),
      y,
    ),
  );
}

/** Prepares f_depth(... f_1(x)) for `count` examples. */
export function openBlocks(cascade: TrainedCascade, depth: number, count: number): Promise<Passage> {
  requireDepth(cascade, depth);
  const { chain } = cascade;
  const blocks = chain.blocks.slice(0, depth);
  const named = (layer: number, name: string): string => `block${layer}.${name}`;
  const bound = Object.fromEntries(
    blocks.flatMap(({ parameters }, layer) =>
      Object.entries(parameters).map(([name, tensor]) => [named(layer, name), tensor] as const),
    ),
  );
  return openPassage([count, ...chain.inputShape], bound, (b, x, at) =>
    blocks.reduce((value, { parameters, forward }, layer) => {
      const values = Object.keys(parameters).map((name) => [name, at(named(layer, name))]);
      return forward(b, value, Object.fromEntries(values));
    }, x),
  );
}
