/**
 * The check of a flow map: networks of some of its depths and weight variances are really trained. The depth is changed in
 * the layer that a specification repeats most often. Classifiers are scored by accuracy, autoencoders by the share of the
 * variance that they reproduce, and the halves of a GAN by the Frechet score of the pair, each half beside a partner that
 * stays as it is, so that both are measured apart.
 */
import { SpecError } from "../base/index.ts";
import type { Dataset } from "../data/index.ts";
import type { OptimizerSpec, Pool } from "../engine/index.ts";
import { atVariances, specAtDepth } from "../flow/index.ts";
import { formatNetwork, type NetworkSpec } from "../networks/index.ts";
import { createStream, type RandomStream } from "../numerics/index.ts";
import { trainAdversarial } from "./adversarial.ts";
import { chanceOf, type Score, scoreOf, varianceOf } from "./family/index.ts";
import { type GridOptions, type GridPoint, runTrainingGrid } from "./grid.ts";
import type { JsonValue } from "./manifest.ts";
import { requireTrainableSpec, trainSpec } from "./training.ts";

/** What is trained. */
export interface FlowTrainingPlan {
  readonly spec: NetworkSpec;
  /** The other half of a GAN, which stays as it is. */
  readonly partner?: NetworkSpec;
  readonly sigmaB2: number;
  readonly sigmaW2: readonly number[];
  /** Depths of the map: blocks up to the end of the repeated layer. */
  readonly depths: readonly number[];
  readonly batch: number;
  readonly steps: number;
  readonly rate: number;
  /** "inverse-depth" trains with rate / depth, since every layer moves the output. */
  readonly rateScaling: "constant" | "inverse-depth";
  readonly optimizer: OptimizerSpec;
  readonly data: string;
  readonly seed: number;
  readonly version: string;
}

/** One trained network. */
export interface FlowTrainedCell extends GridPoint {
  /**
   * After the last step, on the training examples (of a GAN: of generated against test examples); that of guessing when the
   * training diverged.
   */
  readonly score: number;
  readonly testScore: number | null;
  readonly state: string;
}

/** Options of a training grid. */
export interface FlowTrainingOptions extends GridOptions {
  readonly train: Dataset;
  readonly test: Dataset | null;
}

/**
 * Trains the grid in a run folder, or continues it; cells depth by depth, weight variances inside.
 *
 * @throws SpecError before anything is written: for a half of a GAN without the other, a depth outside of the repeated
 *   layer, or data that do not fit
 */
export async function trainFlowGrid(
  path: string,
  plan: FlowTrainingPlan,
  options: FlowTrainingOptions,
): Promise<FlowTrainedCell[]> {
  const { spec, partner, seed, version, ...rest } = plan;
  requireFlowGrid(plan, options.train);
  const score = scoreOf(spec);
  return runTrainingGrid<FlowTrainedCell>(
    path,
    {
      kind: "flow-training",
      ...{ seed, version },
      options: {
        ...{ network: formatNetwork(spec), score },
        ...(partner === undefined ? {} : { partner: formatNetwork(partner) }),
        ...(rest as unknown as Readonly<Record<string, JsonValue>>),
      },
    },
    plan,
    {
      stage: "training networks",
      describe: ({ score: value }) => `${score} ${value.toFixed(3)}`,
      train: async ({ depth, sigmaW2 }, label, pool, signal) => {
        const cut = atVariances(specAtDepth(spec, depth), sigmaW2, plan.sigmaB2);
        const rate = plan.rateScaling === "inverse-depth" ? plan.rate / depth : plan.rate;
        const work = { ...options, pool, signal, rate, stream: createStream(seed).fork(label) };
        const reached = await (partner === undefined
          ? trainAlone(cut, plan, score, work)
          : trainHalf(cut, partner, plan, work));
        return { sigmaW2, depth, ...reached };
      },
    },
    options,
  );
}

/**
 * Checks a grid before anything is measured or written.
 *
 * @throws SpecError as `trainFlowGrid`
 */
export function requireFlowGrid(
  { spec, partner, depths, batch }: Pick<FlowTrainingPlan, "spec" | "partner" | "depths" | "batch">,
  train: Dataset,
): void {
  for (const depth of depths) specAtDepth(spec, depth);
  const isHalf = spec.kind === "generator" || spec.kind === "discriminator";
  const other = spec.kind === "generator" ? "discriminator" : "generator";
  if (isHalf ? partner?.kind !== other : partner !== undefined) {
    throw new SpecError(
      isHalf
        ? `training: a ${spec.kind} does not train alone, received ${partner === undefined ? "no partner" : `a ${partner.kind} as its partner`}`
        : `training: received a partner for a ${spec.kind} network, expected one for a generator or discriminator only`,
      { hint: isHalf ? `--partner '${other}:...'` : "leave out --partner" },
    );
  }
  if (!isHalf) requireTrainableSpec(spec, train, batch);
}

interface CellWork {
  readonly train: Dataset;
  readonly test: Dataset | null;
  readonly pool: Pool;
  readonly signal: AbortSignal;
  readonly rate: number;
  readonly stream: RandomStream;
}

type Reached = Pick<FlowTrainedCell, "score" | "testScore" | "state">;

async function trainAlone(
  spec: NetworkSpec,
  { batch, steps, optimizer }: FlowTrainingPlan,
  score: Score,
  { stream, train, ...work }: CellWork,
): Promise<Reached> {
  const training = await trainSpec(spec, train, stream, { ...{ batch, steps, optimizer }, ...work });
  const read = (on: typeof training.train, data: Dataset): number | null => {
    if (on === null) return null;
    return score === "accuracy" ? on.accuracy : 1 - on.loss / varianceOf(data);
  };
  return {
    score: read(training.train, train) ?? chanceOf(spec, train),
    testScore: work.test === null ? null : read(training.test, work.test),
    state: training.state,
  };
}

async function trainHalf(
  spec: NetworkSpec,
  partner: NetworkSpec,
  { batch, steps }: FlowTrainingPlan,
  { stream, train, ...work }: CellWork,
): Promise<Reached> {
  const pair =
    spec.kind === "generator"
      ? { generator: spec, discriminator: partner }
      : { generator: partner, discriminator: spec };
  const options = { batch, steps, ...work, stepsPerEntry: steps, samples: 1 };
  const { score, state } = await trainAdversarial(pair, train, stream, options);
  return { score: score?.value ?? 0, testScore: null, state };
}
