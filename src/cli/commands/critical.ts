/** `isinglass critical`: the variance that puts an activation on the critical line. */
import { SpecError } from "../../base/index.ts";
import { formatNumber } from "../../figures/basics/index.ts";
import {
  type CriticalResult,
  isReached,
  type ReachableCritical,
  solveCriticalBias,
  solveCriticalLine,
  solveReachableCritical,
} from "../../signal/theory/index.ts";
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
    const advice = adviceFor(point, context);
    const result = {
      activation: point.activation,
      weightVariance: point.sigmaW2,
      biasVariance: point.sigmaB2,
      q: point.q,
      chiQ: point.chiQ,
      isReached: advice.isReached,
      recommended: advice.recommended,
      branches: point.branches,
    };
    return {
      result,
      assumptions: point.assumptions,
      references: point.references,
      seed: null,
      text: () => render(point, advice, context),
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

/** Whether signals stay at the point, and where else to initialise when they do not. */
interface Advice {
  readonly isReached: boolean;
  readonly recommended: ReachableCritical | null;
}

function adviceFor({ sigmaW2, sigmaB2, q, chiQ }: CriticalResult, { args }: CommandContext): Advice {
  const activation = readActivation(args, "critical");
  const chosen = { sigmaW2: sigmaW2.value, sigmaB2: sigmaB2.value, q: q.value, chiQ: chiQ.value };
  return isReached(activation, chosen)
    ? { isReached: true, recommended: { ...chosen, kind: "critical" } }
    : { isReached: false, recommended: solveReachableCritical(activation, sigmaB2.value) };
}

function headline({ activation, sigmaW2, sigmaB2, chiQ }: CriticalResult, advice: Advice): string[] {
  const at = `weight variance ${formatNumber(sigmaW2.value)} / fan-in, bias variance ${formatNumber(sigmaB2.value)}`;
  if (advice.isReached) return [`${activation} is critical at ${at}`];
  const why = chiQ.value > 1 + 1e-9 ? `chi_q = ${formatNumber(chiQ.value)} > 1` : "q = 0 repels";
  const other = advice.recommended;
  return [
    `${activation} has chi_1 = 1 at ${at}, but signals do not stay there (${why})`,
    ...(other === null
      ? []
      : [
          `Use the ${other.kind === "half-stable" ? "half-stable point" : "critical point"} instead: weight variance ${formatNumber(other.sigmaW2)} / fan-in, bias variance ${formatNumber(other.sigmaB2)}`,
        ]),
  ];
}

function render(point: CriticalResult, advice: Advice, { style }: CommandContext): string {
  const { sigmaW2, sigmaB2 } = point;
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
    ...headline(point, advice).map((line) => style.bold(line)),
    "",
    ...estimateLines(rows, style),
    ...bulletLines("Other branches:", others),
    ...bulletLines("Assumed, so not covered:", point.assumptions),
    ...referenceLine(point.references, style),
  ].join("\n");
}
