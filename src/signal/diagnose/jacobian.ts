/**
 * The Jacobian between the first and the last hidden layer beside theory (Pennington, Schoenholz and Ganguli 2017, 2018):
 * the mean squared singular value is the product of the chi, and relative variances of squared singular values add up
 * over layers, mu_2 / mu_1^2 - 1 for the activation and 1 (independent weights) or 0 (orthogonal) for the weights.
 */
import type { JacobianMeasurement, LayerMeasurement } from "../measure/index.ts";
import { averageMoments, type DepthLayer } from "../theory/index.ts";
import type { TheoryPoint } from "./profile.ts";
import type { JacobianDiagnosis } from "./types.ts";

/** Names of the values between which the Jacobian is taken. */
export interface JacobianEnds {
  readonly from: string;
  readonly to: string;
}

/** First and last hidden pre-activation; null when there are fewer than two hidden layers. */
export function hiddenEnds(layers: readonly { readonly preActivation: string }[]): JacobianEnds | null {
  const [first, last] = [layers[0], layers.at(-2)];
  return first === undefined || last === undefined || layers.length < 3
    ? null
    : { from: first.preActivation, to: last.preActivation };
}

/** Puts theory beside a measurement between the hidden ends. */
export function describeJacobian(
  { spectra, meanSquare, relativeVariance, method }: JacobianMeasurement,
  measured: readonly LayerMeasurement[],
  chain: readonly DepthLayer[] | null,
  profile: readonly (TheoryPoint | null)[] | null,
  isOrthogonal: boolean,
): JacobianDiagnosis {
  const singularValues = Float64Array.from(
    spectra.flatMap(({ singularValues: values }) => Array.from(values)),
  );
  return {
    singularValues,
    isComplete: method === "dense",
    depth: Math.max(0, measured.length - 2),
    ensemble: isOrthogonal ? "orthogonal" : "gaussian",
    meanSquare: { theory: profile && expectedMeanSquare(profile), measured: meanSquare },
    relativeVariance: {
      theory: chain && profile && expectedRelativeVariance(measured, chain, profile, isOrthogonal),
      measured: relativeVariance,
    },
  };
}

function expectedMeanSquare(profile: readonly (TheoryPoint | null)[]): number | null {
  const [first, last] = [profile[0]?.relativeGradient ?? null, profile.at(-2)?.relativeGradient ?? null];
  return first === null || last === null ? null : first / last;
}

/** Holds for layers of equal width only; null otherwise. */
function expectedRelativeVariance(
  measured: readonly LayerMeasurement[],
  chain: readonly DepthLayer[],
  profile: readonly (TheoryPoint | null)[],
  isOrthogonal: boolean,
): number | null {
  const widths = new Set(measured.slice(1).map(({ layer }) => layer.fanIn));
  const isDense = measured.every(({ layer }) => layer.kind === "dense");
  if (widths.size !== 1 || !isDense) return null;
  return profile.slice(0, -2).reduce((sum, point, index) => {
    const q = point?.q ?? Number.NaN;
    const { slopeSquare, slopeFourth } = averageMoments((chain[index] as DepthLayer).activation, q);
    return sum + slopeFourth / slopeSquare ** 2 - 1 + (isOrthogonal ? 0 : 1);
  }, 0);
}
