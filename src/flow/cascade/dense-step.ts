/**
 * The training graph of a dense layer with a dense decoder, for speed. Examples are columns, so that every product is
 * weight times minibatch and nothing is transposed. Rows of a decoder do not depend on one another, so they go in
 * groups, each through all minibatches of a run: a group with its moments stays in the cache, where one pass over a
 * whole decoder for each of the ten operations of Adam does not. The readable form is `emitGeneric`; both give the
 * same numbers to rounding.
 */
import {
  GraphBuilder,
  gemm,
  gradient,
  mul,
  reduceMean,
  reshape,
  sizeOf,
  slice,
  sub,
  tensorOf,
  toOnnx,
  transpose,
  type Value,
} from "../../engine/index.ts";
import { resolveActivation } from "../../networks/index.ts";
import type { FlowBlock } from "../chain/index.ts";
import { type AdamArrays, emitAdam, STEP_NUMBERS } from "./adam.ts";
import { type BlockStep, type Layouts, NAMES, type StatePiece, stateShapes } from "./step-names.ts";

const FLOAT = "float32" as const;
/** Bytes of a group of rows with its moments: twice the second-level cache of common processors was fastest. */
const GROUP_BYTES = 2 ** 21;

/** Whether a block says that it is a dense layer with a dense decoder between vectors. */
export function isDense(block: FlowBlock): boolean {
  const { dense, decoder, inputShape, outputShape } = block;
  return (
    dense !== undefined && decoder.dense !== undefined && inputShape.length === 1 && outputShape.length === 1
  );
}

/** Rows of a decoder that are trained together. */
interface RowGroup {
  readonly first: number;
  readonly rows: number;
}

/** Groups of nearly equal size for a decoder [inputs, outputs]. */
export function rowGroups(inputs: number, outputs: number, bytes: number = GROUP_BYTES): RowGroup[] {
  // three float32 arrays: the weights and two moments
  const count = Math.min(inputs, Math.max(1, Math.ceil((12 * inputs * outputs) / bytes)));
  const edges = Array.from({ length: count + 1 }, (_, i) => Math.round((i * inputs) / count));
  return edges.slice(1).map((end, i) => ({ first: edges[i] as number, rows: end - (edges[i] as number) }));
}

/** A run of minibatches on its way through a layer: inputs and outputs as [steps, size, batch]. */
interface Passage {
  readonly b: GraphBuilder;
  readonly x: Value;
  readonly y: Value;
}

/** x_l = phi(W x_{l-1} + b) for all minibatches of a run; the number of minibatches stays free. */
function emitPassage({ block, batch, from, to }: DenseOptions): Passage {
  const b = new GraphBuilder("flow");
  const entries = Object.entries(block.parameters);
  const frozen = Object.fromEntries(
    entries.map(([name, { shape }], i) => [name, b.input(NAMES.frozen(i), FLOAT, shape)]),
  );
  const [inputs] = block.inputShape as [number];
  const given = b.input(NAMES.x, FLOAT, from === "rows" ? [1, batch, inputs] : [1, inputs, batch]);
  const x = from === "rows" ? transpose(b, given, [0, 2, 1]) : given;
  const body = new GraphBuilder("layer", { outer: b });
  const h = gemm(
    body,
    frozen.weight as Value,
    body.input("example", FLOAT, [inputs, batch]),
    asColumn(body, frozen.bias),
  );
  const activation = block.dense?.activation ?? null;
  body.output(activation === null ? h : resolveActivation(activation).build(body, h));
  const attributes = { body: body.build(), num_scan_inputs: 1 };
  const [y] = b.op("Scan", [x], attributes, to === "columns" ? { outputs: [NAMES.y] } : {}) as [Value];
  if (to === "columns") b.output(y);
  else b.output((b.op("Transpose", [y], { perm: [0, 2, 1] }, { outputs: [NAMES.y] }) as [Value])[0], NAMES.y);
  return { b, x, y };
}

function asColumn(b: GraphBuilder, value: Value | undefined): Value | null {
  return value === undefined ? null : reshape(b, value, [sizeOf(value.shape), 1]);
}

/** What the training graph of a dense layer depends on. */
export interface DenseOptions extends Layouts {
  readonly block: FlowBlock;
  readonly batch: number;
  /** Bytes of a group of rows with its moments. */
  readonly groupBytes?: number;
}

