/**
 * The graph that trains one decoder on a run of minibatches: a Scan whose body passes a minibatch through the frozen
 * block, x_l = f_l(x_{l-1}), makes one Adam step on the mean of (g_l(x_l) - x_{l-1})^2 and hands x_l out for the next
 * block. No gradient enters the block. Source: arXiv 2406.12916.
 */
import { ShapeError } from "../../base/index.ts";
import {
  GraphBuilder,
  gradient,
  mul,
  reduceMean,
  scanBytes,
  sizeOf,
  sub,
  type Value,
} from "../../engine/index.ts";
import type { DecoderPlan, FlowBlock } from "../chain/index.ts";
import { type AdamArrays, emitAdam, STEP_NUMBERS } from "./adam.ts";
import { buildDenseForward, buildDenseStep, isDense } from "./dense-step.ts";
import { type BlockStep, type Layouts, NAMES, stateShapes } from "./step-names.ts";

/** What a body computes before the update. */
export interface EmittedStep {
  /** x_l. */
  readonly y: Value;
  /** g_l(x_l) - x_{l-1}. */
  readonly difference: Value;
  /** Of the loss, one for each parameter. */
  readonly gradients: readonly Value[];
}

const FLOAT = "float32" as const;

/** The start of a body: a minibatch, and the frozen parameters that live around the Scan. */
interface Body<T> {
  readonly b: GraphBuilder;
  readonly x: Value;
  readonly frozen: readonly Value[];
  readonly parameters: Readonly<Record<string, Value>>;
  readonly declared: T;
}

/** Opens a body; `declare` adds the inputs that come before the minibatch. */
function openBody<T>(block: FlowBlock, batch: number, declare: (b: GraphBuilder) => T): Body<T> {
  const outer = new GraphBuilder("flow");
  const entries = Object.entries(block.parameters);
  const frozen = entries.map(([, { shape }], i) => outer.input(NAMES.frozen(i), FLOAT, shape));
  const b = new GraphBuilder("steps", { outer });
  const declared = declare(b);
  const x = b.input("example", FLOAT, [batch, ...block.inputShape]);
  const parameters = Object.fromEntries(entries.map(([name], i) => [name, frozen[i] as Value]));
  return { b, x, frozen, parameters, declared };
}

/** The inputs of a body that carry the decoder from minibatch to minibatch, and the numbers of the step. */
function declareState(
  b: GraphBuilder,
  { parameters }: DecoderPlan,
): { arrays: AdamArrays[]; numbers: Value[] } {
  const weights = parameters.map(({ shape }, i) => b.input(`parameter.${i}`, FLOAT, shape));
  const arrays = parameters.map(({ shape }, i) => {
    const mean = b.input(`mean.${i}`, FLOAT, shape);
    return { parameter: weights[i] as Value, mean, square: b.input(`square.${i}`, FLOAT, shape) };
  });
  const names = parameters.length > 0 ? STEP_NUMBERS : [];
  return { arrays, numbers: names.map((name) => b.input(`step.${name}`, FLOAT, [])) };
}

/** Forward pass and gradient of any block by differentiating its decoder. */
export function emitGeneric(
  b: GraphBuilder,
  block: FlowBlock,
  x: Value,
  parameters: Readonly<Record<string, Value>>,
  weights: readonly Value[],
): EmittedStep {
  const y = block.forward(b, x, parameters);
  const difference = sub(b, block.decoder.build(b, y, weights), x);
  if (weights.length === 0) return { y, difference, gradients: [] };
  // the prediction is differentiated through the difference, which has the same derivative
  const gradients = gradient(b, difference, weights, mul(b, difference, 2 / sizeOf(x.shape)));
  return { y, difference, gradients };
}

const ROWS: Layouts = { from: "rows", to: "rows" };

/** Builds the step graph of a block for minibatches of `batch` examples; dense layers have a faster one. */
export function buildBlockStep(block: FlowBlock, batch: number, layouts: Layouts = ROWS): BlockStep {
  return isDense(block) ? buildDenseStep({ block, batch, ...layouts }) : buildGenericStep(block, batch);
}

/** The step graph of any block: minibatches as rows, every parameter in one piece. */
export function buildGenericStep(block: FlowBlock, batch: number): BlockStep {
  const { decoder } = block;
  const { b, x, frozen, parameters, declared } = openBody(block, batch, (body) =>
    declareState(body, decoder),
  );
  const weights = declared.arrays.map(({ parameter }) => parameter);
  const { y, difference, gradients } = emitGeneric(b, block, x, parameters, weights);
  const updates = declared.arrays.map((arrays, i) =>
    emitAdam(b, arrays, gradients[i] as Value, declared.numbers),
  );
  for (const { parameter } of updates) b.output(parameter);
  for (const { mean, square } of updates) for (const moment of [mean, square]) b.output(moment);
  b.output(reduceMean(b, mul(b, difference, difference)));
  b.output(y);
  const pieces = decoder.parameters.map(({ shape }, parameter) => ({ parameter, first: 0, shape }));
  const bytes = scanBytes(b.build(), {
    state: stateShapes(pieces).map((_, i) => ({ input: NAMES.before(i), output: NAMES.after(i) })),
    scanned: [...declared.numbers.map((_, i) => NAMES.number(i)), NAMES.x],
    records: [NAMES.loss, NAMES.y],
    captured: frozen,
  });
  return { bytes, pieces };
}

/** Builds the graph that only passes minibatches through the block, for decoders that are finished. */
export function buildBlockForward(block: FlowBlock, batch: number, layouts: Layouts = ROWS): Uint8Array {
  if (isDense(block)) return buildDenseForward({ block, batch, ...layouts });
  const { b, x, frozen, parameters } = openBody(block, batch, () => null);
  b.output(block.forward(b, x, parameters));
  return scanBytes(b.build(), { state: [], scanned: [NAMES.x], records: [NAMES.y], captured: frozen });
}

/** Builds the graph that applies a decoder to a number of batches of `batch` examples each. */
export function buildDecoder(
  { name, decoder, inputShape, outputShape }: FlowBlock,
  batch: number,
): Uint8Array {
  const outer = new GraphBuilder("flow");
  const weights = decoder.parameters.map(({ shape }, i) => outer.input(NAMES.frozen(i), FLOAT, shape));
  const b = new GraphBuilder("decoder", { outer });
  const y = b.input("activation", FLOAT, [batch, ...outputShape]);
  const x = decoder.build(b, y, weights);
  b.output(x);
  if (`${x.shape}` !== `${[batch, ...inputShape]}`) {
    throw new ShapeError(`decoder of block ${name}: gives [${x.shape.slice(1)}], expected [${inputShape}]`);
  }
  return scanBytes(b.build(), { state: [], scanned: [NAMES.y], records: [NAMES.x], captured: weights });
}
