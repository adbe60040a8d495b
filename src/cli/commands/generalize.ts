/** `isinglass generalize`: the learning curve of a network before any training, at infinite and finite width, and sampled. */
import { exact, SpecError } from "../../base/index.ts";
import {
  type BayesianNetwork,
  type CurvePoint,
  type CurveSampling,
  finiteWidthReferences,
  halvedSizes,
  predictLearningCurve,
} from "../../bayes/index.ts";
import { drawGeneralization, formatEstimate, formatNumber } from "../../figures/index.ts";
import { loadKernels } from "../../kernels/index.ts";
import { createStream } from "../../numerics/index.ts";
import { checkWritable } from "../../runs/index.ts";
import { figureEnding, writeFigure } from "../artifacts.ts";
import type { Arguments, Command, CommandContext, Outcome } from "../command.ts";
import { readBayesianNetwork, readTask } from "../generalize-task.ts";
import { readSpec } from "../network-options.ts";
import { readNumber, readRange, readText } from "../options.ts";
import { bulletLines, referenceLine } from "../render/estimates.ts";
import { renderTable } from "../render/table.ts";

const assumptions = [
  "Bayesian posterior with squared loss: weights are drawn from the posterior at the given temperature, not trained by a particular optimiser.",
  "No biases; all hidden layers of one width; targets +1 and -1 of one output.",
  "Finite width enters through one scale of the kernel (the same in every layer); exact for linear units, else an approximation.",
];

export const generalizeCommand: Command = {
  name: "generalize",
  summary: "Predict the learning curve of a network at infinite and finite width, and check it by sampling",
  examples: [
    "isinglass generalize '784-100-1 erf' --data mnist --classes 0,1 --train 200",
    "isinglass generalize '784-20-1 erf' --data mnist --train 200 --sample --output curve.svg",
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
    sample: { type: "boolean", description: "sample the posterior too (one hidden layer)" },
    chains: { type: "string", valueHint: "C", default: "2", description: "--sample: chains" },
    samples: {
      type: "string",
      valueHint: "S",
      default: "200",
      description: "--sample: states kept of each chain",
    },
    "burn-in": { type: "string", valueHint: "B", default: "200", description: "--sample: states before" },
    output: { type: "string", valueHint: "FILE", description: "draw the curve: .svg, .png, .csv or .json" },
  },
  async run(context): Promise<Outcome> {
    const { args, note, threads, onProgress, signal } = context;
    const output = readText(args, "output");
    if (output !== undefined) {
      figureEnding(output);
      checkWritable(output, { force: args.force === true });
    }
    const text = readText(args, "network") ?? "";
    if (/\.onnx$/i.test(text)) {
      throw new SpecError("generalize: expected a specification, received an ONNX file", {
        hint: "the theory takes a width and an activation: '784-300-1 erf'",
      });
    }
    const spec = await readSpec(text);
    const network = readBayesianNetwork(spec, args);
    const sizes = readSizes(args);
    const { task, description } = await readTask(spec, context, Math.max(...sizes));
    const sampling = readSampling(context);
    const algebra = await loadKernels({ threads: threads ?? 1 });
    try {
      const points = predictLearningCurve(
        task,
        network,
        { sizes, onProgress, signal, ...(sampling === undefined ? {} : { sampling }) },
        algebra,
      );
      if (output !== undefined) {
        await draw(output, points, network, description, context);
        note(`wrote ${output}`);
      }
      return outcomeOf(points, network, description, context);
    } finally {
      await algebra.release();
    }
  },
};

/** `--sizes`, or halves of `--train` down to about 10. */
function readSizes(args: Arguments): number[] {
  const listed = readRange(args, "sizes", { min: 1, integer: true }, 5);
  if (listed !== undefined) return [...new Set(listed)].sort((a, b) => a - b);
  const largest = readNumber(args, "train", { min: 1, max: 20_000, integer: true }) as number;
  return halvedSizes(largest);
}

