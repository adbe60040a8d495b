/**
 * Initialisations against each other: the same architecture is trained from several of them, over several seeds, with the
 * same steps, batches and rate. Classifiers are scored by test accuracy, autoencoders by the share of the test variance that
 * they reproduce.
 */
import { SpecError } from "../base/index.ts";
import type { Dataset } from "../data/index.ts";
import { createPool, createTrainer, type OptimizerSpec, type Pool } from "../engine/index.ts";
import { drawParameters, drawWithVariances, type LayerVariance } from "../flow/index.ts";
import { buildNetwork, formatNetwork, type NetworkSpec, type ParameterValues } from "../networks/index.ts";
import { createStream, type RandomStream } from "../numerics/index.ts";
import { type ComparedTraining, type ComparisonEntry, tabulate } from "./comparison.ts";
import { executeRun } from "./execute.ts";
import { chanceOf, trainFamily, varianceOf } from "./family/index.ts";
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
  /** The discriminator that a generator is trained against, with its own initialisation. */
  readonly discriminator?: NetworkSpec;
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

/**
 * Trains all networks in a run folder, or continues it.
 *
 * @returns a row for each beginning; differences are to the first one
 * @throws SpecError for a generator without a discriminator, and for a discriminator alone
 */
export async function compareBeginnings(
  path: string,
  plan: ComparePlan,
  options: Omit<FlowRunOptions, "test"> & { readonly test: Dataset },
): Promise<ComparisonEntry[]> {
  const { beginnings, seed, version, ...rest } = plan;
  for (const beginning of beginnings) requireScorable(beginning, options.train, plan.batch);
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
        const { spec, discriminator } = beginning;
        const trained =
          discriminator === undefined
            ? await trainOne(beginning, plan, stream, pool, options, aborting)
            : await trainPair(spec, discriminator, plan, seed + k, pool, options, aborting);
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

function requireScorable({ spec, discriminator }: Beginning, train: Dataset, batch: number): void {
  const isAlone = spec.kind === "discriminator" || (spec.kind === "generator" && discriminator === undefined);
  if (isAlone) {
    throw new SpecError(`compare: a ${spec.kind} does not train alone`, {
      hint: "tune the generator with --discriminator SPEC, or leave out --compare",
    });
  }
  if (spec.kind !== "autoencoder" && spec.kind !== "generator") requireTrainable(train, batch);
}

/** A generator and its discriminator, trained against each other. */
async function trainPair(
  generator: NetworkSpec,
  discriminator: NetworkSpec,
  { batch, steps, rate }: ComparePlan,
  seed: number,
  pool: Pool,
  data: { readonly train: Dataset; readonly test: Dataset },
  signal: AbortSignal,
): Promise<Omit<ComparedTraining, "beginning">> {
  const options = { seed, batch, steps, rate, pool, signal, stepsPerEntry: steps };
  const { final, state } = await trainFamily({ generator, discriminator }, data, options);
  signal.throwIfAborted();
  return { score: final.value, trainScore: final.value, state };
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
  const guess = chanceOf(spec, train);
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
