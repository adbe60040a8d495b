/** `isinglass gap`: how far a last layer's test error lies above its training error, measured, by the law, and the bound. */
import { exact, type Reference, SpecError } from "../../base/index.ts";
import {
  countFeatures,
  type GapCurve,
  measureFeatures,
  measureGapCurve,
  planGapSizes,
  taskOfLabels,
} from "../../bayes/index.ts";
import type { Dataset } from "../../data/index.ts";
import { fromOnnx, type Graph } from "../../engine/index.ts";
import { drawGapLaw, formatEstimate, formatNumber } from "../../figures/index.ts";
import { loadKernels } from "../../kernels/index.ts";
import { bindParameters, buildNetwork, initialize } from "../../networks/index.ts";
import { createStream } from "../../numerics/index.ts";
import { checkWritable, trainSpec } from "../../runs/index.ts";
import { figureEnding, writeFigure } from "../artifacts.ts";
import type { Command, CommandContext, Outcome } from "../command.ts";
import { readData } from "../data-options.ts";
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
/** Examples for each feature where nothing else is asked for: twice the 40 of the largest training set. */
const EXAMPLES_PER_FEATURE = 80;
const [FEWEST_EXAMPLES, MOST_EXAMPLES] = [8000, 60_000];

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
      description: `labelled examples to measure on (default: ${EXAMPLES_PER_FEATURE} for each feature, from ${FEWEST_EXAMPLES} to ${MOST_EXAMPLES} where the data have them)`,
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
    const { graph, data, kind, sizes } = await readFeatures(context, ridge);
    const { task, description } = taskOfLabels(data, data, { target: readText(args, "target") });
    const features = await measureFeatures(graph, task.inputs);
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

/** A network with its parameters, examples that it was not trained on, and numbers of them to fit a readout to. */
interface FeatureSource {
  readonly graph: Graph;
  readonly data: Dataset;
  readonly kind: string;
  readonly sizes: readonly number[];
}

async function readFeatures(context: CommandContext, ridge: number): Promise<FeatureSource> {
  const { args, seed, signal, onProgress } = context;
  const text = readText(args, "network") ?? "";
  const steps = readNumber(args, "steps", { min: 0, max: 1e7, integer: true }) as number;
  if (/\.onnx$/i.test(text)) {
    if (steps > 0) throw new SpecError("--steps: an ONNX file brings its own weights, expected no steps");
    const { graph } = await fromOnnx(text, { batch: BATCH });
    const { data, sizes } = await readPlanned(graph, 1, ridge, context);
    return { graph, data, kind: `features of ${text}`, sizes };
  }
  const spec = await readSpec(text);
  const network = buildNetwork(spec, { batch: BATCH, statistics: "running" });
  const stream = createStream(seed).fork("network");
  const { values } = initialize(network, spec.initialization, stream);
  const random = bindParameters(network, values);
  const { others, data, sizes } = await readPlanned(random, steps > 0 ? 2 : 1, ridge, context);
  if (steps === 0) return { graph: random, data, kind: "random features", sizes };
  const training = await trainSpec(spec, others, stream, {
    batch: 100,
    steps,
    rate: readNumber(args, "rate", { min: 0, open: true }) as number,
    optimizer: { kind: "sgd" },
    initial: values,
    signal,
    onProgress,
  });
  const graph = bindParameters(network, Object.fromEntries(training.parameters));
  return {
    graph,
    data,
    kind: `features trained for ${steps} steps on ${others.count} other examples`,
    sizes,
  };
}

/** Examples for the features of `graph`, the last of `parts` equal parts to measure on; throws before anything is trained. */
async function readPlanned(
  graph: Graph,
  parts: 1 | 2,
  ridge: number,
  context: CommandContext,
): Promise<{ readonly others: Dataset; readonly data: Dataset; readonly sizes: readonly number[] }> {
  const { args } = context;
  const features = countFeatures(graph);
  const count =
    readNumber(args, "examples", { min: 20, max: 1e6, integer: true }) ??
    Math.min(MOST_EXAMPLES, Math.max(FEWEST_EXAMPLES, EXAMPLES_PER_FEATURE * features));
  const shape = graph.inputs[0]?.shape.slice(1) ?? [];
  const { train } = await readData(context, { train: parts * count, test: 0, shape });
  const rows = Math.floor(train.count / parts);
  const sizes = planGapSizes({
    features,
    rows,
    ridge,
    sizes: readRange(args, "sizes", { min: 1, integer: true }, 5),
  });
  if (parts === 1) return { others: train, data: train, sizes };
  return { others: rowsOf(train, 0, rows), data: rowsOf(train, train.count - rows, train.count), sizes };
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
  { points, features, warning, residualWarning }: GapCurve,
  words: string,
  context: CommandContext,
): Promise<void> {
  const input = {
    title: `Gap of a readout on ${features} features`,
    caption: [words, residualWarning, warning].filter((text) => text !== null).join(" "),
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
  const { features, residual, points, warning, residualWarning } = curve;
  const assumptions = [
    warning,
    ...(residualWarning === null ? [] : [residualWarning]),
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
