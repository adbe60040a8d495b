/**
 * A decoder in the engine: placed with its moments when its layer's turn comes, trained there run by run, read at the
 * end.
 */
import { type Session, sizeOf, type Tensor } from "../../engine/index.ts";
import type { FlowBlock } from "../chain/index.ts";
import { ADAM, type StepNumbers, stepNumbers } from "./adam.ts";
import type { Lane } from "./lanes.ts";
import { type Learning, NAMES, type Portion } from "./step-names.ts";

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

/** Minibatches to learn from: names of the resident tensors that hold them. */
export interface LearningRun {
  readonly targets: string;
  readonly examples: string;
  readonly first: number;
  readonly count: number;
  readonly rate: number;
}

/** A decoder that is being trained. */
export interface PlacedDecoder {
  /** One step for each minibatch; the loss at each. */
  learn(run: LearningRun): Promise<Float32Array>;
  /** What it became; at the end of the stream its parameters, before that all that training goes on from. */
  read(isLast: boolean): Promise<Pick<LayerState, "parameters" | "carried">>;
}

/** Places the decoder of a layer. */
export async function placeDecoder(
  lane: Lane,
  block: FlowBlock,
  learning: Learning,
  state: LayerState,
): Promise<PlacedDecoder> {
  const { portions } = learning;
  const session = await lane.session(learning.bytes);
  await placeState(session, block, learning, state);
  return {
    learn: async (run) => {
      const numbers = stepNumbers(run.rate, run.first, run.count);
      const losses = await Promise.all(
        portions.map((_, i) => learnPortion(session, learning, i, run, numbers)),
      );
      return meanLoss(portions, losses);
    },
    read: async (isLast) => {
      const values = await readPlaced(session, namesOf(portions, VALUES));
      if (isLast) return { parameters: assemble(block, learning, values), carried: [] };
      const moments = await readPlaced(session, namesOf(portions, MOMENTS));
      return { parameters: [], carried: [...values, ...moments] };
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
  session: Session,
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
  await session.place(values, { zeros, transfer: true });
}

/** Trains one portion on a run of minibatches; its loss at each. */
async function learnPortion(
  session: Session,
  { portions, targetSize, exampleShape }: Learning,
  index: number,
  { targets, examples, count }: LearningRun,
  numbers: StepNumbers,
): Promise<Float32Array> {
  const { targetStart, targetShape, pieces } = portions[index] as Portion;
  const { beta1, beta2 } = ADAM;
  const { [NAMES.loss]: loss } = await session.descend({
    steps: count,
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

/** The loss of the whole decoder at each step. */
function meanLoss(portions: readonly Portion[], losses: readonly Float32Array[]): Float32Array {
  return Float32Array.from(losses[0] ?? [], (_, step) =>
    portions.reduce((sum, { share }, k) => sum + share * (losses[k]?.[step] as number), 0),
  );
}

async function readPlaced(session: Session, names: readonly string[]): Promise<Tensor<"float32">[]> {
  const arrays = names.length === 0 ? {} : await session.read(names);
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
