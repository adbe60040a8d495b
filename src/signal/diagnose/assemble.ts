/** Puts measurement, theory and verdict together; shared by specifications and files. */
import { type Estimate, exact } from "../../base/index.ts";
import type { LayerMeasurement } from "../measure/index.ts";
import {
  type MeanField,
  predictFiniteWidth,
  type ScalarActivation,
  solveMeanField,
} from "../theory/index.ts";
import { agreementOf } from "./agreement.ts";
import { widthEvidence } from "./depth-bound.ts";
import { describeLayers } from "./layers.ts";
import { nearestCritical } from "./nearest-critical.ts";
import type { Parts } from "./parts.ts";
import type { Diagnosis } from "./types.ts";
import { judge } from "./verdict/index.ts";
import { whyNotCritical } from "./why-not-critical.ts";

/** True of every diagnosis. */
export const NEVER_COVERED: readonly string[] = [
  "Training itself: optimiser, learning rate and batch size decide too.",
  "Generalisation: how well a trained network does on new data.",
];

const TRAINED_WEIGHTS =
  "The weights are not random: theory assumes independent weights, so phase and depth are measured.";

/** Builds the diagnosis. */
export function assemble(parts: Parts): Diagnosis {
  const { network, data, measurement, variances, weightVariance, biasVariance, activation, profile } = parts;
  const measured = measurement.layers;
  const { special = null, recommended = null, beyond = [], keepRate = 1 } = parts;
  const theory = activation && fieldAt(activation, parts);
  // masks that differ between inputs leave no critical line
  const critical = activation && keepRate === 1 ? nearestCritical(activation, biasVariance) : null;
  const layers = describeLayers(measured, variances, profile, parts.surroundings);
  const isGiven = network.origin === "file";
  const agreement = agreementOf(layers, isGiven);
  // every layer of the chain but the last has a growth factor
  const depth = measured.filter(({ chi }) => chi !== null).length + 1;
  const verdict = judge({
    depth,
    layerCount: layers.length,
    theory,
    width: theory && activation && widthEvidence(measured, activation, theory),
    agreement,
    special,
    recommended,
    beyond,
    isGiven,
    critical,
    gradientRatio: measured[0]?.relativeGradient ?? null,
    differenceRatio: differenceRatio(measured),
    brokenLayers: layers.filter(({ state }) => state !== "ok" && state !== "uncovered").length,
  });
  return {
    network: { ...network, depth, activation: activation?.name ?? null },
    data: { name: data.name, count: data.count, provenance: data.provenance },
    verdict,
    weightVariance,
    biasVariance,
    theory,
    agreement,
    critical,
    recommended,
    whyNotCritical: critical === null ? whyNotCritical(parts, measured) : null,
    layers,
    jacobian: parts.jacobian ?? null,
    notCovered: [
      ...parts.gaps,
      ...(isGiven && agreement?.holds === false ? [TRAINED_WEIGHTS] : []),
      ...widthWarning(measured, depth, theory, activation),
      ...NEVER_COVERED,
    ],
    assumptions: [
      ...(theory?.assumptions ?? []),
      ...(profile ? [PROFILE_ASSUMPTION] : []),
      ...measurement.assumptions,
    ],
    references: theory?.references ?? [],
    seed: measurement.seed,
  };
}

const PROFILE_ASSUMPTION =
  "Theory starts from the lengths of the inputs and their mean cosine; the spread of cosines is neglected.";

function fieldAt(
  activation: ScalarActivation,
  { weightVariance, biasVariance, measurement, keepRate = 1 }: Parts,
): MeanField {
  const first = measurement.layers[0]?.q.value ?? 1;
  const startVariance = first > 0 && Number.isFinite(first) ? first : 1;
  return solveMeanField(
    activation,
    { sigmaW2: weightVariance.value, sigmaB2: biasVariance.value },
    { startVariance, keepRate },
  );
}

/** What is left at the last hidden layer of the differences of inputs at the first. */
function differenceRatio(measured: readonly LayerMeasurement[]): Estimate | null {
  const first = measured[0];
  const last = measured.at(-2);
  if (first === undefined || last === undefined || first === last) return null;
  const value = last.oneMinusC.value / first.oneMinusC.value;
  return { value, stderr: null, n: last.oneMinusC.n, method: "ratio of measured 1 - c" };
}

/** Scatter of log squared gradients between draws that is worth a sentence. */
const WORTH_SAYING = 0.4;

/** What finite width does, from the leading correction in 1/width (Hanin and Nica 2020). */
function widthWarning(
  measured: readonly LayerMeasurement[],
  depth: number,
  theory: MeanField | null,
  activation: ScalarActivation | null,
): string[] {
  const hidden = measured.slice(1).filter(({ layer }) => layer.kind === "dense");
  if (theory === null || activation === null || hidden.length === 0) return [];
  const width = Math.min(...hidden.map(({ layer }) => layer.fanIn));
  const { sigmaW2, sigmaB2 } = theory;
  const { logGradientVariance } = predictFiniteWidth(activation, { sigmaW2, sigmaB2 }, { depth, width });
  const scatter = Math.sqrt(logGradientVariance[0] ?? 0);
  if (!(scatter > WORTH_SAYING)) return [];
  const factor = Number(Math.exp(scatter).toPrecision(2));
  return [
    `Finite width: at width ${width}, squared gradients of single draws scatter by a factor of ${factor} around theory.`,
  ];
}

/** One number for all hidden layers: the mean of those after the first and before the last, where there are any. */
export function typicalVariance(layers: readonly Estimate[]): Estimate {
  const hidden = layers.length > 2 ? layers.slice(1, -1) : layers;
  const value = hidden.reduce((sum, estimate) => sum + estimate.value, 0) / hidden.length;
  const isExact = hidden.every(({ stderr }) => stderr === 0);
  if (isExact && hidden.every((estimate) => estimate.value === hidden[0]?.value))
    return exact(value, "as specified");
  const within = hidden.reduce((sum, { stderr }) => sum + (stderr ?? 0) ** 2, 0) / hidden.length ** 2;
  const spread = hidden.reduce((sum, estimate) => sum + (estimate.value - value) ** 2, 0);
  const between = hidden.length > 1 ? spread / (hidden.length - 1) / hidden.length : 0;
  return {
    value,
    stderr: Math.sqrt(Math.max(within, between)),
    n: hidden.length,
    method: "mean over hidden layers",
  };
}
