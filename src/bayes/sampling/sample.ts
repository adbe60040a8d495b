/** Samples of the posterior of a network of finite width: the measurement that the theory of finite width is held against. */
import { type Estimate, SpecError, type WorkOptions } from "../../base/index.ts";
import type { LinearAlgebra } from "../../kernels/index.ts";
import { type Matrix, meanWithError, type RandomStream } from "../../numerics/index.ts";
import type { RegressionTask } from "../finite-width/index.ts";
import { type ChainReport, chainSteps, eventOfChain } from "./chain.ts";
import { type CollapsedNetwork, collapsedPosterior } from "./collapsed-posterior.ts";
import { type ChainEstimate, estimateFromChains } from "./diagnostics.ts";

/** How to sample. */
export interface SampleOptions extends WorkOptions {
  readonly stream: RandomStream;
  /** Default 2. */
  readonly chains?: number;
  /** States kept of each chain. Default 500. */
  readonly samples?: number;
  readonly burnIn?: number;
  readonly leapfrogs?: number;
  readonly acceptance?: number;
}

/** Sampled errors of a posterior, as mean squares. */
export interface SampledPosterior {
  readonly error: ChainEstimate;
  /** Mean over the test inputs of (y* - posterior mean)^2. */
  readonly bias: number;
  /** error - bias. */
  readonly spread: number;
  readonly trainError: ChainEstimate;
  /** Posterior mean and variance on every test input. */
  readonly mean: Float64Array;
  readonly variance: Float64Array;
  /**
   * Excess kurtosis of hidden fields on the training inputs over units and states, averaged over inputs; 0 under the prior and in theories
   * whose fields stay Gaussian, above 0 where few of the units have learned a feature and below where all take sides. Its error is
   * the scatter of chains; null for one.
   */
  readonly fieldKurtosis: Estimate;
  readonly chains: readonly ChainReport[];
}

/**
 * Samples the hidden weights of one hidden layer by Hamiltonian Monte Carlo, the readout integrated exactly.
 *
 * @throws SpecError for options out of range, InterruptedError when the signal fires.
 * @returns errors with Monte Carlo standard errors, R-hat and effective sample sizes.
 * @source Neal 2011; the collapse follows from Gaussian integration over the readout.
 */
export function samplePosterior(
  task: RegressionTask,
  network: CollapsedNetwork,
  algebra: LinearAlgebra,
  options: SampleOptions,
): SampledPosterior {
  const steps = posteriorSteps(task, network, algebra, options);
  let next = steps.next();
  while (next.done !== true) next = steps.next();
  return next.value;
}

/**
 * As `samplePosterior`, the same numbers: it gives way to the event loop about every 20 ms, so that a signal can fire while it runs.
 *
 * @throws as `samplePosterior`.
 * @example
 * ```ts
 * import { drawTeacherTask, samplePosteriorInTurns } from "isinglass/bayes";
 * import { loadKernels } from "isinglass/kernels";
 * import { resolveActivation } from "isinglass/networks";
 * import { createStream } from "isinglass/numerics";
 *
 * const activation = resolveActivation("erf");
 * const task = drawTeacherTask({ stream: createStream(1), activation, inputs: 5, units: 3, examples: 4, tests: 8 });
 * const network = { activation, width: 4, temperature: 0.1, weightPrecision: 1, readoutPrecision: 1 };
 * const options = { stream: createStream(2), chains: 2, samples: 20, burnIn: 10 };
 * const { error } = await samplePosteriorInTurns(task, network, await loadKernels(), options);
 * error.value > 0; // => true
 * ```
 */
export async function samplePosteriorInTurns(
  task: RegressionTask,
  network: CollapsedNetwork,
  algebra: LinearAlgebra,
  options: SampleOptions,
): Promise<SampledPosterior> {
  const steps = posteriorSteps(task, network, algebra, options);
  const { rows, cols } = task.inputs;
  const operations = rows * network.width * (4 * Math.min(rows, cols) + 5 * Math.min(rows, network.width));
  const stride = Math.max(1, Math.round(TURN_OPERATIONS / operations));
  let next = steps.next();
  for (let step = 1; next.done !== true; step++) {
    if (step % stride === 0) await new Promise((resolve) => setTimeout(resolve, 0));
    next = steps.next();
  }
  return next.value;
}

/** Operations between two turns of the event loop, some 20 ms. */
const TURN_OPERATIONS = 2e7;

