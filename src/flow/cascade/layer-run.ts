/**
 * One layer in the engine: its decoder and moments stay there from run to run, minibatches go through, and what the
 * decoder became is read at the end.
 */
import { ConvergenceError } from "../../base/index.ts";
import { type Session, sizeOf, type Tensor } from "../../engine/index.ts";
import type { FlowBlock } from "../chain/index.ts";
import { STEP_NUMBERS, stepNumbers } from "./adam.ts";
import type { Lane } from "./lanes.ts";
import { buildBlockForward, buildBlockStep } from "./step.ts";
import { type Layouts, NAMES, type StatePiece, stateShapes } from "./step-names.ts";

/** A decoder on its way. */
export interface LayerState {
  /** Makes the first parameters, as arrays that nobody else holds; absent once they exist. */
  readonly draw?: () => readonly Tensor<"float32">[];
  /** As they are at the end of the training; empty before. */
  readonly parameters: readonly Tensor<"float32">[];
  /** State arrays of the graph between two parts of the stream. */
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

export async function openLayer(
  lane: Lane,
  block: FlowBlock,
  batch: number,
  state: LayerState,
  layer: number,
  layouts: Layouts,
): Promise<OpenLayer> {
  const step = state.isFinished
    ? { bytes: buildBlockForward(block, batch, layouts), pieces: [] }
    : buildBlockStep(block, batch, layouts);
  const session = await lane.session(step.bytes);
  await bindState(session, block, step.pieces, state);
  const names = stateShapes(step.pieces).map((_, i) => i);
  const keep = Object.fromEntries(names.map((i) => [NAMES.after(i), NAMES.before(i)]));
  const losses: Float32Array[] = [state.loss];
  return {
    run: async (x, first, count, rate) => {
      const size = sizeOf(block.inputShape);
      const shape = layouts.from === "rows" ? [count, batch, ...block.inputShape] : [count, size, batch];
      const feeds: Record<string, Tensor> = { [NAMES.x]: { dtype: "float32", shape, data: x } };
      if (step.pieces.length > 0) {
        const rows = Array.from({ length: count }, (_, k) => stepNumbers(rate, first + k));
        STEP_NUMBERS.forEach((_, i) => {
          const data = Float32Array.from(rows, (row) => row[i] as number);
          feeds[NAMES.number(i)] = { dtype: "float32", shape: [count], data };
        });
      }
      const results = await session.run(feeds, { keep, transfer: true });
      const y = (results[NAMES.y] as Tensor<"float32">).data;
      if (state.isFinished) return { y, loss: state.loss[first + count - 1] as number };
      const loss = (results[NAMES.loss] as Tensor<"float32">).data;
      requireFinite(loss, block, layer, first, rate);
      losses.push(loss);
      return { y, loss: loss.at(-1) as number };
    },
    close: async (isLast) => {
      if (state.isFinished) return state;
      const loss = joined(losses);
      if (!isLast) {
        const carried = await readArrays(session, names.length);
        return { parameters: [], carried, loss, isFinished: false };
      }
      const pieces = await readArrays(session, step.pieces.length);
      return { parameters: assemble(block, step.pieces, pieces), carried: [], loss, isFinished: false };
    },
  };
}

/** Puts the frozen layer, the decoder and its moments into the engine. */
async function bindState(
  session: Session,
  block: FlowBlock,
  pieces: readonly StatePiece[],
  { draw, carried }: LayerState,
): Promise<void> {
  const frozen = Object.values(block.parameters).map((tensor, i) => [NAMES.frozen(i), tensor] as const);
  const own: Record<string, Tensor> = {};
  const zeros: Record<string, readonly number[]> = {};
  const parameters = draw?.() ?? [];
  stateShapes(pieces).forEach((shape, i) => {
    const name = NAMES.before(i);
    const piece = pieces[i];
    const first = piece?.first ?? 0;
    const from = piece === undefined ? undefined : parameters[piece.parameter]?.data;
    const data = carried[i]?.data ?? from?.subarray(first, first + sizeOf(shape));
    if (data === undefined) zeros[name] = shape;
    else own[name] = { dtype: "float32", shape, data };
  });
  await session.bind(Object.fromEntries(frozen), { zeros });
  // drawn or read for this layer alone, so they may move
  await session.bind(own, { transfer: true });
}

/** The first `count` state arrays, as they now are in the engine. */
async function readArrays(session: Session, count: number): Promise<Tensor<"float32">[]> {
  const names = Array.from({ length: count }, (_, i) => NAMES.before(i));
  const arrays = count === 0 ? {} : await session.read(names);
  return names.map((name) => arrays[name] as Tensor<"float32">);
}

/** A decoder's parameters from their pieces. */
function assemble(
  { decoder }: FlowBlock,
  pieces: readonly StatePiece[],
  arrays: readonly Tensor<"float32">[],
): Tensor<"float32">[] {
  return decoder.parameters.map(({ shape }, parameter) => {
    const own = pieces.flatMap((piece, i) => (piece.parameter === parameter ? [i] : []));
    if (own.length === 1) return arrays[own[0] as number] as Tensor<"float32">;
    const data = new Float32Array(sizeOf(shape));
    for (const i of own) data.set((arrays[i] as Tensor<"float32">).data, (pieces[i] as StatePiece).first);
    return { dtype: "float32", shape, data };
  });
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
