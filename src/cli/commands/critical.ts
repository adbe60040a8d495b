/** `isinglass critical`: the variance that puts an activation on the critical line. */
import { SpecError } from "../../base/index.ts";
import { formatNumber } from "../../figures/basics/index.ts";
import { type CriticalResult, solveCriticalBias, solveCriticalLine } from "../../signal/theory/index.ts";
import type { Command, CommandContext, Outcome } from "../command.ts";
import { readText } from "../options.ts";
import { bulletLines, type EstimateRow, estimateLines, referenceLine } from "../render/estimates.ts";
import {
  ACTIVATION_OPTION,
  BIAS_OPTION,
  readActivation,
  readBiasVariance,
  readWeightVariance,
} from "../theory-options.ts";

export const criticalCommand: Command = {
  name: "critical",
  summary: "The weight variance that makes a network critical, from mean-field theory",
  examples: [
    "isinglass critical --activation tanh --bias-variance 0.05",
    "isinglass critical --activation tanh --weight-variance 2",
    "isinglass critical --activation relu --json",
  ],
  args: {
    ...ACTIVATION_OPTION,
    ...BIAS_OPTION,
    "weight-variance": {
      type: "string",
      valueHint: "W",
      description: "solve for the bias variance at this weight variance instead",
    },
  },
  async run(context): Promise<Outcome> {
    const point = solve(context);
    const result = {
      activation: point.activation,
      weightVariance: point.sigmaW2,
      biasVariance: point.sigmaB2,
      q: point.q,
      chiQ: point.chiQ,
      branches: point.branches,
    };
    return {
      result,
      assumptions: point.assumptions,
      references: point.references,
      seed: null,
      text: () => render(point, context),
      csv: () => [
        ["sigma_w^2", "sigma_b^2", "q", "chi_q"],
        ...point.branches.map(({ sigmaW2, sigmaB2, q, chiQ }) => [sigmaW2, sigmaB2, q, chiQ]),
      ],
    };
  },
};

function solve({ args }: CommandContext): CriticalResult {
  const activation = readActivation(args, "critical");
  if (readText(args, "weight-variance") === undefined) {
    return solveCriticalLine(activation, readBiasVariance(args));
  }
  if (readBiasVariance(args) !== 0) {
    throw new SpecError("critical: received both variances, expected one of them; the other is the answer", {
      hint: "isinglass signal takes both",
    });
  }
  return solveCriticalBias(activation, readWeightVariance(args, "critical"));
}

function render(point: CriticalResult, { style }: CommandContext): string {
  const { activation, sigmaW2, sigmaB2 } = point;
  const rows: EstimateRow[] = [
    ["weight variance", sigmaW2, "times fan-in: draw weights with variance this / fan-in"],
    ["bias variance", sigmaB2, ""],
    ["q", point.q, "limiting variance of pre-activations"],
    ["chi_q", point.chiQ, "slope of the variance map there; above 1 it is not reached"],
  ];
  const others = point.branches
    .filter(({ q }) => q !== point.q.value)
    .map(
      ({ sigmaW2: w, sigmaB2: b, q }) =>
        `also critical: W = ${formatNumber(w)}, B = ${formatNumber(b)} at q = ${formatNumber(q)}`,
    );
  return [
    style.bold(
      `${activation} is critical at weight variance ${formatNumber(sigmaW2.value)} / fan-in, bias variance ${formatNumber(sigmaB2.value)}`,
    ),
    "",
    ...estimateLines(rows, style),
    ...bulletLines("Other branches:", others),
    ...bulletLines("Assumed, so not covered:", point.assumptions),
    ...referenceLine(point.references, style),
  ].join("\n");
}
