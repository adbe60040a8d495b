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
  type SampleOptions,
  sampleNetworkPosterior,
  samplePosterior,
  samplePosteriorInTurns,
} from "../sampling/index.ts";
import { type SampledErrors, sampledErrors } from "./errors.ts";
import type { BayesianNetwork } from "./prepare.ts";

/** Sampling beside the theory. */
export interface CurveSampling {
  readonly stream: RandomStream;
  readonly chains: number;
  readonly samples: number;
  readonly burnIn: number;
}

/** Sampling of any depth. */
export interface DeepCurveSampling extends CurveSampling {
  /** Threads of the graph of several hidden layers. Default 1. */
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
  if (network.depth === 1)
    return sampledErrors(await samplePosteriorInTurns(task, network, algebra, options), task.testTargets);
  const { temperature } = network;
  const sampled = await sampleNetworkPosterior(specificationOf(network, task.inputs.cols), task, {
    ...options,
    temperature,
    ...(sampling.threads === undefined ? {} : { threads: sampling.threads }),
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

/** "784-20x2-1 erf sw2=1 sb2=0". */
function specificationOf(
  { activation, depth, width, weightPrecision, readoutPrecision }: BayesianNetwork,
  inputs: number,
): NetworkSpec {
  if (weightPrecision !== readoutPrecision) {
    throw new SpecError(
      `learning curve: sampling of ${depth} hidden layers covers one precision of all weights, received ${weightPrecision} and ${readoutPrecision} for the readout`,
      { hint: "take equal precisions" },
    );
  }
  const name = activation.name.replaceAll(" ", "");
  return parseNetwork(`${inputs}-${width}x${depth}-1 ${name} sw2=${1 / weightPrecision} sb2=0`);
}
