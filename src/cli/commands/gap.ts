/** `isinglass gap`: how far a last layer's test error lies above its training error, measured, by the law, and the bound. */
import { exact, type Reference, SpecError } from "../../base/index.ts";
import { type GapCurve, measureFeatures, measureGapCurve, taskOfLabels } from "../../bayes/index.ts";
import { type Dataset, loadDataset } from "../../data/index.ts";
import { fromOnnx, type Graph } from "../../engine/index.ts";
import { drawGapLaw, formatEstimate, formatNumber } from "../../figures/index.ts";
import { loadKernels } from "../../kernels/index.ts";
import { bindParameters, buildNetwork, initialize } from "../../networks/index.ts";
import { createStream } from "../../numerics/index.ts";
import { checkWritable, trainSpec } from "../../runs/index.ts";
import { figureEnding, writeFigure } from "../artifacts.ts";
import type { Command, CommandContext, Outcome } from "../command.ts";
import { DATA_OPTIONS } from "../definitions.ts";
import { readSpec } from "../network-options.ts";
import { readNumber, readRange, readText } from "../options.ts";
import { bulletLines, referenceLine } from "../render/estimates.ts";
import { renderTable } from "../render/table.ts";

const references: readonly Reference[] = [
  {
    authors: "Ariosto, Pacelli, Ginelli, Gherardi, Rotondo",
    year: 2022,
    title: "Universal mean-field upper bound for the generalization gap of deep neural networks",
    id: "arXiv:2201.11022",
  },
];

/** Examples of one run of the network. */
const BATCH = 250;
/** P over N where nothing else is asked for. */
const MULTIPLES = [1.5, 2, 4, 10, 40];

export const gapCommand: Command = {
  name: "gap",
  summary:
    "The gap between test and training error of a last layer: measured, by the law of frozen features, and the bound",
  examples: [
    "isinglass gap '784-60-10 erf sw2=2 sb2=0' --data mnist --output gap.svg",
    "isinglass gap '784-60-10 relu init=he' --data mnist --steps 1000 --ridge 10",
    "isinglass gap model.onnx --data mnist --json",
  ],
  args: {
    network: {
      type: "positional",
      required: true,
      description: "a specification, or an ONNX file; the features are what its last weights multiply",
    },
    ...DATA_OPTIONS,
    examples: {
      type: "string",
      valueHint: "M",
      default: "8000",
      description: "labelled examples to measure on",
    },
    target: {
      type: "string",
      valueHint: "parity|CLASS",
      description: "what +1 stands for (default: the second of two classes, else odd classes)",
    },
    steps: {
      type: "string",
      valueHint: "S",
      default: "0",
      description: "train the features first: steps of SGD on as many other examples",
    },
    rate: { type: "string", valueHint: "R", default: "0.05", description: "--steps: learning rate" },
    sizes: {
      type: "string",
      valueHint: "A,B,..",
      description: "numbers of training examples (default: 1.5, 2, 4, 10 and 40 times the features)",
    },
    draws: { type: "string", valueHint: "D", default: "20", description: "training sets for each number" },
    ridge: { type: "string", valueHint: "L", default: "0", description: "ridge of the fits, at least 0" },
    output: { type: "string", valueHint: "FILE", description: "draw the gap: .svg, .png, .csv or .json" },
  },
  async run(context): Promise<Outcome> {
    const { args, note, seed, threads, onProgress } = context;
    const output = readText(args, "output");
    if (output !== undefined) {
      figureEnding(output);
      checkWritable(output, { force: args.force === true });
    }
    const ridge = readNumber(args, "ridge", { min: 0 }) as number;
    const draws = readNumber(args, "draws", { min: 2, max: 1e4, integer: true }) as number;
    const { graph, data, kind } = await readFeatures(context);
    const { task, description } = taskOfLabels(data, data, { target: readText(args, "target") });
    const features = await measureFeatures(graph, task.inputs);
    const sizes =
      readRange(args, "sizes", { min: 1, integer: true }, 5) ??
      MULTIPLES.map((x) => Math.ceil(x * features.cols)).filter((size) => 2 * size <= data.count);
    const algebra = await loadKernels({ threads: threads ?? 1 });
    try {
      const stream = createStream(seed).fork("gap");
      const curve = measureGapCurve(
        { features, targets: task.targets },
        sizes,
        { stream, draws, ridge, onProgress },
        algebra,
      );
      if (output !== undefined) {
        await draw(output, curve, `${kind}; ${draws} draws for each P.`, context);
        note(`wrote ${output}`);
      }
      return outcomeOf(
        curve,
        `${kind}; ${description.replace(/ training and \d+ test/, "")}`,
        ridge,
        context,
      );
    } finally {
      await algebra.release();
    }
  },
};

