/**
 * Initialisations against each other: the same architecture is trained from several of them, over several seeds, with the
 * same steps, batches and rate. Classifiers are scored by test accuracy, autoencoders by the share of the test variance that
 * they reproduce.
 */
import { type Estimate, SpecError } from "../base/index.ts";
import { type Dataset, exampleSize } from "../data/index.ts";
import { createPool, createTrainer, type OptimizerSpec, type Pool } from "../engine/index.ts";
import {
  drawParameters,
  drawWithVariances,
  independentDifference,
  type LayerVariance,
  meanOver,
} from "../flow/index.ts";
import { buildNetwork, formatNetwork, type NetworkSpec, type ParameterValues } from "../networks/index.ts";
import { createStream, type RandomStream } from "../numerics/index.ts";
import { executeRun } from "./execute.ts";
import type { FlowRunOptions } from "./flow.ts";
import { openRun } from "./folder.ts";
import type { JsonValue } from "./manifest.ts";
import { requireTrainable } from "./training.ts";

/** One way to begin. */
export interface Beginning {
  readonly name: string;
  /** Architecture and, without `variances`, its initialisation. */
  readonly spec: NetworkSpec;
  /** Variances layer by layer. */
  readonly variances?: readonly LayerVariance[];
}

/** What is compared. */
export interface ComparePlan {
  readonly beginnings: readonly Beginning[];
  /** Networks trained for each. */
  readonly seeds: number;
  readonly batch: number;
  readonly steps: number;
  readonly rate: number;
  readonly optimizer: OptimizerSpec;
  readonly data: string;
  readonly seed: number;
  readonly version: string;
}

/** One trained network. */
export interface ComparedTraining {
  readonly beginning: string;
  /** Test accuracy, or share of the test variance that is reproduced; that of guessing after a divergence. */
  readonly score: number;
  readonly trainScore: number;
  readonly state: string;
}

/** One beginning in the table. */
export interface ComparisonEntry {
  readonly beginning: string;
  readonly score: Estimate;
  readonly trainScore: Estimate;
  readonly diverged: number;
  /** Score minus that of the first beginning. */
  readonly difference: Estimate;
  /** The difference in standard errors. */
  readonly sigmas: number;
}

/** How networks of a kind are scored. */
export function scoreOf({ kind }: NetworkSpec): "accuracy" | "reproduced variance" {
  return kind === "autoencoder" ? "reproduced variance" : "accuracy";
}

/**
 * Trains all networks in a run folder, or continues it.
 *
 * @returns a row for each beginning; differences are to the first one
 * @throws SpecError for generators and discriminators, which do not train alone
 */
export async function compareBeginnings(
  path: string,
  plan: ComparePlan,
  options: Omit<FlowRunOptions, "test"> & { readonly test: Dataset },
): Promise<ComparisonEntry[]> {
  const { beginnings, seed, version, ...rest } = plan;
  for (const { spec } of beginnings) requireScorable(spec, options.train, plan.batch);
  const steps = beginnings.flatMap(({ name }) =>
    Array.from({ length: plan.seeds }, (_, k) => `${name} seed ${k + 1}`),
  );
  const cells = new Map<string, { readonly beginning: Beginning; readonly k: number }>(
    beginnings.flatMap((beginning) =>
      Array.from({ length: plan.seeds }, (_, k) => [`${beginning.name} seed ${k + 1}`, { beginning, k }]),
    ),
  );
  const run = await openRun(
    path,
    {
      kind: "compare",
      ...{ seed, version, steps },
      options: {
        ...(JSON.parse(JSON.stringify(rest)) as Readonly<Record<string, JsonValue>>),
        networks: beginnings.map(({ spec }) => formatNetwork(spec)),
        variances: JSON.parse(
          JSON.stringify(beginnings.map(({ variances }) => variances ?? null)),
        ) as JsonValue,
      },
    },
    options.machine,
  );
  const pool = createPool(options.threads);
  const { signal, onProgress } = options;
  try {
    const results = await executeRun<JsonValue>(
      run,
      async (label, aborting) => {
        const { beginning, k } = cells.get(label) as { readonly beginning: Beginning; readonly k: number };
        const stream = createStream(seed).fork("compare").fork(k);
        const trained = await trainOne(beginning, plan, stream, pool, options, aborting);
        return { beginning: beginning.name, ...trained } as unknown as JsonValue;
      },
      {
        stage: "training networks",
        parallel: pool.size,
        describe: (label, result) => `${label}: ${(result as unknown as ComparedTraining).score.toFixed(3)}`,
        ...(signal === undefined ? {} : { signal }),
        ...(onProgress === undefined ? {} : { onProgress }),
      },
    );
    return tabulate(results as unknown as ComparedTraining[], beginnings);
  } finally {
    await pool.release();
    await run.close();
  }
}

