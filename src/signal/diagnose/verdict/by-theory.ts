/** The verdict by theory: a depth that signals survive (6 xi_c, Schoenholz et al. 2017, figure 5) and that the width bears. */
import type { MeanField } from "../../theory/index.ts";
import { boundDepth, type WidthEvidence } from "../depth-bound.ts";
import type { DepthBound, Verdict } from "../types.ts";
import { dropoutSentence } from "../why-not-critical.ts";
import { answerByMeasurement, measuredHeadline, worse } from "./by-measurement.ts";
import type { Answer, Evidence } from "./evidence.ts";
import { round, scientific } from "./words.ts";

/** Beyond the bound, training gets slow before it becomes impossible; up to this multiple it is called marginal. */
const MARGINAL = 1.5;
/** Signals that would survive this many times the width make the variances no matter. */
const FAR = 2;

/** Judges by theory, unless the measurement says worse. */
export function judgeByTheory(evidence: Evidence, theory: MeanField): Verdict {
  const { depth, width = null } = evidence;
  const bound = boundDepth(theory, width);
  // scatter between draws makes training slow, not impossible; lost signals do
  const byTheory: Answer =
    depth <= bound.layers ? "yes" : depth <= MARGINAL * bound.infiniteWidth ? "marginal" : "no";
  const measured = answerByMeasurement(evidence);
  // theory and measurement may disagree (narrow layers, an input far from the fixed point): the worse one counts
  const trains = worse(byTheory, measured);
  const headline =
    trains === byTheory ? headlineOf(trains, bound, depth) : measuredHeadline[trains](evidence);
  const disagreement =
    trains === byTheory
      ? ""
      : ` Theory alone would say ${byTheory}; the measurement on this network decides.`;
  const reason = [`${describePhase(theory, depth)}${disagreement}`, describeWidth(bound, width)];
  return {
    trains,
    phase: theory.phase,
    depthBound: bound,
    headline,
    reason: [...reason, evidence.agreement?.statement ?? ""].filter((part) => part !== "").join(" "),
    advice: advise(trains, theory, bound, evidence),
  };
}

function headlineOf(trains: Answer, { by, layers, infiniteWidth }: DepthBound, depth: number): string {
  const start = { yes: "It should train", marginal: "It may train slowly", no: "It will not train as it is" }[
    trains
  ];
  if (by === "width" && trains !== "no") {
    return `${start}: its width bounds the depth to about ${round(layers)} layers, and it has ${depth}.`;
  }
  const reach = Number.isFinite(infiniteWidth) ? `about ${round(infiniteWidth)} layers` : "any depth";
  return `${start}: ${by === "gradients" ? "gradients" : "signals"} survive ${reach}, and it has ${depth}.`;
}

/** What finite width does, where it binds. */
function describeWidth({ by, layers, infiniteWidth }: DepthBound, width: WidthEvidence | null): string {
  if (by !== "width" || width === null) return "";
  const infinite = Number.isFinite(infiniteWidth) ? `${round(infiniteWidth)} layers` : "any depth";
  return `The width of ${layers} is the tighter bound (at infinite width signals would survive ${infinite}): in a network as deep as wide, squared gradients of single draws scatter by a factor of ${round(width.scatter)}.`;
}

function describePhase(field: MeanField, depth: number): string {
  if (field.keepRate < 1) return describeDropout(field, depth);
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

function describeDropout({ keepRate, xiC, chi1, c }: MeanField, depth: number): string {
  return `With dropout (keep ${keepRate}) correlations of inputs settle at ${round(c.value, 3)} over ${round(xiC.value)} layers per factor e; squared gradients change by a factor ${round(chi1.value, 3)} per layer, ${scientific(chi1.value ** depth)} over ${depth} layers.`;
}

function advise(trains: Answer, theory: MeanField, bound: DepthBound, { critical }: Evidence): string {
  if (bound.by === "width" && bound.infiniteWidth > FAR * bound.layers) {
    return trains === "yes"
      ? "Nothing has to change: its width, not its variances, bounds the depth."
      : "Make the layers wider or fewer, or add residual connections: its width, not its variances, bounds the depth.";
  }
  if (critical === null && theory.keepRate < 1) {
    return trains === "yes"
      ? `Nothing has to change. ${dropoutSentence(theory.keepRate)}`
      : `Keep more units (now ${theory.keepRate}) or have fewer layers. ${dropoutSentence(theory.keepRate)}`;
  }
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
