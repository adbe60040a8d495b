/**
 * One layer in the engine: its decoder and moments stay there from run to run, minibatches go through, and what the
 * decoder became is read at the end.
 */
import { ConvergenceError } from "../../base/index.ts";
import { type Session, sizeOf, type Tensor } from "../../engine/index.ts";
import type { FlowBlock } from "../chain/index.ts";
import { ADAM, type StepNumbers, stepNumbers } from "./adam.ts";
import type { Lane } from "./lanes.ts";
import { type BlockStep, type Layouts, type Learning, NAMES, type Portion } from "./step-names.ts";

/** A decoder on its way. */
export interface LayerState {
  /** Makes the first parameters, as arrays that nobody else holds; absent once they exist. */
  readonly draw?: () => readonly Tensor<"float32">[];
  /** As they are at the end of the training; empty before. */
  readonly parameters: readonly Tensor<"float32">[];
  /** Pieces of the decoder with their moments, between two parts of the stream. */
  readonly carried: readonly Tensor<"float32">[];
  readonly loss: Float32Array;
  /** Its training is over: the block only passes activations on. */
  readonly isFinished: boolean;
}

/** One layer whose decoder is in the engine. */
export interface OpenLayer {
  run(
    x: Float32Array,
    first: number,
    count: number,
    rate: number,
  ): Promise<{ readonly y: Float32Array; readonly loss: number }>;
  /** What the decoder became; at the end of the stream its parameters, before that all that training goes on from. */
  close(isLast: boolean): Promise<LayerState>;
}

/** A layer as it is to be trained. */
export interface LayerTask {
  readonly block: FlowBlock;
  /** Its number in the chain, from 0. */
  readonly layer: number;
  readonly batch: number;
  readonly layouts: Layouts;
  /** Graphs of the block for these. */
  readonly step: BlockStep;
}

/** Puts a layer into the engine. */
export async function openLayer(
  lane: Lane,
  { block, layer, batch, layouts, step }: LayerTask,
  state: LayerState,
): Promise<OpenLayer> {
  const { pass, learning } = step;
  const passing = await lane.session(pass);
  const frozen = Object.values(block.parameters).map((tensor, i) => [NAMES.frozen(i), tensor] as const);
  await passing.bind(Object.fromEntries(frozen));
  const stacked = (x: Float32Array, count: number): Tensor => ({
    dtype: "float32",
    shape:
      layouts.from === "rows"
        ? [count, batch, ...block.inputShape]
        : [count, sizeOf(block.inputShape), batch],
    data: x,
  });
  if (state.isFinished) {
    return {
      run: async (x, first, count) => {
        const feeds = { [NAMES.x]: stacked(x, count) };
        const { [NAMES.y]: y } = await passing.run(feeds, { outputs: [NAMES.y], transfer: true });
        return { y: (y as Tensor<"float32">).data, loss: state.loss[first + count - 1] as number };
      },
      close: async () => state,
    };
  }
  const learner = await lane.session(learning.bytes);
  await placeState(learner, block, learning, state);
  const losses: Float32Array[] = [state.loss];
  const kept = Object.fromEntries(
    [NAMES.y, learning.targets, learning.examples]
      .filter((name) => name !== NAMES.x)
      .map((name) => [name, name]),
  );
  return {
    run: async (x, first, count, rate) => {
      const numbers = stepNumbers(rate, first, count);
      // asked for at once, answered in this order
      const feeds = { [NAMES.x]: stacked(x, count) };
      const [, , scalars, { [NAMES.y]: y }] = await Promise.all([
        passing.bind(feeds, { transfer: true }),
        passing.run({}, { outputs: [], keep: kept }),
        Promise.all(learning.portions.map((_, i) => learn(learner, learning, i, count, numbers))),
        learner.read([NAMES.y], { take: true }),
      ]);
      const loss = meanLoss(learning.portions, scalars);
      requireFinite(loss, block, layer, first, rate);
      losses.push(loss);
      return { y: (y as Tensor<"float32">).data, loss: loss.at(-1) as number };
    },
    close: async (isLast) => {
      const loss = joined(losses);
      const values = await readPlaced(learner, namesOf(learning.portions, VALUES));
      if (isLast) {
        return { parameters: assemble(block, learning, values), carried: [], loss, isFinished: false };
      }
      const moments = await readPlaced(learner, namesOf(learning.portions, MOMENTS));
      return { parameters: [], carried: [...values, ...moments], loss, isFinished: false };
    },
  };
}

/** Names of placed arrays: what they are, which portion, which parameter. */
const placed = (what: string, portion: number, parameter: number): string =>
  `${what}.${portion}.${parameter}`;
const VALUES = ["value"];
const MOMENTS = ["mean", "square"];

