/**
 * Samples of the posterior beside predictions: one hidden layer with its readout integrated, several layers with all weights as
 * parameters of an engine graph.
 */
import { SpecError, type WorkOptions } from "../../base/index.ts";
import type { LinearAlgebra } from "../../kernels/index.ts";
import { type NetworkSpec, parseNetwork } from "../../networks/index.ts";
import type { RandomStream } from "../../numerics/index.ts";
import type { RegressionTask } from "../finite-width/index.ts";
import {
  type NetworkDynamics,
  type SampleOptions,
  sampleNetworkPosterior,
  samplePosterior,
  samplePosteriorInTurns,
} from "../sampling/index.ts";
import { type SampledErrors, sampledErrors } from "./errors.ts";
import { type BayesianNetwork, hiddenWidths } from "./prepare.ts";

/** Sampling beside the theory. */
export interface CurveSampling {
  readonly stream: RandomStream;
  readonly chains: number;
  readonly samples: number;
  readonly burnIn: number;
}

/**
 * "collapsed": hidden weights of one hidden layer by Hamiltonian dynamics, the readout integrated; all others move all weights of
 * any network, see `NetworkDynamics`.
 */
export type PosteriorSampler = "collapsed" | NetworkDynamics;

/** Sampling of any depth. */
export interface DeepCurveSampling extends CurveSampling {
  /** Default "collapsed" for one hidden layer, "hamiltonian" for several. */
  readonly sampler?: PosteriorSampler;
  /** States dropped between two that are kept, where all weights move. Default 0; Langevin dynamics: 9. */
  readonly thinning?: number;
  /** Threads of the graph of all weights. Default 1. */
  readonly threads?: number;
}

type Work = WorkOptions & { readonly stage: string };

/** Throws SpecError for networks that the sampler of one hidden layer does not cover. */
export function requireOneLayer(depth: number): void {
  if (depth === 1) return;
  throw new SpecError(`learning curve: sampling at once covers one hidden layer, received ${depth}`, {
    hint: "take sampleLearningCurve or sampleWidthCurve, which cover any depth",
  });
}

/** Samples the posterior of one hidden layer at once; the stream is forked by the number of examples. */
export function sampleErrors(
  task: RegressionTask,
  network: BayesianNetwork,
  sampling: CurveSampling,
  work: Work,
  algebra: LinearAlgebra,
): SampledErrors {
  const sampled = samplePosterior(task, network, algebra, optionsOf(task, sampling, work));
  return sampledErrors(sampled, task.testTargets);
}

/** Samples the posterior of any depth, giving way to the event loop; one hidden layer gives the numbers of `sampleErrors`. */
export async function sampleErrorsInTurns(
  task: RegressionTask,
  network: BayesianNetwork,
  sampling: DeepCurveSampling,
  work: Work,
  algebra: LinearAlgebra,
): Promise<SampledErrors> {
  const options = optionsOf(task, sampling, work);
  const { depth, temperature } = network;
  const { sampler = depth === 1 ? "collapsed" : "hamiltonian", thinning, threads } = sampling;
  if (sampler === "collapsed") {
    if (depth !== 1) {
      throw new SpecError(
        `learning curve: the collapsed sampler covers one hidden layer, received ${depth} hidden layers`,
        { hint: 'take the sampler "hamiltonian" or "langevin"' },
      );
    }
    return sampledErrors(await samplePosteriorInTurns(task, network, algebra, options), task.testTargets);
  }
  const sampled = await sampleNetworkPosterior(specificationOf(network, task.inputs.cols), task, {
    ...options,
    temperature,
    dynamics: sampler,
    ...(thinning === undefined ? {} : { thinning }),
    ...(threads === undefined ? {} : { threads }),
  });
  return sampledErrors(sampled, task.testTargets);
}

function optionsOf(
  task: RegressionTask,
  { stream, chains, samples, burnIn }: CurveSampling,
  { stage, signal, onProgress }: Work,
): SampleOptions {
  return {
    ...{ chains, samples, burnIn },
    stream: stream.fork(task.inputs.rows),
    ...(signal === undefined ? {} : { signal }),
    onProgress: (event) => onProgress?.({ ...event, stage }),
  };
}

/** "784-20-30-1 erf sw2=1 sb2=0". */
function specificationOf(network: BayesianNetwork, inputs: number): NetworkSpec {
  const { activation, weightPrecision, readoutPrecision } = network;
  if (weightPrecision !== readoutPrecision) {
    throw new SpecError(
      `learning curve: sampling of all weights covers one precision of all weights, received ${weightPrecision} and ${readoutPrecision} for the readout`,
      { hint: "take equal precisions" },
    );
  }
  const name = activation.name.replaceAll(" ", "");
  return parseNetwork(
    `${[inputs, ...hiddenWidths(network), 1].join("-")} ${name} sw2=${1 / weightPrecision} sb2=0`,
  );
}
