/**
 * The check of a flow map: networks of some of its depths and weight variances are really trained, one step of a run folder
 * each. The depth is changed in the layer that a specification repeats most often.
 */
import { SpecError, type WorkOptions } from "../base/index.ts";
import type { Dataset } from "../data/index.ts";
import { createPool, type OptimizerSpec } from "../engine/index.ts";
import { atVariances } from "../flow/index.ts";
import { formatNetwork, type LayerSpec, type NetworkSpec } from "../networks/index.ts";
import { createStream } from "../numerics/index.ts";
import { executeRun } from "./execute.ts";
import { openRun } from "./folder.ts";
import type { JsonValue, RunManifest } from "./manifest.ts";
import { requireTrainable, trainSpec } from "./training.ts";

/** What is trained. */
export interface FlowTrainingPlan {
  readonly spec: NetworkSpec;
  readonly sigmaB2: number;
  readonly sigmaW2: readonly number[];
  /** Depths of the map: blocks up to the end of the repeated layer. */
  readonly depths: readonly number[];
  readonly batch: number;
  readonly steps: number;
  /** Divided by the depth, since every layer moves the output. */
  readonly rate: number;
  readonly optimizer: OptimizerSpec;
  readonly data: string;
  readonly seed: number;
  readonly version: string;
}

/** One trained network. */
export interface FlowTrainedCell {
  readonly sigmaW2: number;
  readonly depth: number;
  /** On the training examples after the last step; chance when the training diverged. */
  readonly accuracy: number;
  readonly testAccuracy: number | null;
  readonly state: string;
}

/** Options of a training grid. */
export interface FlowTrainingOptions extends WorkOptions {
  readonly train: Dataset;
  readonly test: Dataset | null;
  readonly threads?: number;
  readonly machine?: RunManifest["machine"];
}

/** The layer that is repeated most often, and the number of blocks before it. */
export function bodyOf({ layers }: NetworkSpec): {
  readonly index: number;
  readonly repeat: number;
  readonly before: number;
} {
  const repeats = layers.map((layer) => ("repeat" in layer ? layer.repeat : 1));
  const index = repeats.indexOf(Math.max(...repeats));
  return {
    index,
    repeat: repeats[index] as number,
    before: repeats.slice(0, index).reduce((sum, repeat) => sum + repeat, 0),
  };
}

/**
 * A specification cut to a depth of its map: the repeated layer ends there, the head follows.
 *
 * @throws SpecError for a depth outside the repeated layer
 */
export function specAtDepth(spec: NetworkSpec, depth: number): NetworkSpec {
  const { index, repeat, before } = bodyOf(spec);
  const wanted = depth - before;
  if (!(Number.isInteger(wanted) && wanted >= 1 && wanted <= repeat)) {
    throw new SpecError(
      `flow: depth ${depth} of ${formatNetwork(spec)}, expected a whole number from ${before + 1} to ${before + repeat}`,
      { hint: "the depth of the layer that is repeated most often is what changes" },
    );
  }
  const layers = spec.layers.map(
    (layer, i): LayerSpec => (i === index ? ({ ...layer, repeat: wanted } as LayerSpec) : layer),
  );
  return { ...spec, layers };
}

/** Trains the grid in a run folder, or continues it; cells depth by depth, weight variances inside. */
export async function trainFlowGrid(
  path: string,
  plan: FlowTrainingPlan,
  options: FlowTrainingOptions,
): Promise<FlowTrainedCell[]> {
  requireTrainable(options.train, plan.batch);
  const { spec, seed, version, ...rest } = plan;
  const grid = plan.depths.flatMap((depth) => plan.sigmaW2.map((sigmaW2) => ({ depth, sigmaW2 })));
  const cells = new Map(grid.map((cell) => [`depth ${cell.depth} sw2 ${cell.sigmaW2}`, cell]));
  for (const depth of plan.depths) specAtDepth(spec, depth);
  const run = await openRun(
    path,
    {
      kind: "flow-training",
      ...{ seed, version, steps: [...cells.keys()] },
      options: { network: formatNetwork(spec), ...(rest as unknown as Readonly<Record<string, JsonValue>>) },
    },
    options.machine,
  );
  const pool = createPool(options.threads);
  const { train, test, signal, onProgress } = options;
  try {
    const results = await executeRun(
      run,
      async (label, aborting) => {
        const { depth, sigmaW2 } = cells.get(label) as (typeof grid)[number];
        const cut = atVariances(specAtDepth(spec, depth), sigmaW2, plan.sigmaB2);
        const training = await trainSpec(cut, train, createStream(seed).fork(label), {
          ...{
            batch: plan.batch,
            steps: plan.steps,
            optimizer: plan.optimizer,
            test,
            pool,
            signal: aborting,
          },
          rate: plan.rate / depth,
        });
        aborting.throwIfAborted();
        const accuracy = training.train?.accuracy ?? 1 / (train.classes ?? 1);
        const cell: FlowTrainedCell = {
          ...{ sigmaW2, depth, accuracy, state: training.state },
          testAccuracy: training.test?.accuracy ?? null,
        };
        return cell as unknown as JsonValue;
      },
      {
        stage: "training networks",
        parallel: pool.size,
        describe: (label, result) =>
          `${label}: accuracy ${(result as unknown as FlowTrainedCell).accuracy.toFixed(3)}`,
        ...(signal === undefined ? {} : { signal }),
        ...(onProgress === undefined ? {} : { onProgress }),
      },
    );
    return results as unknown as FlowTrainedCell[];
  } finally {
    await pool.release();
    await run.close();
  }
}
