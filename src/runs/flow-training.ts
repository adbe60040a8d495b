/**
 * The check of a flow map: networks of some of its depths and weight variances are really trained, one step of a run folder
 * each. The depth is changed in the layer that a specification repeats most often.
 */
import type { WorkOptions } from "../base/index.ts";
import type { Dataset } from "../data/index.ts";
import { createPool, type OptimizerSpec } from "../engine/index.ts";
import { atVariances, specAtDepth } from "../flow/index.ts";
import { formatNetwork, type NetworkSpec } from "../networks/index.ts";
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