function namesOf(portions: readonly Portion[], kinds: readonly string[]): string[] {
  return kinds.flatMap((what) =>
    portions.flatMap(({ pieces }, k) => pieces.map((_, i) => placed(what, k, i))),
  );
}

/** Places the decoder, its moments and room for the gradients of one portion. */
async function placeState(
  learner: Session,
  { decoder }: FlowBlock,
  { portions }: Learning,
  { draw, carried }: LayerState,
): Promise<void> {
  const names = namesOf(portions, [...VALUES, ...MOMENTS]);
  const shapes = [...VALUES, ...MOMENTS].flatMap(() =>
    portions.flatMap(({ pieces }) => pieces.map(({ shape }) => shape)),
  );
  const parameters = draw?.() ?? [];
  const drawn = portions.flatMap(({ pieces }) =>
    pieces.map(({ first, shape }, i) => parameters[i]?.data.subarray(first, first + sizeOf(shape))),
  );
  const values: Record<string, Tensor> = {};
  const zeros: Record<string, readonly number[]> = {};
  for (const [i, name] of names.entries()) {
    const shape = shapes[i] as readonly number[];
    const data = carried[i]?.data ?? drawn[i];
    if (data === undefined) zeros[name] = shape;
    else values[name] = { dtype: "float32", shape, data };
  }
  for (const i of decoder.parameters.keys()) {
    zeros[NAMES.gradient(i)] = [Math.max(...portions.map(({ pieces }) => sizeOf(pieces[i]?.shape ?? [0])))];
  }
  // drawn or read for this layer alone, so they may move
  await learner.place(values, { zeros, transfer: true });
}

/** Trains one portion on a run of minibatches; its loss at each. */
async function learn(
  learner: Session,
  { portions, targets, targetSize, examples, exampleShape }: Learning,
  index: number,
  steps: number,
  numbers: StepNumbers,
): Promise<Float32Array> {
  const { targetStart, targetShape, pieces } = portions[index] as Portion;
  const { beta1, beta2 } = ADAM;
  const { [NAMES.loss]: loss } = await learner.descend({
    steps,
    slices: {
      [NAMES.target]: { of: targets, start: targetStart, stride: targetSize, shape: targetShape },
      [NAMES.example]: { of: examples, start: 0, stride: sizeOf(exampleShape), shape: exampleShape },
    },
    parameters: pieces.map((_, i) => ({
      input: NAMES.parameter(i),
      value: placed("value", index, i),
      mean: placed("mean", index, i),
      square: placed("square", index, i),
      output: NAMES.gradient(i),
      gradient: NAMES.gradient(i),
    })),
    ...numbers,
    decays: { beta1, beta2 },
    records: [NAMES.loss],
  });
  return (loss as Tensor<"float32">).data;
}

async function readPlaced(learner: Session, names: readonly string[]): Promise<Tensor<"float32">[]> {
  const arrays = names.length === 0 ? {} : await learner.read(names);
  return names.map((name) => arrays[name] as Tensor<"float32">);
}

/** A decoder's parameters from their pieces. */
function assemble(
  { decoder }: FlowBlock,
  { portions }: Learning,
  arrays: readonly Tensor<"float32">[],
): Tensor<"float32">[] {
  const count = decoder.parameters.length;
  return decoder.parameters.map(({ shape }, i) => {
    if (portions.length === 1) return { ...(arrays[i] as Tensor<"float32">), shape };
    const data = new Float32Array(sizeOf(shape));
    for (const [k, { pieces }] of portions.entries()) {
      data.set((arrays[k * count + i] as Tensor<"float32">).data, pieces[i]?.first);
    }
    return { dtype: "float32", shape, data };
  });
}

/** The loss of the whole decoder at each step. */
function meanLoss(portions: readonly Portion[], losses: readonly Float32Array[]): Float32Array {
  return Float32Array.from(losses[0] ?? [], (_, step) =>
    portions.reduce((sum, { share }, k) => sum + share * (losses[k]?.[step] as number), 0),
  );
}

function joined(parts: readonly Float32Array[]): Float32Array {
  const all = new Float32Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}

function requireFinite(
  loss: Float32Array,
  block: FlowBlock,
  layer: number,
  first: number,
  rate: number,
): void {
  const bad = loss.findIndex((value) => !Number.isFinite(value));
  if (bad < 0) return;
  throw new ConvergenceError(
    `decoder ${layer + 1} (of block ${block.name}): loss ${loss[bad]} at minibatch ${first + bad + 1}, expected a finite number`,
    {
      hint: `Lower the learning rate (${rate}), or the weight variance where activations grow without bound.`,
      data: { decoder: layer + 1, block: block.name, minibatch: first + bad + 1, rate },
    },
  );
}
