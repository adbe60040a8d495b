/**
 * Convergence of several chains: split R-hat (Gelman et al. 2013, section 11.4) and the effective sample size from
 * autocorrelations combined over chains (Vehtari et al. 2021, equations 10 and 11).
 */
import type { Estimate } from "../../base/index.ts";
import { ShapeError } from "../../base/index.ts";

/** A scalar followed over chains. */
export interface ChainEstimate extends Estimate {
  /** Below 1.01 the chains agree. */
  readonly rHat: number;
  readonly effectiveSamples: number;
}

/**
 * Mean of a scalar over chains of equal length, with its Monte Carlo error from the effective sample size.
 *
 * @throws ShapeError for chains of unequal length or fewer than 8 states.
 */
export function estimateFromChains(chains: readonly Float64Array[], method: string): ChainEstimate {
  const length = chains[0]?.length ?? 0;
  if (length < 8 || chains.some((chain) => chain.length !== length)) {
    throw new ShapeError(
      `chains: received lengths ${chains.map((chain) => chain.length).join(", ")}, expected equal lengths of at least 8`,
    );
  }
  const half = Math.floor(length / 2);
  const parts = chains.flatMap((chain) => [chain.subarray(0, half), chain.subarray(length - half)]);
  const means = parts.map(meanOf);
  const grand = meanOf(Float64Array.from(means));
  const within = parts.reduce((sum, part, p) => sum + varianceOf(part, means[p] as number), 0) / parts.length;
  const between = half * varianceOf(Float64Array.from(means), grand);
  const pooled = ((half - 1) / half) * within + between / half;
  const total = parts.length * half;
  if (!(pooled > 0)) {
    return { value: grand, stderr: 0, n: total, method, rHat: 1, effectiveSamples: total };
  }
  const effectiveSamples = effectiveSize(parts, means, within, pooled);
  return {
    value: grand,
    stderr: Math.sqrt(pooled / effectiveSamples),
    n: Math.round(effectiveSamples),
    method,
    rHat: Math.sqrt(pooled / within),
    effectiveSamples,
  };
}

/** Geyer's initial monotone sequence of paired autocorrelations. */
function effectiveSize(
  parts: readonly Float64Array[],
  means: readonly number[],
  within: number,
  pooled: number,
): number {
  const length = (parts[0] as Float64Array).length;
  const correlation = (lag: number): number => {
    let sum = 0;
    parts.forEach((part, p) => {
      const mean = means[p] as number;
      let own = 0;
      for (let t = lag; t < length; t++)
        own += ((part[t] as number) - mean) * ((part[t - lag] as number) - mean);
      sum += own / (length - 1);
    });
    return 1 - (within - sum / parts.length) / pooled;
  };
  let time = -1;
  let previous = Number.POSITIVE_INFINITY;
  for (let lag = 0; lag + 1 < length; lag += 2) {
    const pair = Math.min(previous, correlation(lag) + correlation(lag + 1));
    if (pair <= 0) break;
    time += 2 * pair;
    previous = pair;
  }
  const total = parts.length * length;
  return Math.min(total * Math.log10(total), total / Math.max(time, 1e-12));
}

function meanOf(values: Float64Array): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

function varianceOf(values: Float64Array, mean: number): number {
  return values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (values.length - 1);
}
