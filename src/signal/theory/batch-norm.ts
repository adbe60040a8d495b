/**
 * Batch-normalised random networks (Yang et al. 2019): every layer normalises each unit over a batch of B inputs, forgets
 * the scale of the weights, and multiplies squared gradients by a factor > 1 per layer at any weight variance. In the wide
 * limit the normalised batch y of a unit is uniform on the sphere |y|^2 = B, sum y = 0, which gives the factor as averages
 * over one and two coordinates of a sphere; for B -> infinity it is E phi'(z)^2 / Var phi(z). Trainable depth is bounded.
 */
import { type Estimate, exact, type Provenance, SpecError } from "../../base/index.ts";
import { panelRule, refinedBreaks } from "./gaussian-rule.ts";
import { depthScale } from "./mean-field.ts";
import { averageMoments } from "./moments.ts";
import { yang2019 } from "./references.ts";
import type { ScalarActivation } from "./types.ts";

/** Prediction for a batch-normalised network. */
export interface BatchNormTheory extends Provenance {
  readonly activation: string;
  /** Batch size B; Infinity for the limit. */
  readonly batch: number;
  /** Factor of the mean squared gradient per layer, towards the input. */
  readonly growth: Estimate;
  /** Variance of phi(y) within the batch, which the next weights multiply by sigmaW2. */
  readonly activationVariance: Estimate;
  /** Layers per factor e. */
  readonly xiGradient: Estimate;
}

/** Averages over coordinates of the batch sphere. */
interface SphereAverages {
  /** E phi(y1)^2 - E phi(y1) phi(y2). */
  readonly variance: number;
  /** E phi'(y1)^2 and E phi'(y1) phi'(y2). */
  readonly slopeSquare: number;
  readonly slopePair: number;
  /** E y1^2 phi'(y1)^2 - E y1 phi'(y1) y2 phi'(y2). */
  readonly radial: number;
}

/** Widest panel in the angle, and in y, for the quadrature on the sphere. */
const widestAngle = 0.2;
const widestInput = 1.5;

/**
 * Predicts the growth of squared gradients per batch-normalised layer (linear map, batch norm, phi).
 *
 * growth = B/(B-3) T / ((B-1) (E phi^2 - E phi phi)), T = E tr[(G - n n^T) D G D] over the batch sphere, where G centres,
 * n = y/|y| and D = diag phi'(y). Linear: (B-2)/(B-3). B -> infinity: E phi'^2/Var phi, for ReLU pi/(pi-1).
 *
 * @param activation - phi, applied after normalisation (gain 1, shift 0).
 * @param batch - B >= 4, or Infinity.
 * @returns growth with relative error about 1e-10; mean over draws (for small B single networks scatter).
 * @throws SpecError for a batch below 4: the mean squared gradient is infinite for B <= 3.
 * Source: Yang et al. 2019, theorems 3.9-3.10; finite B derived for any phi, equal to their linear and ReLU results.
 *
 * @example
 * ```ts
 * import { resolveActivation } from "isinglass/networks";
 * import { predictBatchNorm } from "isinglass/signal";
 *
 * predictBatchNorm(resolveActivation("relu"), Number.POSITIVE_INFINITY).growth.value; // => 1.4669
 * ```
 */
export function predictBatchNorm(activation: ScalarActivation, batch: number): BatchNormTheory {
  if (!(batch >= 4 && (Number.isInteger(batch) || batch === Number.POSITIVE_INFINITY))) {
    throw new SpecError(`predictBatchNorm: received batch ${batch}, expected an integer >= 4 or Infinity.`, {
      hint: "With 3 or fewer examples the mean squared gradient is infinite.",
    });
  }
  const { growth, variance } = Number.isFinite(batch)
    ? finiteGrowth(activation, batch)
    : infiniteGrowth(activation);
  const method = Number.isFinite(batch) ? "averages over the batch sphere" : "E phi'^2 / Var phi";
  return {
    activation: activation.name,
    batch,
    growth: exact(growth, method),
    activationVariance: exact(variance, method),
    xiGradient: exact(depthScale(growth), "1/|log growth|"),
    assumptions: [
      "Infinite width; Gaussian weights; normalisation before phi with gain 1 and shift 0.",
      "Inputs of the batch equally correlated, which depth brings about.",
    ],
    references: [yang2019],
    seed: null,
  };
}

