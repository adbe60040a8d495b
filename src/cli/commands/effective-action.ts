/** `isinglass effective-action`: what a network of finite width learns from the data of a file. */
import { platform } from "#platform";
import { exact } from "../../base/index.ts";
import { finiteWidthReferences, parseTaskFile } from "../../bayes/index.ts";
import { formatNumber } from "../../figures/basics/index.ts";
import { loadKernels } from "../../kernels/index.ts";
import type { Matrix } from "../../numerics/index.ts";
import type { Command, CommandContext, Outcome } from "../command.ts";
import { answerTaskFile, type EffectiveActionAnswer } from "../effective-action-forms.ts";
import { readText } from "../options.ts";
import { bulletLines, type EstimateRow, estimateLines, referenceLine } from "../render/estimates.ts";

export const effectiveActionCommand: Command = {
  name: "effective-action",
  summary: "Bayesian regression by networks of finite width: predicted errors and predictions",
  examples: ["isinglass effective-action task.json", "isinglass effective-action task.json --json"],
  args: {
    file: {
      type: "positional",
      required: true,
      description:
        'JSON: {"X":[[..]],"y":[..],"Xtest":[[..]],"ytest":[..],"activation":"erf","width":20,"temperature":0.1}; rows in y are several outputs, "widths":[20,20] several layers with "form" vanilla, nested or full, "patches":{"shape":[1,28,28],"mask":7} a convolutional layer; optionally weightPrecision, readoutPrecision, method (saddle, two-parameter, mixture)',
    },
  },
  async run(context): Promise<Outcome> {
    const { args, threads } = context;
    const path = readText(args, "file") ?? "";
    const file = parseTaskFile(new TextDecoder().decode(await platform.readFile(path)), path);
    const algebra = await loadKernels({ threads: threads ?? 1 });
    try {
      return outcomeOf(await answerTaskFile(file, algebra, context), file, context);
    } finally {
      await algebra.release();
    }
  },
};

function outcomeOf(
  answer: EffectiveActionAnswer,
  { activation, widths, temperature, method, form, outputs }: ReturnType<typeof parseTaskFile>,
  { style, seed }: CommandContext,
): Outcome {
  const { q, bigQ, layerScales, scale, prediction, infiniteWidth, warnings, validity } = answer;
  const isSampled = method === "mixture" && scale !== null;
  const estimate = (value: number) => exact(value, answer.method);
  const { cols } = prediction.mean;
  const shaped = ({ data }: Matrix): number[] | number[][] => (cols === 1 ? [...data] : rowsOf(data, cols));
  const result = {
    q,
    bigQ,
    action: answer.action,
    layerScales,
    scale: scale === null ? null : rowsOf(scale.data, scale.cols),
    bias: estimate(prediction.bias),
    variance: estimate(prediction.spread),
    error: estimate(prediction.error),
    trainError: estimate(prediction.trainError),
    infiniteWidth:
      infiniteWidth === null
        ? null
        : {
            bias: infiniteWidth.bias,
            variance: infiniteWidth.spread,
            error: infiniteWidth.error,
            trainError: infiniteWidth.trainError,
          },
    load: answer.load,
    ratio: answer.ratio,
    activation,
    width: widths.length === 1 ? widths[0] : widths,
    temperature,
    method,
    form,
    mean: shaped(prediction.mean),
    meanVariance: shaped(prediction.variance),
    validity,
    warnings,
  };
  const rows: EstimateRow[] = [
    ...(q === null ? [] : [["q", q, "scale of the kernel; 1 at infinite width"] as const]),
    ...(bigQ === null ? [] : [["Q", bigQ, "scale 1 / (1 + Q) of the mean activations"] as const]),
    ...(layerScales === null || layerScales.length < 2
      ? []
      : layerScales.map((one, l) => [`q of layer ${l + 1}`, one, "its order parameter"] as const)),
    ["bias", result.bias, "mean squared error of the mean prediction on the test inputs"],
    ["variance", result.variance, "mean variance of the posterior there"],
    ["error", result.error, cols === 1 ? "their sum" : `their sum, over ${cols} outputs`],
    ["training error", result.trainError, "of a sample of the posterior"],
  ];
  const wide = infiniteWidth === null ? "" : `, ${formatNumber(infiniteWidth.error)} at infinite width`;
  return {
    result,
    assumptions: answer.assumptions,
    references: finiteWidthReferences,
    seed: isSampled ? seed : null,
    text: () =>
      [
        style.bold(`test error ${formatNumber(prediction.error)} at width ${widths.join(", ")}${wide}`),
        "",
        ...estimateLines(rows, style),
        ...(scale === null ? [] : ["", "matrix of order parameters (the identity at infinite width):"]),
        ...(scale === null
          ? []
          : rowsOf(scale.data, scale.cols).map(
              (row) => `  ${row.map((x) => formatNumber(x, 4)).join("  ")}`,
            )),
        "",
        `${validity.isInside ? "Inside" : style.yellow("Outside")} of where it was checked: ${validity.region}`,
        ...bulletLines("Take care:", warnings),
        ...bulletLines("Assumed, so not covered:", answer.assumptions),
        ...referenceLine(finiteWidthReferences, style),
      ].join("\n"),
    csv: () => [
      ["row", ...(cols === 1 ? [] : ["output"]), "target", "mean", "variance"],
      ...[...prediction.mean.data].map((mean, at) => [
        Math.floor(at / cols),
        ...(cols === 1 ? [] : [at % cols]),
        outputs.testTargets.data[at] as number,
        mean,
        prediction.variance.data[at] as number,
      ]),
    ],
  };
}

function rowsOf(data: Float64Array, cols: number): number[][] {
  return Array.from({ length: data.length / cols }, (_, i) => [...data.subarray(i * cols, (i + 1) * cols)]);
}
