/**
 * Several layers at work at once: lane i trains layers i, i + n, i + 2n, ..., and a layer may start on a run of
 * minibatches as soon as the layer below has passed it on. What a layer computes does not depend on when, so the
 * numbers are those of one lane.
 */
import { InterruptedError } from "../../base/index.ts";
import { sizeOf } from "../../engine/index.ts";
import type { FlowBlock, FlowChain } from "../chain/index.ts";
import { isDense } from "./dense-step.ts";
import type { Lane } from "./lanes.ts";
import { type Activations, openLayer } from "./layer-run.ts";
import type { LayerState } from "./placed-decoder.ts";
import { buildBlockStep } from "./step.ts";
import type { Layout } from "./step-names.ts";
import type { MinibatchStream } from "./stream.ts";

/** A stretch of the stream that fits into memory. */
export interface StreamPart {
  readonly first: number;
  readonly count: number;
  /** Whether the stream ends with it. */
  readonly isLast: boolean;
}

/** What a part of the training reports. */
export interface WavefrontOptions {
  readonly rate: number;
  readonly signal?: AbortSignal;
  onRun(finished: number, layer: number, loss: number): void;
  onLayer(layer: number, state: LayerState): void;
}

/** Minibatches in one run of the engine: enough that copies do not count, few enough to react. */
const MOST_IN_RUN = 64;
/** Bytes of activations that one run may hand on. */
const RUN_MEMORY = 2 ** 26;

/** Bytes of the largest activations of a chain for one minibatch. */
export function largestActivation({ inputShape, blocks }: FlowChain, batch: number): number {
  const sizes = blocks.map(({ outputShape }) => sizeOf(outputShape));
  return Math.max(sizeOf(inputShape), ...sizes) * batch * 4;
}

/** Activations of one run, passed from layer to layer. */
interface Handover {
  readonly value: Promise<Activations>;
  resolve(value: Activations): void;
  reject(error: unknown): void;
}

function handover(): Handover {
  let resolve: Handover["resolve"] = () => {};
  let reject: Handover["reject"] = () => {};
  const value = new Promise<Activations>((onValue, onError) => {
    resolve = onValue;
    reject = onError;
  });
  // whoever waits sees the error; when nobody does it has been reported by the layer that failed
  value.catch(() => {});
  return { value, resolve, reject };
}

/** How activations go from block `layer - 1` to block `layer`: between dense layers in the layout that they compute in. */
function layoutBefore({ blocks }: FlowChain, layer: number): Layout {
  const sides = [blocks[layer - 1], blocks[layer]];
  return sides.every((block) => block !== undefined && isDense(block)) ? "columns" : "rows";
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
  const inRun = Math.floor(RUN_MEMORY / largestActivation(chain, source.batch));
  const runs = Math.ceil(part.count / Math.min(MOST_IN_RUN, Math.max(1, inRun)));
  const length = Math.ceil(part.count / runs);
  const passed = chain.blocks.map(() => Array.from({ length: runs }, handover));
  // with one lane activations need not leave its thread
  const staysInLane = lanes.length === 1;
  let finished = 0;
  let hasFailed = false;
  const trainLayer = async (lane: Lane, layer: number): Promise<void> => {
    const block = chain.blocks[layer] as FlowBlock;
    const layouts = { from: layoutBefore(chain, layer), to: layoutBefore(chain, layer + 1) };
    const { batch } = source;
    const task = { block, layer, batch, layouts, step: buildBlockStep(block, batch, layouts) };
    const trained = await openLayer(lane, task, states[layer] as LayerState);
    for (let run = 0; run < runs; run++) {
      const first = part.first + run * length;
      const count = Math.min(length, part.first + part.count - first);
      const x = layer === 0 ? source.gather(first, count) : await passed[layer - 1]?.[run]?.value;
      if (options.signal?.aborted || hasFailed) throw new InterruptedError("stopped on request");
      const stay = staysInLane && layer + 1 < chain.blocks.length ? { stay: `layer.${layer}.${run}` } : {};
      const { y, loss } = await trained.run({
        x: x as Activations,
        first,
        count,
        rate: options.rate,
        ...stay,
      });
      passed[layer]?.[run]?.resolve(y);
      finished += count;
      options.onRun(finished, layer, loss);
    }
    states[layer] = await trained.close(part.isLast);
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
