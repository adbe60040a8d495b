/**
 * The graph that trains one decoder on a run of minibatches: a Scan whose body passes a minibatch through the frozen
 * block, x_l = f_l(x_{l-1}), makes one Adam step on the mean of (g_l(x_l) - x_{l-1})^2 and hands x_l out for the next
 * block. No gradient enters the block. Source: arXiv 2406.12916; Adam of Kingma and Ba 2015 with PyTorch's constants.
 */
import { ShapeError } from "../../base/index.ts";
import {
  emitUpdate,
  GraphBuilder,
  gradient,
  mul,
  type Optimizer,
  reduceMean,
  resolveOptimizer,
  scanBytes,
  sizeOf,
  sub,
  type Value,
} from "../../engine/index.ts";
import type { DecoderPlan, FlowBlock } from "../chain/index.ts";

/** Adam with the constants of the published method. */
export const ADAM: Optimizer = resolveOptimizer({ kind: "adam" });

/** Names around the Scan. */
export const NAMES = {
  frozen: (index: number): string => `frozen.${index}`,
  before: (index: number): string => `before.${index}`,
  after: (index: number): string => `after.${index}`,
  scalar: (name: string): string => `rates.${name}`,
  x: "x",
  y: "y",
  loss: "loss",
};

/** A step graph as ONNX bytes; the number of minibatches of a run is free. */
export interface BlockStep {
  readonly bytes: Uint8Array;
  /** Shapes of the state arrays: parameters, then mean and square of each. */
  readonly state: readonly (readonly number[])[];
}

const FLOAT = "float32" as const;

/** The start of a body: a minibatch passed through the frozen block, whose parameters live around the Scan. */
interface Body {
  readonly b: GraphBuilder;
  readonly x: Value;
  readonly y: Value;
  readonly frozen: readonly Value[];
}

/** Opens a body; `declare` adds the inputs that come before the minibatch. */
function openBody<T>(
  block: FlowBlock,
  batch: number,
  declare: (b: GraphBuilder) => T,
): Body & { readonly declared: T } {
  const outer = new GraphBuilder("flow");
  const entries = Object.entries(block.parameters);
  const frozen = entries.map(([, { shape }], i) => outer.input(NAMES.frozen(i), FLOAT, shape));
  const b = new GraphBuilder("steps", { outer });
  const declared = declare(b);
  const x = b.input("example", FLOAT, [batch, ...block.inputShape]);
  const parameters = Object.fromEntries(entries.map(([name], i) => [name, frozen[i] as Value]));
  return { b, x, y: block.forward(b, x, parameters), frozen, declared };
}

/** The inputs of a body that carry the decoder from minibatch to minibatch, and the numbers of the step. */
function declareState(b: GraphBuilder, { parameters }: DecoderPlan) {
  const isTrained = parameters.length > 0;
  const weights = parameters.map(({ shape }, i) => b.input(`parameter.${i}`, FLOAT, shape));
  const slots = parameters.map(({ shape }, i) =>
    ADAM.slots.map((slot) => b.input(`${slot}.${i}`, FLOAT, shape)),
  );
  const names = isTrained ? ADAM.scalars : [];
  const scalars = Object.fromEntries(names.map((name) => [name, b.input(`rate.${name}`, FLOAT, [])]));
  return { weights, slots, scalars };
}

/** Builds the step graph of a block for minibatches of `batch` examples. */
export function buildBlockStep(block: FlowBlock, batch: number): BlockStep {
  const { decoder } = block;
  const { b, x, y, frozen, declared } = openBody(block, batch, (body) => declareState(body, decoder));
  const { weights, slots, scalars } = declared;
  const difference = sub(b, decoder.build(b, y, weights), x);
  // the prediction is differentiated through the difference, which has the same derivative
  const seed = mul(b, difference, 2 / sizeOf(x.shape));
  const gradients = weights.length > 0 ? gradient(b, difference, weights, seed) : [];
  const updates = weights.map((parameter, i) =>
    emitUpdate(b, ADAM, { parameter, gradient: gradients[i] as Value, slots: slots[i] as Value[], scalars }),
  );
  for (const update of updates) b.output(update.parameter);
  for (const update of updates) for (const slot of update.slots) b.output(slot);
  b.output(reduceMean(b, mul(b, difference, difference)));
  b.output(y);
  const shapes = decoder.parameters.map(({ shape }) => shape);
  const state = [...shapes, ...shapes.flatMap((shape) => ADAM.slots.map(() => shape))];
  const bytes = scanBytes(b.build(), {
    state: state.map((_, i) => ({ input: NAMES.before(i), output: NAMES.after(i) })),
    scanned: [...Object.keys(scalars).map(NAMES.scalar), NAMES.x],
    records: [NAMES.loss, NAMES.y],
    captured: frozen,
  });
  return { bytes, state };
}

/** Builds the graph that only passes minibatches through the block, for decoders that are finished. */
export function buildBlockForward(block: FlowBlock, batch: number): BlockStep {
  const { b, y, frozen } = openBody(block, batch, () => null);
  b.output(y);
  const bytes = scanBytes(b.build(), { state: [], scanned: [NAMES.x], records: [NAMES.y], captured: frozen });
  return { bytes, state: [] };
}

/** Builds the graph that applies a decoder to a number of batches of `batch` examples each. */
export function buildDecoder({ decoder, inputShape, outputShape }: FlowBlock, batch: number): Uint8Array {
  const outer = new GraphBuilder("flow");
  const weights = decoder.parameters.map(({ shape }, i) => outer.input(NAMES.frozen(i), FLOAT, shape));
  const b = new GraphBuilder("decoder", { outer });
  const y = b.input("activation", FLOAT, [batch, ...outputShape]);
  const x = decoder.build(b, y, weights);
  b.output(x);
  const expected = [batch, ...inputShape];
  if (`${x.shape}` !== `${expected}`) {
    throw new ShapeError(`decoder of shape [${x.shape}], expected [${expected}]`);
  }
  return scanBytes(b.build(), { state: [], scanned: [NAMES.y], records: [NAMES.x], captured: weights });
}
