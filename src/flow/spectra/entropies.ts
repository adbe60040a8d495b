/**
 * Numbers that sum up a spectrum of sum 1: von Neumann and Renyi entropies, effective rank, participation ratio,
 * min-entropy and gap. All are functions of the eigenvalues alone, so they do not change when samples are permuted, features
 * are rotated (the direction of all ones kept, when samples are centred) or samples are rescaled.
 */
import { SpecError } from "../../base/index.ts";
import type { Spectrum } from "./types.ts";

/** -sum lambda log lambda in nats, 0 <= S <= log n. */
function nats({ eigenvalues }: Spectrum): number {
  let sum = 0;
  for (const value of eigenvalues) if (value > 0) sum -= value * Math.log(value);
  return Math.max(0, sum);
}

/**
 * Von Neumann entropy in nats: S = -Tr rho log rho, from 0 (all samples alike) to log n (all orthogonal).
 *
 * @example
 * ```ts
 * import { predictEquicorrelated, vonNeumannEntropy } from "isinglass/flow";
 *
 * vonNeumannEntropy(predictEquicorrelated(64, 0)); // => 4.1588830834
 * ```
 */
export function vonNeumannEntropy(spectrum: Spectrum): number {
  return nats(spectrum);
}

/**
 * Von Neumann entropy over log n, in [0, 1]. Batches of different size have different entropies for the same data: compare
 * at equal n.
 *
 * @example
 * ```ts
 * import { entropyOf, predictEquicorrelated } from "isinglass/flow";
 *
 * entropyOf(predictEquicorrelated(64, 0.5)); // => 0.65696106
 * ```
 */
export function entropyOf(spectrum: Spectrum): number {
  return Math.min(1, nats(spectrum) / Math.log(spectrum.samples));
}

/**
 * Effective rank exp(S): the number of equal directions with the same entropy, from 1 to n (Roy and Vetterli 2007).
 *
 * @example
 * ```ts
 * import { effectiveRank, predictEquicorrelated } from "isinglass/flow";
 *
 * effectiveRank(predictEquicorrelated(10, 0)); // => 10
 * ```
 */
export function effectiveRank(spectrum: Spectrum): number {
  return Math.exp(nats(spectrum));
}

/**
 * Renyi entropy in nats: log(sum lambda^alpha) / (1 - alpha); alpha = 0 counts non-zero eigenvalues (Hartley), 1 is von
 * Neumann, 2 is -log Tr rho^2, Infinity the min-entropy. Falls with alpha.
 *
 * @param alpha - order, >= 0.
 * @throws SpecError for a negative order.
 * @example
 * ```ts
 * import { predictEquicorrelated, renyiEntropy } from "isinglass/flow";
 *
 * Math.exp(renyiEntropy(predictEquicorrelated(64, 0.1), 2)); // => 39.263804
 * ```
 */
export function renyiEntropy(spectrum: Spectrum, alpha: number): number {
  if (!(alpha >= 0)) {
    throw new SpecError(`renyiEntropy: received order ${alpha}, expected a number >= 0.`, {
      hint: "2 gives -log Tr rho^2.",
    });
  }
  if (alpha === Number.POSITIVE_INFINITY) return minEntropy(spectrum);
  if (Math.abs(alpha - 1) < VON_NEUMANN_WIDTH) return nats(spectrum);
  // relative to the largest, so that large orders do not underflow
  const largest = spectrum.eigenvalues[0] as number;
  const floor = alpha === 0 ? RANK_FLOOR : 0;
  let sum = 0;
  for (const value of spectrum.eigenvalues) if (value > floor * largest) sum += (value / largest) ** alpha;
  return Math.max(0, (Math.log(sum) + alpha * Math.log(largest)) / (1 - alpha));
}

/** Orders this close to 1 are von Neumann: (1 - sum) / (1 - alpha) would lose its digits. */
const VON_NEUMANN_WIDTH = 1e-7;
/** Eigenvalues below this share of the largest are rounding and do not count as rank. */
const RANK_FLOOR = 1e-13;

/**
 * Participation ratio 1 / Tr rho^2, from 1 to n: the number of equal directions with the same purity.
 *
 * @example
 * ```ts
 * import { participationRatio, predictEquicorrelated } from "isinglass/flow";
 *
 * participationRatio(predictEquicorrelated(64, 0.5)); // => 3.820896
 * ```
 */
export function participationRatio({ eigenvalues }: Spectrum): number {
  let sum = 0;
  for (const value of eigenvalues) sum += value * value;
  return 1 / sum;
}

/**
 * Min-entropy -log lambda_max in nats, the least of all Renyi entropies.
 *
 * @example
 * ```ts
 * import { minEntropy, predictEquicorrelated } from "isinglass/flow";
 *
 * Math.exp(-minEntropy(predictEquicorrelated(4, 0.2))); // => 0.4
 * ```
 */
export function minEntropy({ eigenvalues }: Spectrum): number {
  return Math.max(0, -Math.log(eigenvalues[0] as number));
}

/**
 * Spectral gap lambda_1 - lambda_2, from 0 to 1.
 *
 * @example
 * ```ts
 * import { predictEquicorrelated, spectralGap } from "isinglass/flow";
 *
 * spectralGap(predictEquicorrelated(4, 0.2)); // => 0.2
 * ```
 */
export function spectralGap({ eigenvalues }: Spectrum): number {
  return (eigenvalues[0] as number) - (eigenvalues[1] ?? 0);
}
