/**
 * One layer in the engine: its decoder and moments stay there from run to run, minibatches go through, and what the
 * decoder became is read at the end.
 */
import { ConvergenceError } from "../../base/index.ts";
import { type Session, sizeOf, type Tensor, type Tensors } from "../../engine/index.ts";
import type { FlowBlock } from "../chain/index.ts";
import { STEP_NUMBERS, stepNumbers } from "./adam.ts";
import type { Lane } from "./lanes.ts";
import { type BlockStep, buildBlockForward, buildBlockStep, NAMES } from "./step.ts";

/** A decoder on its way. */
export interface LayerState {
  /** Draws the first parameters; absent once they exist. */
  readonly draw?: () => readonly Tensor<"float32">[];
  readonly parameters: readonly Tensor<"float32">[];
  /** Moments of the parameters; empty at the start. */
  readonly slots: readonly Tensor<"float32">[];
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
  close(): Promise<LayerState>;
}

export async function openLayer(
  lane: Lane,
  block: FlowBlock,
  batch: number,
  state: LayerState,
  layer: number,
): Promise<OpenLayer> {
  const step = state.isFinished
    ? { bytes: buildBlockForward(block, batch), state: [] }
    : buildBlockStep(block, batch);
  const session = await lane.session(step.bytes);
  await session.bind(boundValues(block, step, state));
  const keep = Object.fromEntries(step.state.map((_, i) => [NAMES.after(i), NAMES.before(i)]));
  const losses: Float32Array[] = [state.loss];
  return {
    run: async (x, first, count, rate) => {
      const feeds: Record<string, Tensor> = {
        [NAMES.x]: { dtype: "float32", shape: [count, batch, ...block.inputShape], data: x },
      };
      if (step.state.length > 0) {
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
    close: async () => (state.isFinished ? state : readState(session, step, block, losses)),
  };
}

function boundValues(block: FlowBlock, step: BlockStep, state: LayerState): Tensors {
  const parameters = state.draw?.() ?? state.parameters;
  const values: Record<string, Tensor> = {};
  Object.values(block.parameters).forEach((tensor, i) => {
    values[NAMES.frozen(i)] = tensor;
  });
  const known = [...parameters, ...state.slots];
  step.state.forEach((shape, i) => {
    values[NAMES.before(i)] = known[i] ?? { dtype: "float32", shape, data: new Float32Array(sizeOf(shape)) };
  });
  return values;
}

async function readState(
  session: Session,
  step: BlockStep,
  block: FlowBlock,
  losses: readonly Float32Array[],
): Promise<LayerState> {
  const names = step.state.map((_, i) => NAMES.before(i));
  const arrays = names.length === 0 ? {} : await session.read(names);
  const tensors = names.map((name) => arrays[name] as Tensor<"float32">);
  const count = block.decoder.parameters.length;
  const loss = new Float32Array(losses.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of losses) {
    loss.set(part, at);
    at += part.length;
  }
  return { parameters: tensors.slice(0, count), slots: tensors.slice(count), loss, isFinished: false };
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
