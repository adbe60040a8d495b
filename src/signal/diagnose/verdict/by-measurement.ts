/** The verdict from measured growth of gradients and loss of differences, where no theory applies or describes the weights. */
import { type Phase, phaseOf } from "../../theory/index.ts";
import { describeRecommendation } from "../recommend.ts";
import type { BlockInitialization, TheoryAgreement, Verdict } from "../types.ts";
import type { Answer, Evidence } from "./evidence.ts";
import { round, scientific } from "./words.ts";

/** Ratio of squared gradients between first and last layer that training bears. */
const BEARABLE_GRADIENT = 1e3;
/** Ratio that makes the first layers learn nothing, or diverge. */
const HOPELESS_GRADIENT = 1e6;
/** Share of the differences of inputs that has to be left. */
const BEARABLE_DIFFERENCE = 1e-3;
const HOPELESS_DIFFERENCE = 1e-6;

/** Headlines that rest on measurement alone. */
export const measuredHeadline: Readonly<Record<Answer, (evidence: Evidence) => string>> = {
  yes: (evidence) => `It should train: gradients and differences survive its ${layersOf(evidence)}.`,
  marginal: (evidence) =>
    `It may train slowly: gradients or differences suffer over its ${layersOf(evidence)}.`,
  no: (evidence) =>
    `It will not train as it is: gradients or differences do not survive its ${layersOf(evidence)}.`,
};

function layersOf({ depth, layerCount = depth }: Evidence): string {
  return `${layerCount} weight layers`;
}

/** Judges by measurement alone. */
export function judgeMeasured(evidence: Evidence): Verdict {
  const { depth, gradientRatio, brokenLayers } = evidence;
  const trains = answerByMeasurement(evidence);
  const growth = gradientRatio === null ? 1 : gradientRatio.value ** (1 / Math.max(1, depth - 1));
  const advice: Readonly<Record<Answer, string>> = {
    yes:
      brokenLayers === 0
        ? "Nothing has to change."
        : `The network as a whole bears it; look at the ${brokenLayers === 1 ? "layer" : `${brokenLayers} layers`} marked in the table before making it deeper.`,
    marginal: "Look at the layers marked in the table; wider layers or normalisation help.",
    no: `Re-initialise the ${brokenLayers === 1 ? "layer" : "layers"} marked in the table.`,
  };
  return {
    trains,
    phase: phaseOfGrowth(growth),
    depthBound: null,
    headline: measuredHeadline[trains](evidence),
    reason: describeMeasured(evidence),
    advice: adviseBlocks(trains, evidence) ?? advice[trains],
  };
}

/** The next step for a network with residual blocks; null where drawing it anew would change nothing. */
function adviseBlocks(trains: Answer, { recommended = null }: Evidence): string | null {
  if (recommended === null || (trains === "yes" && !isBetter(recommended))) return null;
  const what = describeRecommendation(recommended);
  return trains === "yes"
    ? `It could be deeper: ${what}.`
    : `${what.charAt(0).toUpperCase()}${what.slice(1)}.`;
}

/** Whether gradients would change less over the blocks, by more than the noise of theory's sample paths. */
function isBetter({ growth: { now, drawn } }: BlockInitialization): boolean {
  return Math.abs(Math.log(now)) > Math.abs(Math.log(drawn)) + WORTH_CHANGING;
}

/** Difference in log squared gradients over all blocks that is worth drawing a network anew. */
const WORTH_CHANGING = 0.5;

function describeMeasured(evidence: Evidence): string {
  const { special = null, agreement = null, beyond = [] } = evidence;
  if (special === null) {
    const what = beyond.length === 0 ? "this network" : beyond.join(", ");
    return `Measured, as no theory covers ${what}: ${measuredParts(evidence)}.`;
  }
  return [special.statement, `Measured: ${measuredParts(evidence)}.`, agreement?.statement ?? []]
    .flat()
    .join(" ");
}

function measuredParts({ gradientRatio, differenceRatio }: Evidence): string {
  const gradients =
    gradientRatio === null
      ? "gradients were not measured"
      : `squared gradients change by ${scientific(gradientRatio.value)} from the last layer to the first`;
  return differenceRatio === null
    ? gradients
    : `${gradients}; ${scientific(differenceRatio.value)} of the differences of inputs is left`;
}

/** Given weights that theory does not describe: everything comes from the measurement. */
export function judgeUndescribed(evidence: Evidence, { statement, measured }: TheoryAgreement): Verdict {
  const verdict = judgeMeasured(evidence);
  if (measured === null) return { ...verdict, reason: `${statement} ${verdict.reason}` };
  const { phase, chi, maxDepth, logChi } = measured;
  const error = logChi.stderr === null ? "" : `, log ${round(logChi.value)} +- ${round(logChi.stderr)}`;
  const reach = Number.isFinite(maxDepth.value)
    ? `; at that rate gradients last ${round(maxDepth.value)} layers`
    : "";
  const { critical } = evidence;
  const fresh =
    critical === null || verdict.trains === "yes"
      ? ""
      : ` To train anew, draw weights with variance ${round(critical.weightVariance.value, 4)} / fan-in and bias variance ${round(critical.biasVariance.value, 4)}.`;
  return {
    ...verdict,
    phase,
    reason: `${statement} Measured: ${phase === "critical" ? "critical within its error" : phase}, squared gradients change by a factor ${round(chi, 3)} per layer (mean over layers${error})${reach}; ${measuredParts(evidence)}.`,
    advice: `${verdict.advice}${fresh}`,
  };
}

function phaseOfGrowth(growth: number): Phase {
  return Number.isFinite(growth) && growth > 0 ? phaseOf(growth, 0.01) : "chaotic";
}

/** The answer that measured gradients and differences give. */
export function answerByMeasurement({ gradientRatio, differenceRatio }: Evidence): Answer {
  const stretch = gradientRatio === null ? 0 : Math.abs(Math.log(gradientRatio.value));
  const left = differenceRatio === null ? 1 : differenceRatio.value;
  // the comparison fails for NaN and for a gradient of exactly zero, which is what is wanted
  if (!(stretch <= Math.log(HOPELESS_GRADIENT)) || !(left >= HOPELESS_DIFFERENCE)) return "no";
  return stretch <= Math.log(BEARABLE_GRADIENT) && left >= BEARABLE_DIFFERENCE ? "yes" : "marginal";
}

const ORDER: readonly Answer[] = ["yes", "marginal", "no"];

/** The worse of two answers. */
export function worse(a: Answer, b: Answer): Answer {
  return ORDER[Math.max(ORDER.indexOf(a), ORDER.indexOf(b))] as Answer;
}
