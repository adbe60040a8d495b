/**
 * The trainability scan (Schoenholz et al. 2017, figure 5): networks of many depths and weight variances are trained for
 * the same number of steps, and the accuracy that they reach is kept. Each cell is a step of a run folder, drawn from a
 * random stream of its own, so a scan that was killed continues with the same numbers.
 */
import { type Dataset, writeNpz } from "../data/index.ts";
import type { OptimizerSpec, Pool } from "../engine/index.ts";
import { parseNetwork } from "../networks/index.ts";
import { createStream } from "../numerics/index.ts";
import { type GridOptions, type GridPoint, runTrainingGrid } from "./grid.ts";
import type { RunPlan } from "./manifest.ts";
import { requireTrainable, trainSpec } from "./training.ts";

/** Whether all depths train with one learning rate. */
export type RateScaling = "constant" | "inverse-depth";

/** What is scanned. */
export interface TrainabilityPlan {
  readonly activation: string;
  readonly sigmaB2: number;
  /** Weight variances times fan-in, ascending. */
  readonly sigmaW2: readonly number[];
  /** Numbers of hidden layers, ascending. */
  readonly depths: readonly number[];
  readonly width: number;
  readonly batch: number;
  readonly steps: number;
  readonly rate: number;
  /**
   * "inverse-depth" trains with rate / depth: at criticality every layer moves the output alike, so a step of one rate
   * moves it in proportion to the depth.
   */
  readonly rateScaling: RateScaling;
  readonly optimizer: OptimizerSpec;
  readonly seed: number;
  /** Name of the data with its number of examples; part of the plan. */
  readonly data: string;
  readonly version: string;
}

/** What one cell gave. */
export interface TrainabilityCell {
  readonly sigmaW2: number;
  readonly depth: number;
  /** Accuracy on the training examples after the last step; chance when the training diverged. */
  readonly accuracy: number;
  readonly testAccuracy: number | null;
  readonly loss: number | null;
  readonly state: string;
}

/** Result of a scan: cells in the order depth by depth, weight variances inside. */
export interface TrainabilityScan {
  readonly cells: readonly TrainabilityCell[];
  readonly chance: number;
  readonly path: string;
}

/** Options of a scan. */
export interface TrainabilityOptions extends GridOptions {
  readonly train: Dataset;
  readonly test: Dataset | null;
}

/**
 * Runs or continues a scan in a folder.
 *
 * @throws SpecError before anything is written when the data have no labels, InterruptedError when aborted, FormatError when the folder holds another scan
 */
export async function measureTrainability(
  path: string,
  plan: TrainabilityPlan,
  options: TrainabilityOptions,
): Promise<TrainabilityScan> {
  const { train } = options;
  requireTrainable(train, plan.batch);
  const { version, seed, ...decided } = plan;
  const cells = await runTrainingGrid<TrainabilityCell>(
    path,
    { kind: "trainability", version, seed, options: decided as unknown as RunPlan["options"] },
    plan,
    {
      stage: "trainability",
      train: (point, label, pool, signal) => trainCell(plan, point, label, { ...options, pool, signal }),
      describe: ({ accuracy }) => `accuracy ${accuracy.toFixed(3)}`,
      finish: (run, finished) => run.write("results.npz", writeNpz(arraysOf(plan, finished))),
    },
    options,
  );
  return { cells, chance: 1 / (train.classes ?? 1), path };
}

async function trainCell(
  plan: TrainabilityPlan,
  { depth, sigmaW2 }: GridPoint,
  label: string,
  { train, test, pool, signal }: TrainabilityOptions & { readonly pool: Pool; readonly signal: AbortSignal },
): Promise<TrainabilityCell> {
  const inputs = train.shape.reduce((product, size) => product * size, 1);
  const spec = parseNetwork(`mlp:${inputs}-${plan.width}x${depth}-${train.classes}`, {
    activation: plan.activation,
    scheme: "gaussian",
    sigmaW2,
    sigmaB2: plan.sigmaB2,
  });
  const training = await trainSpec(spec, train, createStream(plan.seed).fork(label), {
    ...{ batch: plan.batch, steps: plan.steps, optimizer: plan.optimizer, test, pool, signal },
    rate: plan.rateScaling === "inverse-depth" ? plan.rate / depth : plan.rate,
  });
  return {
    sigmaW2,
    depth,
    accuracy: training.train?.accuracy ?? 1 / (train.classes ?? 1),
    testAccuracy: training.test?.accuracy ?? null,
    loss: training.train?.loss ?? null,
    state: training.state,
  };
}

/** The cells as arrays [depths, sigmaW2] for NumPy. */
function arraysOf({ depths, sigmaW2 }: TrainabilityPlan, cells: readonly TrainabilityCell[]) {
  const shape = [depths.length, sigmaW2.length];
  const column = (pick: (cell: TrainabilityCell) => number | null) => ({
    shape,
    data: Float64Array.from(cells, (cell) => pick(cell) ?? Number.NaN),
  });
  return {
    depth: { shape: [depths.length], data: Int32Array.from(depths) },
    sigma_w2: { shape: [sigmaW2.length], data: Float64Array.from(sigmaW2) },
    accuracy: column(({ accuracy }) => accuracy),
    test_accuracy: column(({ testAccuracy }) => testAccuracy),
    loss: column(({ loss }) => loss),
  };
}