function requireScorable(spec: NetworkSpec, train: Dataset, batch: number): void {
  if (spec.kind === "generator" || spec.kind === "discriminator") {
    throw new SpecError(`compare: a ${spec.kind} does not train alone`, {
      hint: "tune generator and discriminator apart, without --compare",
    });
  }
  if (spec.kind !== "autoencoder") requireTrainable(train, batch);
}

async function trainOne(
  { spec, variances }: Beginning,
  { batch, steps, rate, optimizer }: ComparePlan,
  stream: RandomStream,
  pool: Pool,
  { train, test }: { readonly train: Dataset; readonly test: Dataset },
  signal: AbortSignal,
): Promise<Omit<ComparedTraining, "beginning">> {
  const isAutoencoder = spec.kind === "autoencoder";
  const draw = stream.fork("parameters");
  const initial: ParameterValues =
    variances === undefined ? await drawParameters(spec, draw) : drawWithVariances(spec, variances, draw);
  const trainer = await createTrainer(buildNetwork(spec, { batch }), {
    ...{ data: train, initial, rate, optimizer, pool },
    stream: stream.fork("order"),
    ...(isAutoencoder ? { loss: "mse" as const, targets: "inputs" as const } : {}),
  });
  const guess = isAutoencoder ? 0 : 1 / (train.classes ?? 1);
  try {
    const { state } = await trainer.run(steps, { signal });
    signal.throwIfAborted();
    if (state !== "trained") return { score: guess, trainScore: guess, state };
    const score = async (data: Dataset): Promise<number> => {
      const { loss, accuracy } = await trainer.evaluate(data);
      return isAutoencoder ? 1 - loss / varianceOf(data) : (accuracy ?? guess);
    };
    const [testScore, trainScore] = [await score(test), await score(train)];
    if (!Number.isFinite(testScore + trainScore))
      return { score: guess, trainScore: guess, state: "diverged" };
    return { score: testScore, trainScore, state };
  } finally {
    await trainer.release();
  }
}

/** Mean over pixels of the variance over examples: the error of answering with the mean picture. */
function varianceOf(data: Dataset): number {
  const { inputs, count } = data;
  const size = exampleSize(data);
  let total = 0;
  for (let i = 0; i < size; i++) {
    let [sum, squares] = [0, 0];
    for (let row = 0; row < count; row++) {
      const value = inputs[row * size + i] as number;
      sum += value;
      squares += value * value;
    }
    total += squares / count - (sum / count) ** 2;
  }
  return total / size;
}

function tabulate(results: readonly ComparedTraining[], beginnings: readonly Beginning[]): ComparisonEntry[] {
  const rows = beginnings.map(({ name }) => {
    const own = results.filter(({ beginning }) => beginning === name);
    return {
      beginning: name,
      score: meanOver(own.map(({ score }) => score)),
      trainScore: meanOver(own.map(({ trainScore }) => trainScore)),
      diverged: own.filter(({ state }) => state === "diverged").length,
    };
  });
  const first = rows[0] as (typeof rows)[number];
  return rows.map((row) => ({ ...row, ...independentDifference(first.score, row.score) }));
}
