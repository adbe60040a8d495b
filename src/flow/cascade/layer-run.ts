/**
 * One layer in the engine: runs of minibatches go through the frozen block, its decoder learns from them, and they go
 * on to the next layer. What the decoder became is read at the end.
 */
import { ConvergenceError } from "../../base/index.ts";
import { type Session, sizeOf, type Tensor } from "../../engine/index.ts";
import type { FlowBlock } from "../chain/index.ts";
import type { Lane } from "./lanes.ts";
import { type LayerState, placeDecoder } from "./placed-decoder.ts";
import { type BlockStep, type Layouts, NAMES } from "./step-names.ts";

/** Activations of a run of minibatches: an array, or the name of what is resident in the lane. */
export type Activations = Float32Array | string;

/** Some minibatches on their way through a layer. */
export interface LayerRun {
  readonly x: Activations;
  readonly first: number;
  readonly count: number;
  readonly rate: number;
  /** The name under which x_l stays in the lane; absent: it comes back as an array. */
  readonly stay?: string;
}

/** One layer whose decoder is in the engine. */
export interface OpenLayer {
  /** What x held is gone afterwards. */
  run(run: LayerRun): Promise<{ readonly y: Activations; readonly loss: number }>;
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
export async function openLayer(lane: Lane, task: LayerTask, state: LayerState): Promise<OpenLayer> {
  const { block } = task;
  const { pass, learning } = task.step;
  const passing = await lane.session(pass);
  const frozen = Object.values(block.parameters).map((tensor, i) => [NAMES.frozen(i), tensor] as const);
  await passing.bind(Object.fromEntries(frozen));
  if (state.isFinished) {
    return {
      run: async (run) => {
        const { y } = await passOn(passing, task, run, [], async () => null);
        return { y, loss: state.loss[run.first + run.count - 1] as number };
      },
      close: async () => state,
    };
  }
  const decoder = await placeDecoder(lane, block, learning, state);
  const losses: Float32Array[] = [state.loss];
  const sides = [learning.targets, learning.examples];
  const columns = sides.filter((name) => name !== NAMES.x && name !== NAMES.y);
  return {
    run: async (run) => {
      const { y, learned } = await passOn(passing, task, run, columns, (from, to) => {
        const named = (name: string): string => (name === NAMES.x ? from : name === NAMES.y ? to : name);
        const { first, count, rate } = run;
        const [targets, examples] = sides.map(named) as [string, string];
        return decoder.learn({ targets, examples, first, count, rate });
      });
      requireFinite(learned, task, run);
      losses.push(learned);
      return { y, loss: learned.at(-1) as number };
    },
    close: async (isLast) => ({ ...(await decoder.read(isLast)), loss: joined(losses), isFinished: false }),
  };
}

/** Passes a run through the block, lets `learn` see it under its resident names, and hands it on. */
async function passOn<T>(
  passing: Session,
  { block, batch, layouts }: LayerTask,
  { x, count, stay }: LayerRun,
  kept: readonly string[],
  learn: (from: string, to: string) => Promise<T>,
): Promise<{ y: Activations; learned: T }> {
  const from = typeof x === "string" ? x : NAMES.x;
  const to = stay ?? NAMES.y;
  const bind = (data: Float32Array): Promise<void> => {
    const size = sizeOf(block.inputShape);
    const shape = layouts.from === "rows" ? [count, batch, ...block.inputShape] : [count, size, batch];
    return passing.bind({ [NAMES.x]: { dtype: "float32", shape, data } }, { transfer: true });
  };
  const keep = { ...Object.fromEntries(kept.map((name) => [name, name])), [NAMES.y]: to };
  // asked for at once, answered in this order
  const [, , learned, taken] = await Promise.all([
    typeof x === "string" ? null : bind(x),
    passing.run({}, { from: { [NAMES.x]: from }, outputs: [], keep }),
    learn(from, to),
    stay === undefined ? passing.read([to], { take: true }) : null,
    passing.forget([from]),
  ]);
  const { [to]: y } = taken ?? {};
  return { y: stay ?? (y as Tensor<"float32">).data, learned };
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

function requireFinite(loss: Float32Array, { block, layer }: LayerTask, { first, rate }: LayerRun): void {
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
