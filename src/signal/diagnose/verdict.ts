/**
 * The answer in words: whether signals and gradients survive the depth of the network. Theory's bound is 6 xi_c layers
 * (Schoenholz et al. 2017, figure 5); where no theory applies, the measured growth of gradients and loss of
 * differences decide. It says nothing about optimiser, learning rate or generalisation.
 */
import type { Estimate } from "../../base/index.ts";
import { type MeanField, type Phase, phaseOf } from "../theory/index.ts";
import type { SpecialTheory } from "./special.ts";
import type { CriticalInitialization, TheoryAgreement, Verdict } from "./types.ts";

/** What the verdict is drawn from. */
export interface Evidence {
  /** Weight layers that the signal passes. */
  readonly depth: number;
  /** All weight layers, those off the main path too; default `depth`. */
  readonly layerCount?: number;
  /** Whether theory describes what was measured. */
  readonly agreement?: TheoryAgreement | null;
  /** Theory beyond plain chains. */
  readonly special?: SpecialTheory | null;
  /** Whether the weights are given, so that theory may fail because they are not random. */
  readonly isGiven?: boolean;
  /** Theory at the network's variances; null when none covers it. */
  readonly theory: MeanField | null;
  /** The nearest critical initialisation; null when there is none or it is not known. */
  readonly critical: CriticalInitialization | null;
  /** Measured mean squared gradient at the first layer over that at the last. */
  readonly gradientRatio: Estimate | null;
  /** Measured 1 - c at the last hidden layer over that at the first: what is left of the differences of inputs. */
  readonly differenceRatio: Estimate | null;
  /** Layers that are neither "ok" nor "uncovered". */
  readonly brokenLayers: number;
}

/** Beyond the bound, training gets slow before it becomes impossible; up to this multiple it is called marginal. */
const MARGINAL = 1.5;
/** Ratio of squared gradients between first and last layer that training bears. */
const BEARABLE_GRADIENT = 1e3;
/** Ratio that makes the first layers learn nothing, or diverge. */
const HOPELESS_GRADIENT = 1e6;
/** Share of the differences of inputs that has to be left. */
const BEARABLE_DIFFERENCE = 1e-3;
const HOPELESS_DIFFERENCE = 1e-6;

/** Judges a network. */
export function judge(evidence: Evidence): Verdict {
  const { theory, agreement, isGiven = false } = evidence;
  if (theory === null) return judgeMeasured(evidence);
  return isGiven && agreement?.holds === false
    ? judgeUndescribed(evidence, agreement)
    : judgeByTheory(evidence, theory);
}

type Answer = Verdict["trains"];

function judgeByTheory(evidence: Evidence, theory: MeanField): Verdict {
  const { depth } = evidence;
  const bound = theory.maxDepth.value;
  const byTheory: Answer = depth <= bound ? "yes" : depth <= MARGINAL * bound ? "marginal" : "no";
  const measured = answerByMeasurement(evidence);
  // theory and measurement may disagree (narrow layers, an input far from the fixed point): the worse one counts
  const trains = worse(byTheory, measured);
  const reach = Number.isFinite(bound) ? `about ${round(bound)} layers` : "any depth";
  const what = theory.maxDepth.method.includes("xiGradient") ? "gradients" : "signals";
  const headline = {
    yes: `It should train: ${what} survive ${reach}, and it has ${depth}.`,
    marginal: `It may train slowly: ${what} survive ${reach}, and it has ${depth}.`,
    no: `It will not train as it is: ${what} survive ${reach}, and it has ${depth}.`,
  };
  const disagreement =
    trains === byTheory
      ? ""
      : ` Theory alone would say ${byTheory}; the measurement on this network decides.`;
  return {
    trains,
    phase: theory.phase,
    headline: trains === byTheory ? headline[trains] : measuredHeadline[trains](evidence),
    reason: [`${describePhase(theory, depth)}${disagreement}`, evidence.agreement?.statement ?? []]
      .flat()
      .join(" "),
    advice: advise(trains, theory, evidence),
  };
}

