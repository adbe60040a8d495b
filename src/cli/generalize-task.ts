/** What `generalize` reads: a network with equal hidden layers, and a task with targets of one output, +1 and -1. */
import { ShapeError, SpecError } from "../base/index.ts";
import type { BayesianNetwork, RegressionTask } from "../bayes/index.ts";
import { type Dataset, loadDataset } from "../data/index.ts";
import { type NetworkSpec, resolveActivation } from "../networks/index.ts";
import type { Arguments, CommandContext } from "./command.ts";
import { readNumber, readText } from "./options.ts";

/** The Bayesian network of a specification; its last layer counts as one output, and biases are left out. */
export function readBayesianNetwork(spec: NetworkSpec, args: Arguments): BayesianNetwork {
  const widths = spec.layers.flatMap((layer) =>
    layer.type === "dense" ? new Array<number>(layer.repeat).fill(layer.width) : [],
  );
  const isDense = spec.kind === "mlp" && spec.layers.every(({ type }) => type === "dense");
  const hidden = widths.slice(0, -1);
  const [width, ...others] = hidden;
  if (
    !isDense ||
    spec.normalization !== "none" ||
    width === undefined ||
    others.some((other) => other !== width)
  ) {
    throw new SpecError(
      "generalize: the theory covers dense networks with hidden layers of one width and without normalisation",
      { hint: "for example '784-300-1 erf' or '784-200x2-1 relu'" },
    );
  }
  const { scheme, sigmaW2 } = spec.initialization;
  const precision = scheme === "gaussian" && sigmaW2 !== null ? 1 / sigmaW2 : 1;
  return {
    activation: resolveActivation(spec.activation),
    depth: hidden.length,
    width,
    temperature: readNumber(args, "temperature", { min: 0 }) as number,
    weightPrecision: precision,
    readoutPrecision: precision,
  };
}

/** How labels become targets, in words. */
export interface GeneralizeTask {
  readonly task: RegressionTask;
  readonly description: string;
}

/** Loads `--data` and turns labels into +1 and -1: two classes as they are, more by parity or one against the rest. */
export async function readTask(
  spec: NetworkSpec,
  context: CommandContext,
  examples: number,
): Promise<GeneralizeTask> {
  const { args, seed } = context;
  const classes = readText(args, "classes")
    ?.split(",")
    .map((text) => Number(text.trim()));
  if (classes?.some((label) => !Number.isInteger(label) || label < 0)) {
    throw new SpecError(`--classes: received "${args.classes}", expected whole numbers joined by commas`);
  }
  const { train, test } = await loadDataset(readText(args, "data") ?? "mnist", {
    train: examples,
    test: readNumber(args, "test", { min: 1, integer: true }) as number,
    seed,
    standardize: "global",
    ...(classes === undefined ? {} : { classes }),
  });
  if (test === null || train.labels === null || test.labels === null || train.classes === null) {
    throw new SpecError(`generalize: ${train.name} has no labels or no test set`, {
      hint: "--data mnist, or a labelled data set",
    });
  }
  const features = train.inputs.length / train.count;
  const wanted = spec.input.reduce((product, n) => product * n, 1);
  if (features !== wanted) {
    throw new ShapeError(
      `generalize: ${train.name} has ${features} features, and the network takes ${wanted}`,
    );
  }
  const positive = chooseSign(train.classes, readText(args, "target"), classes);
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
  // labels are renumbered 0, 1, .. in the order of --classes
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
