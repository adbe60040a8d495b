/** `isinglass signal`: mean-field theory of one initialisation. */

import { formatNumber } from "../../figures/basics/index.ts";
import { type MeanField, solveMeanField } from "../../signal/theory/index.ts";
import type { Command, CommandContext, Outcome } from "../command.ts";
import { readNumber } from "../options.ts";
import { bulletLines, type EstimateRow, estimateLines, referenceLine } from "../render/estimates.ts";
import {
  ACTIVATION_OPTION,
  BIAS_OPTION,
  readActivation,
  readBiasVariance,
  readWeightVariance,
  WEIGHT_OPTION,
} from "../theory-options.ts";

/** What each phase means for training, in words. */
const MEANING: Readonly<Record<MeanField["phase"], string>> = {
  ordered: "inputs become alike with depth and gradients vanish",
  critical: "signals and gradients survive to great depth",
  chaotic: "similar inputs become unlike with depth and gradients explode",
};

export const signalCommand: Command = {
  name: "signal",
  summary: "Fixed points, phase and depth scales of an initialisation, from mean-field theory",
  examples: [
    "isinglass signal --activation tanh --weight-variance 1.5 --bias-variance 0.05",
    "isinglass signal --activation 'x*sigmoid(1.5*x)' --weight-variance 2 --json",
    "isinglass signal --activation relu --weight-variance 2 --expect 'phase = critical'",
  ],
  args: {
    ...ACTIVATION_OPTION,
    ...WEIGHT_OPTION,
    ...BIAS_OPTION,
    dropout: { type: "string", valueHint: "P", description: "dropout rate, 0 to below 1" },
  },
  async run(context): Promise<Outcome> {
    const { args } = context;
    const activation = readActivation(args, "signal");
    const variances = { sigmaW2: readWeightVariance(args, "signal"), sigmaB2: readBiasVariance(args) };
    const dropout = readNumber(args, "dropout", { min: 0, max: 0.999 }) ?? 0;
    const field = solveMeanField(activation, variances, { keepRate: 1 - dropout });
    const { assumptions, references, seed, ...result } = field;
    return {
      result,
      assumptions,
      references,
      seed,
      text: () => render(field, context),
      csv: () => [
        ["quantity", "value", "stderr"],
        ...numbersOf(field).map(([name, { value, stderr }]) => [name, value, stderr] as const),
      ],
    };
  },
};

function numbersOf(field: MeanField): EstimateRow[] {
  return [
    ["q", field.q, "limiting variance of pre-activations"],
    ["c", field.c, "limiting correlation of two different inputs"],
    ["chi1", field.chi1, "growth of squared gradients per layer"],
    ["xiQ", field.xiQ, "layers over which q settles"],
    ["xiC", field.xiC, "layers over which correlations settle"],
    ["maxDepth", field.maxDepth, `layers that should train: ${field.maxDepth.method}`],
  ];
}

/** The phase in words; where q runs away and c stays 1, gradients explode though inputs do not become unlike. */
function meaningOf({ phase, c, chi1 }: MeanField): string {
  if (phase === "chaotic" && c.value === 1) {
    return `signals and gradients explode, by a factor ${formatNumber(chi1.value, 4)} per layer; correlations stay`;
  }
  return MEANING[phase];
}

function render(field: MeanField, { style }: CommandContext): string {
  const { activation, sigmaW2, sigmaB2, phase } = field;
  const dropout = field.keepRate < 1 ? `, dropout ${Number((1 - field.keepRate).toPrecision(6))}` : "";
  return [
    style.bold(`${phase}${field.scaleFree ? ", scale-free" : ""}: ${meaningOf(field)}`),
    `${activation}, weight variance ${sigmaW2} / fan-in, bias variance ${sigmaB2}${dropout}`,
    "",
    ...estimateLines(numbersOf(field), style),
    ...bulletLines("Assumed, so not covered:", field.assumptions),
    ...referenceLine(field.references, style),
  ].join("\n");
}
