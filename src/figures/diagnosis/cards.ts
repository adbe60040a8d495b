/** The first numbers of a diagnosis: weight variance, growth of gradients and trainable depth, by what is known of them. */
import type { Estimate } from "../../base/index.ts";
import type { Diagnosis } from "../../signal/index.ts";
import { formatEstimate, formatNumber } from "../basics/index.ts";
import { formatNamedAroundOne } from "./near-one.ts";
import { propagateVariances } from "./uncertainty.ts";

/** A number as text, its name, and what to compare it with. */
export interface DiagnosisCard {
  readonly name: string;
  readonly text: string;
  readonly note: string;
}

/** Two to three numbers; solves theory at most four times, to carry the errors of estimated variances over. */
export function diagnosisCards(diagnosis: Diagnosis): DiagnosisCard[] {
  return [
    weightCard(diagnosis),
    ...(agreementCards(diagnosis) ?? theoryCards(diagnosis) ?? measuredNumbers(diagnosis)),
  ];
}

function weightCard({ network, weightVariance, critical, recommended }: Diagnosis): DiagnosisCard {
  const origin = network.origin === "file" ? "measured from the weights" : "as specified";
  return number(
    `Weight variance × fan-in (${origin})`,
    weightVariance,
    critical === null && recommended !== null ? describeRecommended(recommended) : describeCritical(critical),
  );
}

/** Growth and depth as measured, where theory is known not to describe the network; null where it does. */
function agreementCards({ agreement, network }: Diagnosis): DiagnosisCard[] | null {
  if (agreement === null || agreement.holds || agreement.measured === null) return null;
  const { logChi, maxDepth, phase } = agreement.measured;
  return [
    number(
      "Growth of gradients, log χ per layer (measured)",
      logChi,
      `0 is critical; ${phase}; theory does not hold`,
    ),
    {
      name: "Trainable depth (measured)",
      text: formatNumber(maxDepth.value, 3),
      note: `layers; this network has ${network.depth}; ${maxDepth.method}`,
    },
  ];
}

/** Growth of gradients and trainable depth by theory; null where there is none. */
function theoryCards(diagnosis: Diagnosis): DiagnosisCard[] | null {
  const { network, theory } = diagnosis;
  const propagated = propagateVariances(diagnosis);
  if (theory === null || propagated === null) return null;
  const { chi1, depthRange } = propagated;
  const growth = formatNamedAroundOne("χ₁", chi1, 6);
  const carried = depthRange === null ? "" : "; error from that of the variances";
  const range =
    depthRange === null
      ? ""
      : `; ${formatNumber(depthRange[0], 3)} to ${formatNumber(depthRange[1], 3)} within the errors of the variances`;
  return [
    {
      name: "Growth of gradients per layer, χ₁ (theory)",
      text: growth,
      note: `χ₁ = 1 is critical${carried}`,
    },
    {
      name: "Trainable depth, 6 ξ_c (theory)",
      text: formatNumber(theory.maxDepth.value, 3),
      note: `layers at infinite width; this network has ${network.depth}${range}${describeWidth(diagnosis)}`,
    },
  ];
}

/** What stands in for theory's numbers where no theory holds. */
function measuredNumbers({ layers }: Diagnosis): DiagnosisCard[] {
  const gradient = layers[0]?.gradient.measured;
  const similarity = (layers.at(-2) ?? layers[0])?.c.measured;
  return [
    ...(gradient
      ? [number("Squared gradient, first layer over last (measured)", gradient, "1 is ideal")]
      : []),
    ...(similarity
      ? [
          number(
            "Cosine of two inputs at the last hidden layer (measured)",
            similarity,
            "below 1, inputs can be told apart",
          ),
        ]
      : []),
  ];
}

/** The tighter bound of finite width, where it binds. */
function describeWidth({ verdict: { depthBound } }: Diagnosis): string {
  return depthBound?.by === "width" ? `; its width bounds the depth to about ${depthBound.layers}` : "";
}

function number(name: string, estimate: Estimate, note: string): DiagnosisCard {
  const text = estimate.stderr === 0 ? formatNumber(estimate.value) : formatEstimate(estimate);
  return { name, text, note };
}

function describeRecommended({
  weightVariance,
  outerScale,
  blocks,
}: NonNullable<Diagnosis["recommended"]>): string {
  return `none is critical with residual blocks; recommended: ${formatEstimate(weightVariance)}, times ${formatNumber(outerScale.value, 3)} for the last weights of the ${blocks} branches`;
}

function describeCritical(critical: Diagnosis["critical"]): string {
  if (critical === null) return "no critical value is known";
  const { weightVariance, biasVariance } = critical;
  return `critical at ${formatEstimate(weightVariance)} with bias variance ${formatEstimate(biasVariance)}`;
}