interface Growth {
  readonly growth: number;
  readonly variance: number;
}

function infiniteGrowth(activation: ScalarActivation): Growth {
  const { slopeSquare, meanSquare, mean } = averageMoments(activation, 1);
  const variance = meanSquare - mean * mean;
  return { growth: slopeSquare / variance, variance };
}

function finiteGrowth(activation: ScalarActivation, batch: number): Growth {
  const b = batch;
  const { variance, slopeSquare, slopePair, radial } = sphereAverages(activation, b);
  const trace = ((b - 1) / b) * ((b - 1) * slopeSquare + slopePair - radial);
  return { growth: ((b / (b - 3)) * trace) / ((b - 1) * variance), variance };
}

/**
 * y1 = sqrt(B-1) cos s with density sin^(B-3) s; given it, y2 = -y1/(B-1) + sqrt(B-1) rho sin s cos t with density
 * sin^(B-4) t and rho^2 = 1 - 1/(B-1)^2: two unit vectors of a simplex have scalar product -1/(B-1).
 */
function sphereAverages({ f, derivative, kinks }: ScalarActivation, batch: number): SphereAverages {
  const radius = Math.sqrt(batch - 1);
  const width = Math.min(widestAngle, widestInput / radius);
  const rho = Math.sqrt(1 - 1 / (batch - 1) ** 2);
  const breaksFor = (centre: number, scale: number): number[] =>
    kinks.map((kink) => Math.acos(Math.max(-1, Math.min(1, (kink - centre) / scale))));
  const outer = panelRule(refinedBreaks(0, Math.PI, breaksFor(0, radius), width));
  const sums = {
    mass: 0,
    square: 0,
    product: 0,
    slopeSquare: 0,
    slopePair: 0,
    radialSquare: 0,
    radialPair: 0,
  };
  for (let i = 0; i < outer.nodes.length; i++) {
    const s = outer.nodes[i] as number;
    const weight = (outer.weights[i] as number) * Math.sin(s) ** (batch - 3);
    if (weight < 1e-25) continue;
    const y1 = radius * Math.cos(s);
    const centre = -y1 / (batch - 1);
    const scale = radius * rho * Math.sin(s);
    const [f1, d1] = [f(y1), derivative(y1)];
    const inner = panelRule(refinedBreaks(0, Math.PI, breaksFor(centre, scale), width));
    let [mass, meanF, meanD, meanYD] = [0, 0, 0, 0];
    for (let j = 0; j < inner.nodes.length; j++) {
      const t = inner.nodes[j] as number;
      const y2 = centre + scale * Math.cos(t);
      const w = (inner.weights[j] as number) * Math.sin(t) ** (batch - 4);
      const d2 = derivative(y2);
      mass += w;
      meanF += w * f(y2);
      meanD += w * d2;
      meanYD += w * y2 * d2;
    }
    sums.mass += weight;
    sums.square += weight * f1 * f1;
    sums.product += (weight * f1 * meanF) / mass;
    sums.slopeSquare += weight * d1 * d1;
    sums.slopePair += (weight * d1 * meanD) / mass;
    sums.radialSquare += weight * (y1 * d1) ** 2;
    sums.radialPair += (weight * y1 * d1 * meanYD) / mass;
  }
  return {
    variance: (sums.square - sums.product) / sums.mass,
    slopeSquare: sums.slopeSquare / sums.mass,
    slopePair: sums.slopePair / sums.mass,
    radial: (sums.radialSquare - sums.radialPair) / sums.mass,
  };
}
