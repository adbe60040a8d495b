/** `isinglass generalize`: the learning curve of a network before any training, at infinite and finite width, and sampled. */
import { exact, SpecError } from "../../base/index.ts";
import {
  type BayesianNetwork,
  type CurveForm,
  type CurvePoint,
  describeDuplicates,
  finiteWidthReferences,
  predictLearningCurveInTurns,
  predictWidthCurve,
  prepareLearningCurve,
  type RegressionTask,
  sampleLearningCurve,
  sampleWidthCurve,
  type WidthPoint,
} from "../../bayes/index.ts";
import { formatEstimate, formatNumber } from "../../figures/index.ts";
import { type Kernels, loadKernels } from "../../kernels/index.ts";
import { writeFigure } from "../artifacts.ts";
import type { Command, CommandContext, Outcome } from "../command.ts";
import {
  readFigurePath,
  readForm,
  readSampling,
  readSizes,
  readWidths,
  SAMPLING_OPTIONS,
} from "../generalize-options.ts";
import { readBayesianNetwork, readDenseNetwork, readTask } from "../generalize-task.ts";
import { readSpec } from "../network-options.ts";
import { readNumber, readText } from "../options.ts";
import { bulletLines, referenceLine } from "../render/estimates.ts";
import {
  type CurveDescription,
  drawCurve,
  drawRenormalized,
  generalizeRows,
  generalizeTable,
  generalizeWarnings,
  type ShownPoint,
  samplingTable,
  shownPoints,
  widthsText,
} from "../render/generalize.ts";

const assumptions = [
  "Bayesian posterior with squared loss: weights are drawn from the posterior at the given temperature, not trained by a particular optimiser.",
  "No biases; targets +1 and -1 of one output.",
];

const assumedByForm: Readonly<Record<CurveForm, string>> = {
  vanilla:
    "Finite width enters through one scale of the kernel, the product of one order parameter a layer, at its most likely value; exact for linear units and N, P large, else an approximation.",
  mixture:
    "Finite width enters through one scale of the kernel, averaged over its posterior; exact for linear units.",
  nested:
    "Every layer's kernel is rescaled inside of the recursion (nested form); worse than vanilla in bias and variance where both were sampled.",
  full: "Two hidden layers to first order in the lower order parameter (full form).",
  "two-parameter":
    "One hidden layer, whose mean activations and fluctuations are rescaled each by its own order parameter.",
};

export const generalizeCommand: Command = {
  name: "generalize",
  summary: "Predict the learning curve of a network at infinite and finite width, and check it by sampling",
  examples: [
    "isinglass generalize '784-100-1 erf' --data mnist --classes 0,1 --train 200",
    "isinglass generalize '784-20-1 erf' --data mnist --train 200 --sample --output curve.svg",
    "isinglass generalize '784-100-1 erf' --classes 0,1 --train 100 --widths 10,30,100,300,1000 --output widths.svg",
    "isinglass generalize '784-20x2-1 erf' --classes 0,1 --train 50 --temperature 0.1 --sample",
    "isinglass generalize '784-20-30-1 erf' --classes 0,1 --train 50 --temperature 0.1 --sample --sampler langevin",
    "isinglass generalize '784-200x2-1 relu' --data mnist --target parity --train 1000 --json",
  ],
  args: {
    network: { type: "positional", required: true, description: "a specification such as '784-300-1 erf'" },
    data: { type: "string", valueHint: "DATA", description: "a labelled data set (default mnist)" },
    classes: { type: "string", valueHint: "A,B,..", description: "keep these classes only" },
    target: {
      type: "string",
      valueHint: "parity|CLASS",
      description: "what +1 stands for (default: the second of two classes, else odd classes)",
    },
    train: {
      type: "string",
      valueHint: "P",
      default: "200",
      description: "largest number of training examples",
    },
    sizes: {
      type: "string",
      valueHint: "A,B,..",
      description: "numbers of training examples (default: halving from --train)",
    },
    test: { type: "string", valueHint: "M", default: "1000", description: "test examples" },
    temperature: {
      type: "string",
      valueHint: "T",
      default: "0.01",
      description: "variance of the likelihood's noise, at least 0",
    },
    ...SAMPLING_OPTIONS,
    widths: {
      type: "string",
      valueHint: "A,B,..",
      description: "errors against these widths at --train examples, instead of against examples",
    },
    form: {
      type: "string",
      valueHint: "FORM",
      default: "vanilla",
      description:
        "theory: vanilla, mixture, nested, full (two layers), two-parameter (one layer, ReLU-like units)",
    },
    output: { type: "string", valueHint: "FILE", description: "draw the curve: .svg, .png, .csv or .json" },
    spectrum: {
      type: "string",
      valueHint: "FILE",
      description: "draw the kernel's spectrum at infinite and at finite width",
    },
  },
  async run(context): Promise<Outcome> {
    const { args, note, threads } = context;
    const output = readFigurePath(args, "output");
    const spectrum = readFigurePath(args, "spectrum");
    const text = readText(args, "network") ?? "";
    if (/\.onnx$/i.test(text)) {
      throw new SpecError("generalize: expected a specification, received an ONNX file", {
        hint: "the theory takes a width and an activation: '784-300-1 erf'",
      });
    }
    const spec = await readSpec(text);
    const { outputs } = readDenseNetwork(spec, "generalize");
    const network = readBayesianNetwork(spec, args);
    const form = readForm(args);
    const widths = readWidths(args);
    const sizes = widths === undefined ? readSizes(args) : [readExamples(context)];
    const { task, description } = await readTask(spec, outputs, context, Math.max(...sizes));
    const algebra = await loadKernels({ threads: threads ?? 1 });
    try {
      const points = shownPoints(await predict({ task, network, form, sizes, widths }, context, algebra));
      const what: CurveDescription = { network, description, isAgainstWidth: widths !== undefined };
      if (output !== undefined) {
        await writeFigure(output, (options) => drawCurve(points, what, options), context);
        note(`wrote ${output}`);
      }
      if (spectrum !== undefined) {
        const { at, point } = points.at(-1) as ShownPoint;
        const eigenvalues = prepareLearningCurve(task, network, [point.examples], algebra).eigenvalues(
          point.examples,
        );
        const shown = widths === undefined ? network : { ...network, width: at };
        await writeFigure(
          spectrum,
          (options) => drawRenormalized(eigenvalues, point, shown, options),
          context,
        );
        note(`wrote ${spectrum}`);
      }
      return outcomeOf(points, what, { form, outputs, equal: describeDuplicates(task.inputs) }, context);
    } finally {
      await algebra.release();
    }
  },
};