/** Given weights that theory does not describe: everything comes from the measurement. */
function judgeUndescribed(evidence: Evidence, { statement, measured }: TheoryAgreement): Verdict {
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

function describePhase(field: MeanField, depth: number): string {
  const { phase, chi1, xiC, scaleFree } = field;
  const total = chi1.value ** depth;
  const gradients = `squared gradients change by a factor ${round(chi1.value, 3)} per layer, ${scientific(total)} over ${depth} layers`;
  if (phase === "critical") return `Critical${scaleFree ? " and scale-free" : ""}: ${gradients}.`;
  if (!Number.isFinite(xiC.value)) {
    const name = phase === "chaotic" ? "Exploding" : "Vanishing";
    const kind = scaleFree ? "it is scale-free, lengths change by the same factor and " : "";
    return `${name}: ${gradients}; ${kind}correlations of inputs change only algebraically with depth.`;
  }
  const layers = `${round(xiC.value)} layers per factor e`;
  return phase === "ordered"
    ? `Ordered phase: inputs become alike over ${layers}; ${gradients}.`
    : `Chaotic phase: correlations of inputs are lost over ${layers}; ${gradients}.`;
}

function advise(trains: Answer, theory: MeanField, { critical }: Evidence): string {
  if (critical === null) {
    return trains === "yes"
      ? "Nothing has to change; this activation has no critical point."
      : "Choose another activation: this one has no critical point.";
  }
  const keepsBias = critical.biasVariance.value === theory.sigmaB2;
  const isHalfStable = critical.kind === "half-stable";
  const name = isHalfStable
    ? "which is half-stable: critical, and the signal's length changes only slowly (critical points at smaller bias variance are unstable)"
    : "which is critical";
  const bias = keepsBias ? "" : ` and bias variance ${round(critical.biasVariance.value, 4)}`;
  const target = `weight variance ${round(critical.weightVariance.value, 4)} / fan-in${bias}`;
  if (theory.phase === "critical" && (keepsBias || !isHalfStable)) {
    return trains === "yes"
      ? "Nothing has to change: this is the critical initialisation."
      : "The variances are critical already: make the layers wider or fewer, or add residual connections.";
  }
  return trains === "yes"
    ? `It could be deeper with ${target}, ${name}.`
    : `Draw the weights with ${target} (now ${round(theory.sigmaW2, 4)}${keepsBias ? "" : ` and ${round(theory.sigmaB2, 4)}`}), ${name}.`;
}

/** Headlines that rest on measurement alone. */
const measuredHeadline: Readonly<Record<Answer, (evidence: Evidence) => string>> = {
  yes: (evidence) => `It should train: gradients and differences survive its ${layersOf(evidence)}.`,
  marginal: (evidence) =>
    `It may train slowly: gradients or differences suffer over its ${layersOf(evidence)}.`,
  no: (evidence) =>
    `It will not train as it is: gradients or differences do not survive its ${layersOf(evidence)}.`,
};

function layersOf({ depth, layerCount = depth }: Evidence): string {
  return `${layerCount} weight layers`;
}

function judgeMeasured(evidence: Evidence): Verdict {
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
    headline: measuredHeadline[trains](evidence),
    reason: describeMeasured(evidence),
    advice: advice[trains],
  };
}

function describeMeasured(evidence: Evidence): string {
  const { special = null, agreement = null } = evidence;
  if (special === null) return `Measured, as no theory covers this network: ${measuredParts(evidence)}.`;
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

function phaseOfGrowth(growth: number): Phase {
  return Number.isFinite(growth) && growth > 0 ? phaseOf(growth, 0.01) : "chaotic";
}

function answerByMeasurement({ gradientRatio, differenceRatio }: Evidence): Answer {
  const stretch = gradientRatio === null ? 0 : Math.abs(Math.log(gradientRatio.value));
  const left = differenceRatio === null ? 1 : differenceRatio.value;
  // the comparison fails for NaN and for a gradient of exactly zero, which is what is wanted
  if (!(stretch <= Math.log(HOPELESS_GRADIENT)) || !(left >= HOPELESS_DIFFERENCE)) return "no";
  return stretch <= Math.log(BEARABLE_GRADIENT) && left >= BEARABLE_DIFFERENCE ? "yes" : "marginal";
}

const ORDER: readonly Answer[] = ["yes", "marginal", "no"];

function worse(a: Answer, b: Answer): Answer {
  return ORDER[Math.max(ORDER.indexOf(a), ORDER.indexOf(b))] as Answer;
}

function round(value: number, digits = 2): string {
  return Number.isFinite(value) ? String(Number(value.toPrecision(digits))) : "infinitely many";
}

function scientific(value: number): string {
  if (value === 0 || !Number.isFinite(value)) return String(value);
  return value >= 0.01 && value < 1e4 ? round(value, 3) : value.toExponential(1).replace("+", "");
}
