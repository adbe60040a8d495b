/** `isinglass classify`: class probabilities of a Bayesian network, and whether they can be believed. */
import { exact, SpecError } from "../../base/index.ts";
import { classificationReferences, listWrong, scoreClassification } from "../../bayes/index.ts";
import { formatEstimate } from "../../figures/index.ts";
import { loadKernels } from "../../kernels/index.ts";
import { createStream } from "../../numerics/index.ts";
import { writeFigure } from "../artifacts.ts";
import {
  type ClassifySetting,
  classifyByLikelihood,
  classifyByRegression,
  type FoundPrior,
} from "../classify-priors.ts";
import { checkOutputs, readAmplitude, readClassifyTask, readMethod } from "../classify-task.ts";
import type { Command, Outcome } from "../command.ts";
import { readFigurePath, readSampling, SAMPLING_OPTIONS } from "../generalize-options.ts";
import { readDenseNetwork } from "../generalize-task.ts";
import { readSpec } from "../network-options.ts";
import { readNumber, readText } from "../options.ts";
import {
  classifyTable,
  classifyWarnings,
  drawClassify,
  reliabilityRows,
  type ScoredPrior,
  wrongTable,
} from "../render/classify.ts";
import { bulletLines, referenceLine } from "../render/estimates.ts";

export const classifyCommand: Command = {
  name: "classify",
  summary:
    "Predict classes with a Bayesian network: accuracy, log loss, and whether its probabilities can be believed",
  examples: [
    "isinglass classify '784-100-1 erf' --data mnist --classes 3,5 --train 200",
    "isinglass classify '784-100-1 erf' --classes 3,5 --amplitude evidence --output reliability.svg",
    "isinglass classify '784-100-10 relu' --data mnist --train 300 --json",
    "isinglass classify '784-30-3 erf' --classes 0,1,2 --train 60 --method regression --temperature 0.1 --sample",
  ],
  args: {
    network: { type: "positional", required: true, description: "a specification such as '784-300-10 erf'" },
    data: { type: "string", valueHint: "DATA", description: "a labelled data set (default mnist)" },
    classes: { type: "string", valueHint: "A,B,..", description: "keep these classes only" },
    target: {
      type: "string",
      valueHint: "parity|CLASS",
      description: "two classes: odd and even, or CLASS and the rest",
    },
    train: { type: "string", valueHint: "P", default: "200", description: "training examples" },
    test: { type: "string", valueHint: "M", default: "1000", description: "test examples" },
    method: {
      type: "string",
      valueHint: "METHOD",
      description:
        "expectation-propagation or ep (default for two classes), laplace, softmax (default for more), or regression on labels (finite width for any number of classes, --sample)",
    },
    temperature: {
      type: "string",
      valueHint: "T",
      description: "--method regression: variance of the noise on targets (default 0.1)",
    },
    ...SAMPLING_OPTIONS,
    amplitude: {
      type: "string",
      valueHint: "A|evidence",
      default: "1",
      description: "factor of the prior variance of outputs; evidence: the one that explains the labels best",
    },
    bins: {
      type: "string",
      valueHint: "B",
      default: "10",
      description: "bins of confidence between 0 and 1",
    },
    wrong: {
      type: "string",
      valueHint: "K",
      default: "5",
      description: "list the K most confident mistakes",
    },
    output: {
      type: "string",
      valueHint: "FILE",
      description: "draw share right against confidence: .svg, .png, .csv or .json",
    },
  },
  async run(context): Promise<Outcome> {
    const { args, note, threads, seed, style } = context;
    const output = readFigurePath(args, "output");
    const text = readText(args, "network") ?? "";
    if (/\.onnx$/i.test(text)) {
      throw new SpecError("classify: expected a specification, received an ONNX file", {
        hint: "the theory takes widths and an activation: '784-300-10 erf'",
      });
    }
    const spec = await readSpec(text);
    const { outputs, ...network } = readDenseNetwork(spec, "classify");
    const wanted = readMethod(args);
    const amplitude = readAmplitude(args);
    const bins = readNumber(args, "bins", { min: 1, max: 1000, integer: true }) as number;
    const shown = readNumber(args, "wrong", { min: 0, integer: true }) as number;
    const count = readNumber(args, "train", { min: 2, max: 5000, integer: true }) as number;
    const task = await readClassifyTask(spec, context, count);
    checkOutputs(outputs, task);
    const sampling = readSampling(context, network.widths.length, "hmc");
    const stream = createStream(seed).fork("classify");
    const algebra = await loadKernels({ threads: threads ?? 1 });
    try {
      const setting: ClassifySetting = { task, network, outputs, amplitude, sampling, stream };
      const answer =
        wanted === "regression"
          ? await classifyByRegression(setting, context, algebra)
          : await classifyByLikelihood(setting, wanted, context, algebra);
      const { found, method, assumptions, prefactor } = answer;
      const width = network.widths.join(", ");
      const priors: ScoredPrior[] = found.map(({ probability, ...prior }) => ({
        ...prior,
        scores: scoreClassification(probability, task.testLabels, { stream, bins }),
      }));
      const last = priors.at(-1) as ScoredPrior;
      const wrong = listWrong((found.at(-1) as FoundPrior).probability, task.testLabels);
      const warnings = classifyWarnings(priors, answer.remedy);
      if (output !== undefined) {
        const title = `Classes by a Bayesian network of ${network.activation.name} units, ${width} wide`;
        const caption = `${task.description}; ${prefactor}. On the dashed line probabilities can be believed; above it the network is right more often than it is sure of.`;
        await writeFigure(output, (options) => drawClassify(priors, { title, caption }, options), context);
        note(`wrote ${output}`);
      }
      return {
        result: {
          task: task.description,
          classes: task.names,
          network: { activation: network.activation.name, widths: network.widths },
          method,
          ...answer.parameters,
          ...last.scores,
          logEvidence: last.logEvidence === null ? null : exact(last.logEvidence, method),
          q:
            last.q === null
              ? null
              : exact(last.q, last.q === 1 ? "infinite width" : "mean over the posterior of the scale"),
          predictions: priors,
          mistakes: wrong.length,
          wrong: wrong.slice(0, shown).map(({ label, predicted: taken, ...one }) => ({
            ...one,
            label: task.names[label],
            predicted: task.names[taken],
          })),
          warnings,
        },
        assumptions,
        references: classificationReferences,
        seed,
        text: () =>
          [
            style.bold(
              `${formatEstimate(last.scores.accuracy)} of the test examples right; probabilities off by ${formatEstimate(last.scores.calibrationError)} on average (${last.name})`,
            ),
            `${task.description}; ${method}; ${prefactor}`,
            "",
            classifyTable(priors, style),
            ...(shown === 0 || wrong.length === 0
              ? []
              : [
                  "",
                  `${wrong.length} mistakes, the most confident ones:`,
                  wrongTable(wrong.slice(0, shown), task.names),
                ]),
            ...bulletLines("Take care:", warnings),
            ...bulletLines("Assumed, so not covered:", assumptions),
            ...referenceLine(classificationReferences, style),
          ].join("\n"),
        csv: () => reliabilityRows(priors),
      };
    } finally {
      await algebra.release();
    }
  },
};