function readExamples({ args }: CommandContext): number {
  return readNumber(args, "train", { min: 1, max: 20_000, integer: true }) as number;
}

/** What is predicted. */
interface Prediction {
  readonly task: RegressionTask;
  readonly network: BayesianNetwork;
  readonly form: CurveForm;
  readonly sizes: readonly number[];
  readonly widths: readonly number[] | undefined;
}

async function predict(
  { task, network, form, sizes, widths }: Prediction,
  context: CommandContext,
  algebra: Kernels,
): Promise<readonly (CurvePoint | WidthPoint)[]> {
  const { onProgress, signal, threads } = context;
  const sampled = readSampling(context, network.depth);
  const options = { form, onProgress, signal };
  const examples = sizes[0] as number;
  if (sampled === undefined) {
    return widths === undefined
      ? await predictLearningCurveInTurns(task, network, { sizes, ...options }, algebra)
      : predictWidthCurve(task, network, { examples, widths, ...options }, algebra);
  }
  const sampling = { ...sampled, ...(threads === undefined ? {} : { threads }) };
  return widths === undefined
    ? await sampleLearningCurve(task, network, { sizes, sampling, ...options }, algebra)
    : await sampleWidthCurve(task, network, { examples, widths, sampling, ...options }, algebra);
}

function outcomeOf(
  points: readonly ShownPoint[],
  { network, description, isAgainstWidth }: CurveDescription,
  {
    form,
    outputs,
    equal,
  }: { readonly form: CurveForm; readonly outputs: number; readonly equal: string | null },
  { style, seed }: CommandContext,
): Outcome {
  const { at, point: last } = points.at(-1) as ShownPoint;
  const { activation, depth, temperature, weightPrecision } = network;
  const width = isAgainstWidth ? at : network.width;
  const units = widthsText(isAgainstWidth ? { ...network, width } : network);
  const warnings = [
    ...generalizeWarnings(points, network, isAgainstWidth ? "N" : "P"),
    ...(equal === null ? [] : [`${equal}: where their targets differ, noise alone explains it`]),
    ...(outputs === 1
      ? []
      : [
          `the network's ${outputs} outputs are replaced by one, with the target above; classify --method regression predicts one for each class`,
        ]),
  ];
  const assumed = [...assumptions, assumedByForm[form]];
  return {
    result: {
      task: description,
      network: {
        ...{ activation: activation.name, depth, width },
        ...(network.widths === undefined ? {} : { widths: network.widths }),
        outputs: { specified: outputs, predicted: 1 },
        ...{ temperature, priorPrecision: weightPrecision },
      },
      form,
      error: last.finiteWidth.error,
      infiniteWidthError: last.infiniteWidth.error,
      q: exact(last.q, form === "mixture" ? "mean over the posterior of the scale" : "lowest saddle point"),
      accuracy: last.finiteWidth.accuracy,
      validity: last.validity,
      curve: points.map(({ point }) => point),
      warnings,
    },
    assumptions: assumed,
    references: finiteWidthReferences,
    seed,
    text: () =>
      [
        style.bold(
          `test error ${formatEstimate(last.finiteWidth.error)} from ${last.examples} examples at width ${units}, ${formatNumber(last.infiniteWidth.error.value)} at infinite width; ${formatNumber(100 * last.finiteWidth.accuracy.value, 3)} % right`,
        ),
        description,
        "",
        generalizeTable(points, isAgainstWidth ? "width" : "examples", style),
        ...samplingTable(points, isAgainstWidth ? "width" : "examples", style),
        "",
        `${form} form: ${last.validity.region}${points.some(({ point }) => !point.validity.isInside) ? "; * outside" : ""}`,
        ...bulletLines("Take care:", warnings),
        ...bulletLines("Assumed, so not covered:", assumed),
        ...referenceLine(finiteWidthReferences, style),
      ].join("\n"),
    csv: () => generalizeRows(points, isAgainstWidth ? "width" : "examples"),
  };
}
