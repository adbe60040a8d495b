/** Labels as targets of one output, +1 and -1: two classes as they are, more by parity or one against the rest. */
import { SpecError } from "../../base/index.ts";
import type { Dataset } from "../../data/index.ts";
import type { RegressionTask } from "../finite-width/index.ts";

/** How labels become targets. */
export interface LabelledTaskOptions {
  /** What the renumbered labels 0, 1, .. stood for, when only some classes were loaded. */
  readonly classes?: readonly number[] | undefined;
  /** "parity", or the class that +1 stands for. Default: the second of two classes, else parity. */
  readonly target?: string | undefined;
}

/** A task and what it is, in words. */
export interface DescribedTask {
  readonly task: RegressionTask;
  readonly description: string;
}

/**
 * Turns labelled data into a regression task.
 *
 * @param train - training examples; their order is that of the learning curve
 * @throws SpecError for data without labels or a target that is no class
 * @example
 * ```ts
 * import { sampleMixture } from "isinglass/data";
 * import { createStream } from "isinglass/numerics";
 * import { taskOfLabels } from "isinglass/bayes";
 *
 * const data = sampleMixture(10, [4], createStream(1), { classes: 2 });
 * taskOfLabels(data, data).task.targets.length; // => 10
 * ```
 */
export function taskOfLabels(
  train: Dataset,
  test: Dataset | null,
  { classes, target }: LabelledTaskOptions = {},
): DescribedTask {
  if (test === null || train.labels === null || test.labels === null || train.classes === null) {
    throw new SpecError(`generalize: ${train.name} has no labels or no test set`, {
      hint: "--data mnist, or a labelled data set",
    });
  }
  const positive = chooseSign(train.classes, target, classes);
  const targets = (labels: ArrayLike<number>): Float64Array =>
    Float64Array.from(labels, (label) => (positive.isPositive(label) ? 1 : -1));
  return {
    task: {
      inputs: toMatrix(train),
      targets: targets(train.labels),
      testInputs: toMatrix(test),
      testTargets: targets(test.labels),
    },
    description: `${train.name}: ${train.count} training and ${test.count} test examples, target +1 for ${positive.words}, else -1`,
  };
}

function chooseSign(
  count: number,
  target: string | undefined,
  classes: readonly number[] | undefined,
): { isPositive(label: number): boolean; words: string } {
  // labels are renumbered 0, 1, .. in the order of `classes`
  const nameOf = (label: number): number => classes?.[label] ?? label;
  if (target === undefined && count === 2) {
    return { isPositive: (label) => label === 1, words: `class ${nameOf(1)} (against ${nameOf(0)})` };
  }
  if (target === undefined || target === "parity") {
    return { isPositive: (label) => nameOf(label) % 2 === 1, words: "odd classes" };
  }
  const chosen = Number(target);
  const at = classes === undefined ? chosen : classes.indexOf(chosen);
  if (!(Number.isInteger(at) && at >= 0 && at < count)) {
    throw new SpecError(`--target: received "${target}", expected parity or a class of the data`);
  }
  return { isPositive: (label) => label === at, words: `class ${chosen}` };
}

function toMatrix({ inputs, count }: Dataset): RegressionTask["inputs"] {
  return { rows: count, cols: inputs.length / count, data: Float64Array.from(inputs) };
}

/** Sizes of a learning curve: halves of the largest down to about 10, at most six. */
export function halvedSizes(largest: number): number[] {
  const sizes = [largest];
  while ((sizes[0] as number) >= 24 && sizes.length < 6) sizes.unshift(Math.round((sizes[0] as number) / 2));
  return sizes;
}
