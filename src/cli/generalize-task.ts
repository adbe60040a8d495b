/** What `generalize` and `classify` read: dense networks, and labelled data, as classes or as targets +1 and -1 of one output. */
import { ShapeError, SpecError } from "../base/index.ts";
import { type BayesianNetwork, type DescribedTask, taskOfLabels } from "../bayes/index.ts";
import { type Dataset, loadDataset } from "../data/index.ts";
import { type Activation, type NetworkSpec, resolveActivation } from "../networks/index.ts";
import type { Arguments, CommandContext } from "./command.ts";
import { readNumber, readText } from "./options.ts";

/** A dense network of the prior: no biases, one precision for the weights below the readout and for the readout. */
export interface DenseBayesianNetwork {
  readonly activation: Activation;
  /** Units of every hidden layer, from below. */
  readonly widths: readonly number[];
  /** Units of the last layer. */
  readonly outputs: number;
  readonly weightPrecision: number;
  readonly readoutPrecision: number;
}

/** The dense layers of a specification; throws SpecError for any others. */
export function readDenseNetwork(spec: NetworkSpec, command: string): DenseBayesianNetwork {
  const widths = spec.layers.flatMap((layer) =>
    layer.type === "dense" ? new Array<number>(layer.repeat).fill(layer.width) : [],
  );
  const isDense = spec.kind === "mlp" && spec.layers.every(({ type }) => type === "dense");
  if (!isDense || spec.normalization !== "none" || widths.length < 2) {
    throw new SpecError(
      `${command}: the theory covers dense networks with hidden layers and without normalisation`,
      { hint: "for example '784-300-1 erf' or '784-200x2-1 relu'" },
    );
  }
  const { scheme, sigmaW2 } = spec.initialization;
  const precision = scheme === "gaussian" && sigmaW2 !== null ? 1 / sigmaW2 : 1;
  return {
    activation: resolveActivation(spec.activation),
    widths: widths.slice(0, -1),
    outputs: widths.at(-1) as number,
    weightPrecision: precision,
    readoutPrecision: precision,
  };
}

/** The Bayesian network of a specification; its last layer counts as one output, and biases are left out. */
export function readBayesianNetwork(spec: NetworkSpec, args: Arguments): BayesianNetwork {
  const { widths, outputs: _, ...network } = readDenseNetwork(spec, "generalize");
  const isUnequal = widths.some((width) => width !== widths[0]);
  if (isUnequal && readText(args, "widths") !== undefined) {
    throw new SpecError(
      `generalize: received hidden layers of ${widths.join(", ")} units and --widths, expected layers of one width`,
      { hint: "for example '784-200x2-1 relu': --widths sets the units of all hidden layers" },
    );
  }
  return {
    ...network,
    depth: widths.length,
    width: Math.min(...widths),
    ...(isUnequal ? { widths } : {}),
    temperature: readNumber(args, "temperature", { min: 0 }) as number,
  };
}

/** Labelled examples, and what the renumbered labels stood for when only some classes were kept. */
export interface LabelledData {
  readonly train: Dataset;
  readonly test: Dataset | null;
  readonly classes: readonly number[] | undefined;
}

/** Loads `--data` with `--classes` and `--test`, standardised as a whole. */
export async function readLabelledData(
  spec: NetworkSpec,
  { args, seed }: CommandContext,
  examples: number,
): Promise<LabelledData> {
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
    throw new ShapeError(`${train.name} has ${features} features, and the network takes ${wanted}`);
  }
  return { train, test, classes };
}

/**
 * Loads `--data` and turns labels into +1 and -1 of one output: two classes as they are, more by parity or one against the rest.
 * One output for each class is replaced by that one, which the description says.
 *
 * @throws SpecError for other numbers of outputs.
 */
export async function readTask(
  spec: NetworkSpec,
  outputs: number,
  context: CommandContext,
  examples: number,
): Promise<DescribedTask> {
  const { train, test, classes } = await readLabelledData(spec, context, examples);
  const { task, description } = taskOfLabels(train, test, {
    classes,
    target: readText(context.args, "target"),
  });
  if (outputs === 1) return { task, description };
  if (outputs !== train.classes) {
    throw new SpecError(
      `generalize: received a last layer of ${outputs} units and data of ${train.classes} classes, expected 1 unit`,
      { hint: "end the specification with -1; classify predicts one output for each class" },
    );
  }
  return { task, description: `${description}; the network's ${outputs} outputs are replaced by this one` };
}
