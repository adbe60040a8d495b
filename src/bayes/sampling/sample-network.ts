/**
 * Samples of all parameters of any network, by Hamiltonian or underdamped Langevin dynamics with a Metropolis test: the measurement
 * where the readout cannot be integrated (several hidden layers, convolutions, biases), and a check of `samplePosterior` where it can.
 */
import { type ProgressEvent, SpecError, type WorkOptions } from "../../base/index.ts";
import type { NetworkSpec } from "../../networks/index.ts";
import type { RandomStream } from "../../numerics/index.ts";
import { type ChainReport, eventOfChain } from "./chain.ts";
import { type ChainEstimate, estimateFromChains } from "./diagnostics.ts";
import { type NetworkTask, openGraphPosterior, type PosteriorOptions } from "./graph-posterior.ts";
import { runAsyncChain } from "./hamiltonian.ts";

/**
 * How states move. "hamiltonian": trajectories of several leapfrog steps and fresh momenta; "langevin": one step, and momenta that
 * persist (Horowitz 1991); "unadjusted": the same without Metropolis test, with an error of the order of the squared step.
 */
export type NetworkDynamics = "hamiltonian" | "langevin" | "unadjusted";

/** How to sample a network. */
export interface NetworkSampleOptions extends PosteriorOptions, WorkOptions {
  readonly stream: RandomStream;
  /** Default "hamiltonian". */
  readonly dynamics?: NetworkDynamics;
  /** Default 2. */
  readonly chains?: number;
  /** States kept of each chain. Default 300. */
  readonly samples?: number;
  /** States dropped between two that are kept. Default 0; langevin: 9. */
  readonly thinning?: number;
  /** Trajectories before. Default 300; langevin: 3000. */
  readonly burnIn?: number;
  /** Leapfrog steps of a trajectory on average. Default 20; langevin: always 1. */
  readonly leapfrogs?: number;
  /** Acceptance that the step size is adapted to. Default 0.8; langevin: 0.97, since a rejection turns the momentum round. */
  readonly acceptance?: number;
  /** Sees the outputs on the test inputs at every state that is kept, [M, K] row by row. */
  readonly visit?: (test: Float64Array) => void;
  /** Share of the momentum that survives. Default 0; langevin: 0.95. */
  readonly persistence?: number;
}

/** Sampled errors of a network, as mean squares over examples and outputs. */
export interface SampledNetwork {
  /** Test error of a sample of the posterior. */
  readonly error: ChainEstimate;
  /** Mean over the test set of (y* - posterior mean)^2. */
  readonly bias: number;
  /** error - bias: the posterior variance. */
  readonly spread: number;
  readonly trainError: ChainEstimate;
  /** Posterior mean and variance of every test output. */
  readonly mean: Float64Array;
  readonly variance: Float64Array;
  readonly chains: readonly ChainReport[];
}

const LANGEVIN = { thinning: 9, burnIn: 3000, leapfrogs: 1, acceptance: 0.97, persistence: 0.95 };
const HAMILTONIAN = { thinning: 0, burnIn: 300, leapfrogs: 20, acceptance: 0.8, persistence: 0 };

/**
 * Samples the posterior of a network of any specification with Gaussian prior.
 *
 * @param spec - its gaussian initialisation is the prior; see `openGraphPosterior`.
 * @returns errors with Monte Carlo errors, R-hat and effective sample sizes over chains, and what every chain did (acceptance, step,
 * energy fraction, divergences). Cost: chains x (burnIn + samples (1 + thinning)) x leapfrogs passes over the training set.
 * @throws SpecError for options out of range, InterruptedError when the signal fires.
 * @source Neal 2011; Horowitz 1991.
 * @example
 * ```ts
 * import { sampleNetworkPosterior } from "isinglass/bayes";
 * import { parseNetwork } from "isinglass/networks";
 * import { createStream } from "isinglass/numerics";
 *
 * // one weight: prior N(0, 1), targets y = x, T = 1; the posterior of f(1) has mean 5 / 6
 * const x = { rows: 2, cols: 1, data: Float64Array.of(1, 2) };
 * const task = { inputs: x, targets: x.data, testInputs: x, testTargets: x.data };
 * const options = { temperature: 1, stream: createStream(1), samples: 400, burnIn: 50, leapfrogs: 3 };
 * const { mean } = await sampleNetworkPosterior(parseNetwork("1-1 linear sw2=1 sb2=0"), task, options);
 * Math.abs(mean[0] - 5 / 6) < 0.1; // => true
 * ```
 */
