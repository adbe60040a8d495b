/**
 * Estimates with errors from the time series of energy and magnetisation: means with the error that their integrated
 * autocorrelation time implies, functions of several means (heat capacity, susceptibility, Binder cumulant) by a jackknife
 * over blocks much longer than that time.
 */
import type { Estimate } from "../../base/index.ts";
import { autocorrelationTime, jackknife, meanWithError } from "../../numerics/index.ts";

/** What is estimated for every model; magnetisations per site, all sites counted. */
export interface IsingEstimates {
  /** <E> / N. */
  readonly energy: Estimate;
  /** (<E^2> - <E>^2) / (N T^2). */
  readonly heatCapacity: Estimate;
  /** <|m|> where nothing breaks the symmetry; <m> with a field or a pinned boundary. */
  readonly magnetization: Estimate;
  readonly absoluteMagnetization: Estimate;
  readonly magnetization2: Estimate;
  readonly magnetization4: Estimate;
  /** N (<m^2> - <|m|>^2) / T, with <m> in place of <|m|> when the symmetry is broken. */
  readonly susceptibility: Estimate;
  /** 1 - <m^4> / (3 <m^2>^2). */
  readonly binder: Estimate;
  /** Integrated autocorrelation times in sweeps; 1/2 for independent measurements. */
  readonly tauEnergy: Estimate;
  readonly tauMagnetization: Estimate;
  /** Whether the run is long enough for its errors: at least 50 autocorrelation times, and the window closed. */
  readonly converged: boolean;
}

/** Blocks of the jackknife: more make its error more precise, longer ones make it right. */
const MOST_BLOCKS = 64;
const LEAST_BLOCKS = 8;
/** Length of a block in autocorrelation times; the bias of the error is about 1 / (2 BLOCK_TIMES). */
const BLOCK_TIMES = 16;

/** Averages per site over a block or a replica: energy, its square, m, |m|, m^2, m^4. */
export type BlockMeans = readonly [e: number, e2: number, m: number, a: number, m2: number, m4: number];

/**
 * Analyses a run.
 *
 * @param energies total energy at each measurement; `totals` sum of all spins.
 * @param isSymmetric whether nothing breaks the symmetry.
 */
export function estimateObservables(
  energies: Float64Array,
  totals: Float64Array,
  temperature: number,
  sites: number,
  isSymmetric: boolean,
): IsingEstimates {
  const n = energies.length;
  const e = energies.map((x) => x / sites);
  const m = totals.map((x) => x / sites);
  const absolute = m.map(Math.abs);
  const energy = autocorrelationTime(e);
  const main = autocorrelationTime(isSymmetric ? absolute : m);
  const tau = Math.max(energy.tau.value, main.tau.value);
  const blocks = Math.max(
    LEAST_BLOCKS,
    Math.min(MOST_BLOCKS, Math.floor(n / (BLOCK_TIMES * tau)), Math.floor(n / 2)),
  );
  const means = blockMeans(e, m, Math.min(blocks, n));
  return {
    energy: energy.mean,
    magnetization: main.mean,
    absoluteMagnetization: isSymmetric ? main.mean : autocorrelationTime(absolute).mean,
    magnetization2: autocorrelationTime(m.map((x) => x * x)).mean,
    magnetization4: autocorrelationTime(m.map((x) => x ** 4)).mean,
    ...fluctuations(means, temperature, sites, isSymmetric),
    tauEnergy: energy.tau,
    tauMagnetization: main.tau,
    converged: energy.converged && main.converged,
  };
}

/**
 * Analyses independent replicas of a symmetric model: each one's time averages are one sample, so that errors need no
 * autocorrelation time; that of the given series is only reported.
 */
export function estimateFromReplicas(
  means: readonly BlockMeans[],
  series: { readonly energies: Float64Array; readonly totals: Float64Array },
  temperature: number,
  sites: number,
): IsingEstimates {
  const column = (k: number): Estimate => ({
    ...meanWithError(means.map((row) => row[k] as number)),
    method: `mean over ${means.length} replicas`,
  });
  const energy = autocorrelationTime(series.energies);
  const main = autocorrelationTime(series.totals.map(Math.abs));
  return {
    energy: column(0),
    magnetization: column(3),
    absoluteMagnetization: column(3),
    magnetization2: column(4),
    magnetization4: column(5),
    ...fluctuations(means, temperature, sites, true),
    tauEnergy: energy.tau,
    tauMagnetization: main.tau,
    // replicas are independent; what may fail is thermalisation, which this bounds
    converged: energy.converged && main.converged,
  };
}

/** Functions of several means, by a jackknife over blocks or replicas. */
function fluctuations(
  means: readonly BlockMeans[],
  temperature: number,
  sites: number,
  isSymmetric: boolean,
): Pick<IsingEstimates, "heatCapacity" | "susceptibility" | "binder"> {
  const derived = (statistic: (average: BlockMeans) => number): Estimate => {
    const { value, stderr, n } = jackknife(means, (kept) => statistic(averageOf(kept)));
    return { value, stderr, n, method: `jackknife over ${n} blocks of consecutive samples` };
  };
  return {
    heatCapacity: derived(([e1, e2]) => (sites * (e2 - e1 * e1)) / temperature ** 2),
    susceptibility: derived(([, , m1, a, m2]) => (sites * (m2 - (isSymmetric ? a : m1) ** 2)) / temperature),
    binder: derived(([, , , , m2, m4]) => 1 - m4 / (3 * m2 * m2)),
  };
}

function blockMeans(e: Float64Array, m: Float64Array, blocks: number): BlockMeans[] {
  const size = Math.floor(e.length / blocks);
  return Array.from({ length: blocks }, (_, b) => {
    const sums: [number, number, number, number, number, number] = [0, 0, 0, 0, 0, 0];
    for (let i = b * size; i < (b + 1) * size; i++) {
      const x = e[i] as number;
      const y = m[i] as number;
      sums[0] += x;
      sums[1] += x * x;
      sums[2] += y;
      sums[3] += Math.abs(y);
      sums[4] += y * y;
      sums[5] += y ** 4;
    }
    return sums.map((sum) => sum / size) as unknown as BlockMeans;
  });
}

function averageOf(blocks: readonly BlockMeans[]): BlockMeans {
  const sums = [0, 0, 0, 0, 0, 0];
  for (const block of blocks)
    block.forEach((x, k) => {
      sums[k] = (sums[k] as number) + x;
    });
  return sums.map((sum) => sum / blocks.length) as unknown as BlockMeans;
}
