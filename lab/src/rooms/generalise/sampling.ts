/**
 * Samples of the posterior beside theory, one size of the training set after the other: the readout integrated where there is
 * one hidden layer, all parameters by Hamiltonian or Langevin dynamics where there are more or where it is asked for.
 */
import type { ProgressEvent } from "../../../../src/base/index.ts";
import {
  type CurvePoint,
  firstExamples,
  type RegressionTask,
  sampledErrors,
  sampleLearningCurve,
  sampleNetworkPosterior,
} from "../../../../src/bayes/index.ts";
import { parseNetwork } from "../../../../src/networks/index.ts";
import { createStream } from "../../../../src/numerics/index.ts";
import { networkOf } from "./network.ts";
import { dynamicsOptions, movesAllWeights, specificationOf } from "./specification.ts";
import type { CurveRequest, SamplingRequest } from "./types.ts";
import type { CurveWork } from "./work.ts";

/** Samples at one size. */
export type Sampled = NonNullable<CurvePoint["sampled"]>;

/** Samples the posterior of the first `examples` training examples; the request has to ask for samples. */
export async function sampleAt(
  examples: number,
  request: CurveRequest,
  task: RegressionTask,
  work: Pick<CurveWork, "algebra" | "signal" | "onProgress">,
): Promise<Sampled> {
  const sampling = request.sampling as SamplingRequest;
  const stage = `sampling, ${examples} examples`;
  const stream = createStream(request.seed).fork("posterior");
  const onProgress = ({ stage: kind, done, total, note }: ProgressEvent): void => {
    if (kind === "predicting") return;
    work.onProgress?.({ stage: note === "burn-in" ? `${stage}, first states` : stage, done, total });
  };
  const watched = { onProgress, ...(work.signal === undefined ? {} : { signal: work.signal }) };
  if (sampling.dynamics === undefined && request.biasVariance === undefined) {
    const options = {
      ...{ sizes: [examples], form: request.form },
      sampling: { stream, ...sampling },
      ...watched,
    };
    const [point] = await sampleLearningCurve(task, networkOf(request), options, work.algebra);
    return point?.sampled as Sampled;
  }
  const { inputs, targets, testInputs, testTargets } = firstExamples(task, examples);
  const sampled = await sampleNetworkPosterior(
    parseNetwork(specificationOf(request, inputs.cols)),
    { inputs, targets, testInputs, testTargets },
    {
      temperature: request.temperature,
      stream: stream.fork(examples),
      ...dynamicsOptions(sampling),
      ...watched,
    },
  );
  return sampledErrors(sampled, testTargets);
}

/**
 * Shares of the sizes in the time of sampling, by the operations of their gradients; small networks are slower than that,
 * by what every step takes besides.
 */
export function samplingShares(
  sizes: readonly number[],
  request: Pick<CurveRequest, "width" | "depth" | "sampling" | "biasVariance">,
  features: number,
): number[] {
  const OVERHEAD = 2e5;
  /** Examples whose gradients take as long as handing all parameters to the graph and back. */
  const HANDED = 50;
  const costs = sizes.map((P) =>
    movesAllWeights(request)
      ? HANDED + P
      : OVERHEAD + 4 * P * request.width * Math.min(features, P) + 5 * P * P * request.width,
  );
  const total = costs.reduce((sum, cost) => sum + cost, 0);
  return costs.map((cost) => cost / total);
}