export async function sampleNetworkPosterior(
  spec: NetworkSpec,
  task: NetworkTask,
  options: NetworkSampleOptions,
): Promise<SampledNetwork> {
  const { stream, dynamics = "hamiltonian", chains = 2, samples = 300, signal, onProgress } = options;
  const given = Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined));
  const { thinning, burnIn, leapfrogs, acceptance, persistence } = {
    ...(dynamics === "hamiltonian" ? HAMILTONIAN : LANGEVIN),
    ...(given as Partial<typeof LANGEVIN>),
  };
  if (!(Number.isInteger(chains) && chains >= 1 && samples >= 8 && thinning >= 0)) {
    throw new SpecError(
      `sampler: received ${chains} chains of ${samples} samples, thinning ${thinning}; expected at least 1 of 8, 0`,
    );
  }
  const posterior = await openGraphPosterior(spec, task, options);
  const totals = new Totals(task, chains, samples);
  const reports: ChainReport[] = [];
  try {
    for (let c = 0; c < chains; c++) {
      const own = stream.fork(c);
      const start = new Float64Array(posterior.dimension);
      own.fillNormal(start);
      let seen = 0;
      const chain = {
        stream: own,
        samples: samples * (1 + thinning),
        burnIn,
        leapfrogs: dynamics === "hamiltonian" ? leapfrogs : 1,
        acceptance,
        persistence,
        correction: dynamics === "unadjusted" ? ("none" as const) : ("metropolis" as const),
        scales: "unit" as const,
        ...(signal === undefined ? {} : { signal }),
        onProgress: (event: ProgressEvent) => onProgress?.(eventOfChain(event, c, chains)),
      };
      const report = await runAsyncChain(posterior, start, chain, async (state) => {
        if (seen++ % (1 + thinning) !== thinning) return;
        const outputs = await posterior.predict(state);
        totals.add(c, outputs);
        options.visit?.(outputs.test);
      });
      reports.push(report);
    }
  } finally {
    await posterior.release();
  }
  return { ...totals.finish(`${dynamics} dynamics, ${chains} chains of ${samples}`), chains: reports };
}

/** Sums over states. */
class Totals {
  readonly #task: NetworkTask;
  readonly #errors: Float64Array[];
  readonly #trainErrors: Float64Array[];
  readonly #counts: number[];
  readonly #sum: Float64Array;
  readonly #squares: Float64Array;

  constructor(task: NetworkTask, chains: number, samples: number) {
    this.#task = task;
    this.#errors = Array.from({ length: chains }, () => new Float64Array(samples));
    this.#trainErrors = Array.from({ length: chains }, () => new Float64Array(samples));
    this.#counts = new Array<number>(chains).fill(0);
    this.#sum = new Float64Array(task.testTargets.length);
    this.#squares = new Float64Array(task.testTargets.length);
  }

  add(chain: number, { train, test }: { readonly train: Float64Array; readonly test: Float64Array }): void {
    const at = this.#counts[chain] as number;
    this.#counts[chain] = at + 1;
    (this.#errors[chain] as Float64Array)[at] = meanSquare(test, this.#task.testTargets);
    (this.#trainErrors[chain] as Float64Array)[at] = meanSquare(train, this.#task.targets);
    for (let m = 0; m < test.length; m++) {
      const f = test[m] as number;
      this.#sum[m] = (this.#sum[m] as number) + f;
      this.#squares[m] = (this.#squares[m] as number) + f * f;
    }
  }

  finish(method: string): Omit<SampledNetwork, "chains"> {
    const count = this.#counts.reduce((sum, n) => sum + n, 0);
    const mean = this.#sum.map((value) => value / count);
    const variance = this.#squares.map((value, m) => value / count - (mean[m] as number) ** 2);
    const bias = meanSquare(mean, this.#task.testTargets);
    const error = estimateFromChains(this.#errors, method);
    const trainError = estimateFromChains(this.#trainErrors, method);
    return { error, bias, spread: error.value - bias, trainError, mean, variance };
  }
}

function meanSquare(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += ((a[i] as number) - (b[i] as number)) ** 2;
  return sum / a.length;
}