function readSampling({ args, seed }: CommandContext): CurveSampling | undefined {
  if (args.sample !== true) return undefined;
  return {
    stream: createStream(seed).fork("posterior"),
    chains: readNumber(args, "chains", { min: 1, max: 100, integer: true }) as number,
    samples: readNumber(args, "samples", { min: 8, integer: true }) as number,
    burnIn: readNumber(args, "burn-in", { min: 0, integer: true }) as number,
  };
}

function draw(
  path: string,
  points: readonly CurvePoint[],
  { activation, depth, width, temperature }: BayesianNetwork,
  description: string,
  context: CommandContext,
): Promise<void> {
  const layers = depth === 1 ? "one hidden layer" : `${depth} hidden layers`;
  return writeFigure(
    path,
    (options) =>
      drawGeneralization(
        {
          title: `Learning curve of ${layers} of ${width} ${activation.name} units`,
          caption: `${description}; temperature ${temperature}. Error: mean square of target minus a sample of the posterior.`,
          points: points.map(({ examples, infiniteWidth, finiteWidth, sampled }) => ({
            examples,
            infiniteWidth: infiniteWidth.error.value,
            finiteWidth: finiteWidth.error.value,
            sampled: sampled?.error.value ?? null,
            stderr: sampled?.error.stderr ?? null,
          })),
        },
        options,
      ),
    context,
  );
}

function outcomeOf(
  points: readonly CurvePoint[],
  network: BayesianNetwork,
  description: string,
  { style, seed }: CommandContext,
): Outcome {
  const last = points.at(-1) as CurvePoint;
  const { activation, depth, width, temperature, weightPrecision } = network;
  const warnings = points
    .filter(({ examples, ratio }) => depth === 1 && (examples > 1.5 * width || (ratio ?? 0) > 2))
    .map(({ examples }) => examples);
  const care =
    warnings.length === 0 || activation.name === "linear"
      ? []
      : [
          `P = ${warnings.join(", ")}: more than 1.5 examples a unit or large targets (y^T K^-1 y / P > 2), where theory was up to 10 percent off on random inputs and farther on images; --sample tells`,
        ];
  const sampledColumns = last.sampled === null ? [] : ["sampled", "R-hat"];
  return {
    result: {
      task: description,
      network: { activation: activation.name, depth, width, temperature, priorPrecision: weightPrecision },
      error: last.finiteWidth.error,
      infiniteWidthError: last.infiniteWidth.error,
      q: exact(last.q, "lowest saddle point"),
      accuracy: last.finiteWidth.accuracy,
      curve: points,
      warnings: care,
    },
    assumptions,
    references: finiteWidthReferences,
    seed,
    text: () =>
      [
        style.bold(
          `test error ${formatEstimate(last.finiteWidth.error)} from ${last.examples} examples at width ${width}, ${formatNumber(last.infiniteWidth.error.value)} at infinite width; ${formatNumber(100 * last.finiteWidth.accuracy.value, 3)} % right`,
        ),
        description,
        "",
        renderTable(
          ["examples", "infinite width", "finite width", "bias", "variance", "q", ...sampledColumns],
          points.map(({ examples, infiniteWidth, finiteWidth, q, sampled }) => [
            String(examples),
            formatNumber(infiniteWidth.error.value),
            formatNumber(finiteWidth.error.value),
            formatNumber(finiteWidth.bias.value),
            formatNumber(finiteWidth.spread.value),
            formatNumber(q, 4),
            ...(sampled === null ? [] : [formatEstimate(sampled.error), formatNumber(sampled.rHat, 4)]),
          ]),
          [0, 1, 2, 3, 4, 5, 6, 7],
        ),
        ...bulletLines("Take care:", care),
        ...bulletLines("Assumed, so not covered:", assumptions),
        ...referenceLine(finiteWidthReferences, style),
      ].join("\n"),
    csv: () => [
      ["examples", "infinite_width", "finite_width", "bias", "variance", "q", "sampled", "stderr"],
      ...points.map(({ examples, infiniteWidth, finiteWidth, q, sampled }) => [
        examples,
        infiniteWidth.error.value,
        finiteWidth.error.value,
        finiteWidth.bias.value,
        finiteWidth.spread.value,
        q,
        sampled?.error.value ?? null,
        sampled?.error.stderr ?? null,
      ]),
    ],
  };
}