/** The graph that trains the decoder on a run of minibatches, and passes them on. */
export function buildDenseStep(options: DenseOptions): BlockStep {
  const { block, batch, groupBytes } = options;
  const [inputs] = block.inputShape as [number];
  const [outputs] = block.outputShape as [number];
  const groups = rowGroups(inputs, outputs, groupBytes);
  const pieces = groups.flatMap(({ first, rows }): StatePiece[] => [
    { parameter: 0, first: first * outputs, shape: [rows, outputs] },
    { parameter: 1, first, shape: [rows] },
  ]);
  const passage = emitPassage(options);
  const { b } = passage;
  const numbers = STEP_NUMBERS.map((_, i) => b.input(NAMES.number(i), FLOAT, [1]));
  const state = stateShapes(pieces).map((shape, i) => b.input(NAMES.before(i), FLOAT, shape));
  const losses = groups.map((group, i) => {
    // weight and bias, then mean and square of each
    const at = [2 * i, 2 * i + 1];
    const moments = at.flatMap((piece) => [pieces.length + 2 * piece, pieces.length + 2 * piece + 1]);
    return emitGroup(passage, block, batch, group, numbers, state, [...at, ...moments]);
  });
  const [total] = b.op("Sum", losses, {}, { outputs: [NAMES.loss] }) as [Value];
  b.output(total);
  return { bytes: freeSteps(b), pieces };
}

/** The graph that only passes minibatches through the layer. */
export function buildDenseForward(options: DenseOptions): Uint8Array {
  return freeSteps(emitPassage(options).b);
}

/** One group of rows through all minibatches; its part of the loss [steps]. */
function emitGroup(
  { b, x, y }: Passage,
  { decoder }: FlowBlock,
  batch: number,
  { first, rows }: RowGroup,
  numbers: readonly Value[],
  state: readonly Value[],
  at: readonly number[],
): Value {
  const [inputs, outputs] = [x.shape[1] as number, y.shape[1] as number];
  const body = new GraphBuilder("group", { outer: b });
  const shapes = [[rows, outputs], [rows]];
  const declare = (name: string, shape: readonly number[]): Value =>
    body.input(`${name}.${first}`, FLOAT, shape);
  const weights = shapes.map((shape, i) => declare(`parameter.${i}`, shape));
  const arrays: AdamArrays[] = weights.map((parameter, i) => {
    const [mean, square] = [`mean.${i}`, `square.${i}`].map((name) =>
      declare(name, shapes[i] as number[]),
    ) as [Value, Value];
    return { parameter, mean, square };
  });
  const scalars = STEP_NUMBERS.map((name) => declare(`step.${name}`, []));
  const target = declare("target", [rows, batch]);
  const example = declare("example", [outputs, batch]);
  const z = gemm(body, weights[0] as Value, example, asColumn(body, weights[1]));
  const predicted = resolveActivation(decoder.dense?.activation as string).build(body, z);
  const difference = sub(body, predicted, target);
  const [delta] = gradient(body, difference, [z], mul(body, difference, 2 / (inputs * batch))) as [Value];
  const ones = body.constant(tensorOf(FLOAT, [batch, 1], new Float32Array(batch).fill(1)));
  const gradients = [
    gemm(body, delta, example, null, { transB: true }),
    reshape(body, gemm(body, delta, ones), [rows]),
  ];
  const updates = arrays.map((array, i) => emitAdam(body, array, gradients[i] as Value, scalars));
  for (const { parameter } of updates) body.output(parameter);
  for (const { mean, square } of updates) for (const moment of [mean, square]) body.output(moment);
  body.output(mul(body, reduceMean(body, mul(body, difference, difference)), rows / inputs));
  const part = rows === inputs ? x : slice(b, x, [{ axis: 1, start: first, end: first + rows }]);
  const before = at.map((index) => state[index] as Value);
  const results = b.op(
    "Scan",
    [...before, ...numbers, part, y],
    { body: body.build(), num_scan_inputs: numbers.length + 2 },
    { outputs: [...at.map(NAMES.after), `loss.${first}`] },
  );
  for (const value of results.slice(0, at.length)) b.output(value);
  return results.at(-1) as Value;
}

/** The bytes of a graph whose first axis of minibatches, numbers and losses is free. */
function freeSteps(b: GraphBuilder): Uint8Array {
  const graph = b.build();
  const names = [NAMES.x, NAMES.y, NAMES.loss, ...STEP_NUMBERS.map((_, i) => NAMES.number(i))];
  const known = names.flatMap((name) => {
    const value = graph.values.get(name);
    return value === undefined ? [] : [[name, ["steps", ...value.shape.slice(1).map(() => null)]] as const];
  });
  return toOnnx(graph, { symbolic: Object.fromEntries(known) });
}
