/** `isinglass effective-action`: what a network of finite width learns from the data of a file. */
import { platform } from "#platform";
import { exact } from "../../base/index.ts";
import { finiteWidthReferences, parseTaskFile, solveEffectiveAction } from "../../bayes/index.ts";
import { formatNumber } from "../../figures/basics/index.ts";
import { loadKernels } from "../../kernels/index.ts";
import { resolveActivation } from "../../networks/activations/index.ts";
import type { Command, Outcome } from "../command.ts";
import { readText } from "../options.ts";
import { bulletLines, type EstimateRow, estimateLines, referenceLine } from "../render/estimates.ts";

export const effectiveActionCommand: Command = {
  name: "effective-action",
  summary: "Bayesian regression by one hidden layer of finite width: predicted errors and predictions",
  examples: ["isinglass effective-action task.json", "isinglass effective-action task.json --json"],
  args: {
    file: {
      type: "positional",
      required: true,
      description:
        'JSON: {"X":[[..]],"y":[..],"Xtest":[[..]],"ytest":[..],"activation":"erf","width":20,"temperature":0.1}, and optionally weightPrecision, readoutPrecision, method (saddle, two-parameter, mixture)',
    },
  },
  async run({ args, style, threads }): Promise<Outcome> {
    const path = readText(args, "file") ?? "";
    const text = new TextDecoder().decode(await platform.readFile(path));
    const { task, activation: name, ...options } = parseTaskFile(text, path);
    const activation = resolveActivation(name);
    const algebra = await loadKernels({ threads: threads ?? 1 });
    try {
      const solved = solveEffectiveAction(task, { ...options, activation }, algebra);
      const { q, bigQ, action, prediction, infiniteWidth, load, ratio, warnings } = solved;
      const estimate = (value: number) => exact(value, q.method);
      const result = {
        q,
        bigQ,
        action,
        bias: estimate(prediction.bias),
        variance: estimate(prediction.spread),
        error: estimate(prediction.error),
        trainError: estimate(prediction.trainError),
        infiniteWidth: {
          bias: infiniteWidth.bias,
          variance: infiniteWidth.spread,
          error: infiniteWidth.error,
          trainError: infiniteWidth.trainError,
        },
        load,
        ratio,
        activation: activation.name,
        width: options.width,
        temperature: options.temperature,
        method: options.method,
        mean: [...prediction.mean],
        meanVariance: [...prediction.variance],
        warnings,
      };
      const rows: EstimateRow[] = [
        ["q", q, "scale of the kernel; 1 at infinite width"],
        ...(bigQ === null ? [] : [["Q", bigQ, "scale 1 / (1 + Q) of the mean activations"] as const]),
        ["bias", result.bias, "mean squared error of the mean prediction on the test inputs"],
        ["variance", result.variance, "mean variance of the posterior there"],
        ["error", result.error, "their sum"],
        ["training error", result.trainError, "of a sample of the posterior"],
      ];
      return {
        result,
        assumptions: solved.assumptions,
        references: finiteWidthReferences,
        seed: null,
        text: () =>
          [
            style.bold(
              `test error ${formatNumber(prediction.error)} at width ${options.width}, ${formatNumber(infiniteWidth.error)} at infinite width`,
            ),
            "",
            ...estimateLines(rows, style),
            ...bulletLines("Take care:", warnings),
            ...bulletLines("Assumed, so not covered:", solved.assumptions),
            ...referenceLine(finiteWidthReferences, style),
          ].join("\n"),
        csv: () => [
          ["row", "target", "mean", "variance"],
          ...[...prediction.mean].map((mean, m) => [
            m,
            task.testTargets[m] as number,
            mean,
            prediction.variance[m] as number,
          ]),
        ],
      };
    } finally {
      await algebra.release();
    }
  },
};