/** The network with its parameters, and examples that it was not trained on. */
async function readFeatures(
  context: CommandContext,
): Promise<{ readonly graph: Graph; readonly data: Dataset; readonly kind: string }> {
  const { args, seed, signal, onProgress } = context;
  const text = readText(args, "network") ?? "";
  const steps = readNumber(args, "steps", { min: 0, max: 1e7, integer: true }) as number;
  const count = readNumber(args, "examples", { min: 20, max: 1e6, integer: true }) as number;
  const isFile = /\.onnx$/i.test(text);
  if (isFile && steps > 0)
    throw new SpecError("--steps: an ONNX file brings its own weights, expected no steps");
  const { train } = await loadDataset(readText(args, "data") ?? "mnist", {
    train: steps > 0 ? 2 * count : count,
    test: 0,
    seed,
    standardize: "global",
  });
  const measured = steps > 0 ? rowsOf(train, Math.floor(train.count / 2), train.count) : train;
  if (isFile) {
    const { graph } = await fromOnnx(text, { batch: BATCH });
    return { graph, data: measured, kind: `features of ${text}` };
  }
  const spec = await readSpec(text);
  const network = buildNetwork(spec, { batch: BATCH, statistics: "running" });
  const stream = createStream(seed).fork("network");
  const { values } = initialize(network, spec.initialization, stream);
  if (steps === 0) return { graph: bindParameters(network, values), data: measured, kind: "random features" };
  const training = await trainSpec(spec, rowsOf(train, 0, Math.floor(train.count / 2)), stream, {
    batch: 100,
    steps,
    rate: readNumber(args, "rate", { min: 0, open: true }) as number,
    optimizer: { kind: "sgd" },
    initial: values,
    signal,
    onProgress,
  });
  const graph = bindParameters(network, Object.fromEntries(training.parameters));
  return { graph, data: measured, kind: `features trained for ${steps} steps on other examples` };
}

function rowsOf(data: Dataset, first: number, end: number): Dataset {
  const size = data.inputs.length / data.count;
  return {
    ...data,
    inputs: data.inputs.slice(first * size, end * size),
    labels: data.labels?.slice(first, end) ?? null,
    count: end - first,
  };
}

function draw(
  path: string,
  { points, features, warning }: GapCurve,
  words: string,
  context: CommandContext,
): Promise<void> {
  const input = {
    title: `Gap of a readout on ${features} features`,
    caption: `${words} ${warning}`,
    points: points.map(({ examples, gap, law, bound }) => ({
      examples,
      gap: gap.value,
      stderr: gap.stderr,
      law: law.gap,
      bound,
    })),
  };
  return writeFigure(path, (options) => drawGapLaw(input, options), context);
}

function outcomeOf(
  curve: GapCurve,
  description: string,
  ridge: number,
  { style, seed }: CommandContext,
): Outcome {
  const { features, residual, points, warning } = curve;
  const assumptions = [
    warning,
    "The law is about frozen features and a readout fitted to fresh examples; it knows features through their number alone (with a ridge, through their spectrum).",
  ];
  return {
    result: {
      features,
      residual: exact(residual, "best readout on all examples"),
      targetSquare: exact(curve.targetSquare, "all examples"),
      curve: points,
    },
    assumptions,
    references,
    seed,
    text: () =>
      [
        style.bold(
          `${features} features, residual ${formatNumber(residual)}${ridge > 0 ? `, ridge ${ridge}` : ""}`,
        ),
        description,
        "",
        renderTable(
          ["examples", "training", "test", "gap", "law", "bound", "sqrt(training / test)", "1 - N / P"],
          points.map((point) => [
            String(point.examples),
            formatEstimate(point.train),
            formatEstimate(point.test),
            formatEstimate(point.gap),
            formatNumber(point.law.gap),
            formatNumber(point.bound),
            formatNumber(point.ratio, 4),
            ridge > 0 ? "" : formatNumber(1 - features / point.examples, 4),
          ]),
          [0, 1, 2, 3, 4, 5, 6, 7],
        ),
        ...bulletLines("Take care:", assumptions),
        ...referenceLine(references, style),
      ].join("\n"),
    csv: () => [
      ["examples", "training", "test", "gap", "stderr", "law", "bound"],
      ...points.map(({ examples, train, test, gap, law, bound }) => [
        examples,
        train.value,
        test.value,
        gap.value,
        gap.stderr,
        law.gap,
        bound,
      ]),
    ],
  };
}
