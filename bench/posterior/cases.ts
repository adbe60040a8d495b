/** The cases of the posterior study: two binary tasks on MNIST, two activations, numbers of examples and widths, cheap ones first. */
import type { RegressionTask } from "../../src/bayes/index.ts";
import { loadDataset } from "../../src/data/index.ts";

/** One posterior to predict and to sample. */
export interface Case {
  readonly task: "0 against 1" | "parity";
  readonly activation: "erf" | "relu";
  readonly examples: number;
  readonly width: number;
  readonly temperature: number;
}

/** How a case is sampled: fewer states where one costs more. */
export interface Effort {
  readonly chains: number;
  readonly samples: number;
  readonly burnIn: number;
  readonly leapfrogs: number;
}

const tasks = ["0 against 1", "parity"] as const;
const activations = ["erf", "relu"] as const;

/** All cases in the order they run. */
export const cases: readonly Case[] = [
  [25, 20],
  [50, 20],
  [100, 20],
  [200, 20],
  [500, 20],
  [200, 100],
  [200, 1000],
  [1000, 20],
  [500, 100],
  [1000, 100],
  [500, 1000],
  [1000, 1000],
].flatMap(([examples, width]) =>
  activations.flatMap((activation) =>
    tasks.map((task) => ({
      task,
      activation,
      examples: examples as number,
      width: width as number,
      temperature: 0.1,
    })),
  ),
);

/** Effort by the product of examples and width: half a minute to five minutes of one core for each case. */
export function effortOf({ examples, width }: Case): Effort {
  const size = examples * width;
  if (size <= 4_000) return { chains: 4, samples: 250, burnIn: 250, leapfrogs: 12 };
  if (size <= 10_000) return { chains: 2, samples: 150, burnIn: 120, leapfrogs: 10 };
  if (size <= 20_000) return { chains: 2, samples: 80, burnIn: 80, leapfrogs: 8 };
  if (size <= 100_000) return { chains: 2, samples: 60, burnIn: 60, leapfrogs: 8 };
  return { chains: 2, samples: 20, burnIn: 20, leapfrogs: 6 };
}

/** R-hat above which a case is sampled again, longer. */
export const AGREEMENT = 1.2;

/** Effort where chains of `effortOf` did not agree: two to three times as much. */
export function longEffortOf(one: Case): Effort {
  const { chains, samples, burnIn, leapfrogs } = effortOf(one);
  return { chains, samples: Math.round(2.5 * samples), burnIn: 2 * burnIn, leapfrogs: leapfrogs + 2 };
}

/** The last record of every case counts: an earlier one was shorter. */
export function lastOfEachCase<T extends { readonly case: Case }>(records: readonly T[]): T[] {
  return [...new Map(records.map((record) => [nameOf(record.case), record])).values()];
}

/** A name that tells cases apart. */
export function nameOf({ task, activation, examples, width, temperature }: Case): string {
  return `${task}, ${activation}, P ${examples}, N ${width}, T ${temperature}`;
}

const tests = 500;
const loaded = new Map<string, Promise<RegressionTask>>();

/** The first `examples` of 1000 training digits, and 500 others; pixels standardised over the set, targets +1 and -1. */
export async function loadTask(task: Case["task"], examples: number): Promise<RegressionTask> {
  const whole = loaded.get(task) ?? loadWhole(task);
  loaded.set(task, whole);
  const { inputs, targets, testInputs, testTargets } = await whole;
  return {
    inputs: { ...inputs, rows: examples, data: inputs.data.slice(0, examples * inputs.cols) },
    targets: targets.slice(0, examples),
    testInputs,
    testTargets,
  };
}

async function loadWhole(task: Case["task"]): Promise<RegressionTask> {
  const { train, test } = await loadDataset("mnist", {
    train: 1000,
    test: tests,
    seed: 0,
    standardize: "global",
    ...(task === "parity" ? {} : { classes: [0, 1] }),
  });
  if (test?.labels == null || train.labels === null) throw new Error("mnist without labels");
  const sign = (label: number): number => (label % 2 === 1 ? 1 : -1);
  const cols = train.inputs.length / train.count;
  return {
    inputs: { rows: train.count, cols, data: Float64Array.from(train.inputs) },
    targets: Float64Array.from(train.labels, sign),
    testInputs: { rows: test.count, cols, data: Float64Array.from(test.inputs) },
    testTargets: Float64Array.from(test.labels, sign),
  };
}
