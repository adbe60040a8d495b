/** What `generalize` reads: a network with equal hidden layers, and a task with targets of one output, +1 and -1. */
import { ShapeError, SpecError } from "../base/index.ts";
import { type BayesianNetwork, type DescribedTask, taskOfLabels } from "../bayes/index.ts";
import { loadDataset } from "../data/index.ts";
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

/** Loads `--data` and turns labels into +1 and -1: two classes as they are, more by parity or one against the rest. */
export async function readTask(
  spec: NetworkSpec,
  context: CommandContext,
  examples: number,
): Promise<DescribedTask> {
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
  const features = train.inputs.length / train.count;
  const wanted = spec.input.reduce((product, n) => product * n, 1);
  if (features !== wanted) {
    throw new ShapeError(
      `generalize: ${train.name} has ${features} features, and the network takes ${wanted}`,
    );
  }
  return taskOfLabels(train, test, { classes, target: readText(args, "target") });
}
