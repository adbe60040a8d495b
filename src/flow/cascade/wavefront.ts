/**
 * Several layers at work at once: lane i trains layers i, i + n, i + 2n, ..., and a layer may start on a run of
 * minibatches as soon as the layer below has passed it on. What a layer computes does not depend on when, so the
 * numbers are those of one lane.
 */
import { ConvergenceError, InterruptedError } from "../../base/index.ts";
import type { Session, Tensor, Tensors } from "../../engine/index.ts";
import type { FlowBlock, FlowChain } from "../chain/index.ts";
import { STEP_NUMBERS, stepNumbers } from "./adam.ts";
import type { Lane } from "./lanes.ts";
import { type BlockStep, buildBlockForward, buildBlockStep, NAMES } from "./step.ts";
import type { MinibatchStream } from "./stream.ts";
import type { StreamPart } from "./train.ts";

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

/** What a part of the training reports. */
export interface WavefrontOptions {
  readonly rate: number;
  readonly signal?: AbortSignal;
  onRun(finished: number, layer: number, loss: number): void;
  onLayer(layer: number, state: LayerState): void;
}

/** Minibatches in one run of the engine: enough that copies do not count, few enough to react. */
const RUN = 20;

/** Activations of one run, passed from layer to layer. */
interface Handover {
  readonly value: Promise<Float32Array>;
  resolve(value: Float32Array): void;
  reject(error: unknown): void;
}

function handover(): Handover {
  let resolve: Handover["resolve"] = () => {};
  let reject: Handover["reject"] = () => {};
  const value = new Promise<Float32Array>((onValue, onError) => {
    resolve = onValue;
    reject = onError;
  });
  // whoever waits sees the error; when nobody does it has been reported by the layer that failed
  value.catch(() => {});
  return { value, resolve, reject };
}

/** Trains all layers on one part of the stream and updates `states`. */
export async function trainLayers(
  chain: FlowChain,
  lanes: readonly Lane[],
  source: MinibatchStream,
  part: StreamPart,
  states: LayerState[],
  options: WavefrontOptions,
): Promise<void> {
  const runs = Math.ceil(part.count / RUN);
  const passed = chain.blocks.map(() => Array.from({ length: runs }, handover));
  let finished = 0;
  let hasFailed = false;
  const trainLayer = async (lane: Lane, layer: number): Promise<void> => {
    const block = chain.blocks[layer] as FlowBlock;
    const trained = await openLayer(lane, block, source.batch, states[layer] as LayerState, layer);
    for (let run = 0; run < runs; run++) {
      const first = part.first + run * RUN;
      const count = Math.min(RUN, part.first + part.count - first);
      const x = layer === 0 ? source.gather(first, count) : await passed[layer - 1]?.[run]?.value;
      if (options.signal?.aborted || hasFailed) throw new InterruptedError("stopped on request");
      const { y, loss } = await trained.run(x as Float32Array, first, count, options.rate);
      passed[layer]?.[run]?.resolve(y);
      finished += count;
      options.onRun(finished, layer, loss);
    }
    states[layer] = await trained.close();
    options.onLayer(layer, states[layer] as LayerState);
  };
  const lead = async (lane: Lane, first: number): Promise<void> => {
    for (let layer = first; layer < chain.blocks.length; layer += lanes.length) {
      try {
        await trainLayer(lane, layer);
      } catch (error) {
        hasFailed = true;
        for (const waiting of passed[layer] as Handover[]) waiting.reject(error);
        throw error;
      }
    }
  };
  const outcomes = await Promise.allSettled(lanes.map((lane, first) => lead(lane, first)));
  const failures = outcomes.flatMap((outcome) => (outcome.status === "rejected" ? [outcome.reason] : []));
  const cause = failures.find((error) => !(error instanceof InterruptedError)) ?? failures[0];
  if (cause !== undefined) throw cause;
}

/** One layer whose decoder is in the engine. */
interface OpenLayer {
  run(
    x: Float32Array,
    first: number,
    count: number,
    rate: number,
  ): Promise<{ readonly y: Float32Array; readonly loss: number }>;
  close(): Promise<LayerState>;
}

async function openLayer(
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
        STEP_NUMBERS.forEach((shape, i) => {
          const data = Float32Array.from(rows, (row) => row[i] as number);
          feeds[NAMES.number(i)] = { dtype: "float32", shape: [count, ...shape], data };
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
  step.state.forEach((size, i) => {
    const data = known[i]?.data ?? new Float32Array(size);
    values[NAMES.before(i)] = { dtype: "float32", shape: [1, size], data };
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
  const plan = block.decoder.parameters;
  const loss = new Float32Array(losses.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of losses) {
    loss.set(part, at);
    at += part.length;
  }
  const parameters = plan.map(({ shape }, i) => ({ ...(tensors[i] as Tensor<"float32">), shape }));
  return { parameters, slots: tensors.slice(plan.length), loss, isFinished: false };
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