/** The sampler; yields after every evaluation of the potential. */
function* posteriorSteps(
  task: RegressionTask,
  network: CollapsedNetwork,
  algebra: LinearAlgebra,
  options: SampleOptions,
): Generator<void, SampledPosterior, void> {
  const { stream, chains = 2, samples = 500, burnIn = 500, signal, onProgress } = options;
  if (!(Number.isInteger(chains) && chains >= 1 && samples >= 8)) {
    throw new SpecError(`sampler: received ${chains} chains of ${samples} samples, expected at least 1 of 8`);
  }
  const posterior = collapsedPosterior(task, network, algebra);
  const size = task.testTargets.length;
  const sum = new Float64Array(size);
  const squares = new Float64Array(size);
  const errors: Float64Array[] = [];
  const trainErrors: Float64Array[] = [];
  const reports: ChainReport[] = [];
  const kurtoses: number[] = [];
  for (let c = 0; c < chains; c++) {
    const own = stream.fork(c);
    const start = new Float64Array(posterior.dimension);
    own.fillNormal(start, 1 / Math.sqrt(network.weightPrecision));
    const error = new Float64Array(samples);
    const trainError = new Float64Array(samples);
    const rest = own.fork("rest");
    const moments = new FieldMoments(task.inputs.rows);
    let kept = 0;
    const { acceptance, leapfrogs } = options;
    const steps = chainSteps(posterior, start, {
      stream: own,
      samples,
      burnIn,
      ...(acceptance === undefined ? {} : { acceptance }),
      ...(leapfrogs === undefined ? {} : { leapfrogs }),
      ...(signal === undefined ? {} : { signal }),
      onProgress: (event) => onProgress?.(eventOfChain(event, c, chains)),
    });
    let next = steps.next();
    while (next.done !== true) {
      const request = next.value;
      if (request.kind === "evaluate") {
        const energy = posterior.evaluate(request.x, request.gradient);
        yield;
        next = steps.next(energy);
        continue;
      }
      const one = posterior.errorsAt(request.state, rest);
      moments.add(one.fields);
      error[kept] = one.error;
      trainError[kept++] = one.trainError;
      for (let m = 0; m < size; m++) {
        const mean = one.mean[m] as number;
        sum[m] = (sum[m] as number) + mean;
        squares[m] = (squares[m] as number) + mean * mean + (one.variance[m] as number);
      }
      next = steps.next(0);
    }
    errors.push(error);
    trainErrors.push(trainError);
    reports.push(next.value);
    kurtoses.push(moments.kurtosis());
  }
  const count = chains * samples;
  const mean = sum.map((value) => value / count);
  const variance = squares.map((value, m) => value / count - (mean[m] as number) ** 2);
  const bias = mean.reduce(
    (total, value, m) => total + (value - (task.testTargets[m] as number)) ** 2 / size,
    0,
  );
  const method = `Hamiltonian Monte Carlo, ${chains} chains of ${samples}`;
  const error = estimateFromChains(errors, method);
  return {
    error,
    bias,
    spread: error.value - bias,
    trainError: estimateFromChains(trainErrors, method),
    mean,
    variance,
    fieldKurtosis: overChains(kurtoses),
    chains: reports,
  };
}

/** Second and fourth moments of the fields on every training input. */
class FieldMoments {
  readonly #second: Float64Array;
  readonly #fourth: Float64Array;
  #count = 0;

  constructor(examples: number) {
    this.#second = new Float64Array(examples);
    this.#fourth = new Float64Array(examples);
  }

  add({ cols, data }: Matrix): void {
    this.#count += cols;
    data.forEach((h, at) => {
      const p = Math.floor(at / cols);
      this.#second[p] = (this.#second[p] as number) + h * h;
      this.#fourth[p] = (this.#fourth[p] as number) + h ** 4;
    });
  }

  /** Mean over inputs; an input that is 0 has no field and does not count. */
  kurtosis(): number {
    let [sum, inputs] = [0, 0];
    this.#second.forEach((second, p) => {
      if (second === 0) return;
      sum += (this.#count * (this.#fourth[p] as number)) / (second * second) - 3;
      inputs++;
    });
    return inputs === 0 ? 0 : sum / inputs;
  }
}

function overChains(values: readonly number[]): Estimate {
  const method = `mean over ${values.length} chains`;
  const [only] = values;
  if (values.length === 1) return { value: only as number, stderr: null, n: 1, method };
  return { ...meanWithError(Float64Array.from(values)), method };
}
