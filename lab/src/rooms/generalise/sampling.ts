/**
 * Samples of the posterior beside theory, one size of the training set after the other: the readout integrated where there is
 * one hidden layer, all parameters by Hamiltonian or Langevin dynamics where there are more or where it is asked for.
 */
import type { ProgressEvent } from "../../../../src/base/index.ts";
import {
  type CurvePoint,
  firstExamples,
  predictLearningCurve,
  type RegressionTask,
  sampledErrors,
  sampleNetworkPosterior,
} from "../../../../src/bayes/index.ts";
import { parseNetwork } from "../../../../src/networks/index.ts";
import { createStream } from "../../../../src/numerics/index.ts";
import type { CurveWork } from "./measure.ts";
import { networkOf } from "./network.ts";
import { dynamicsOptions, specificationOf } from "./specification.ts";
import type { CurveRequest, SamplingRequest } from "./types.ts";

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
  const onProgress = ({ done, total }: ProgressEvent): void => work.onProgress?.({ stage, done, total });
  const watched = { onProgress, ...(work.signal === undefined ? {} : { signal: work.signal }) };
  if (sampling.dynamics === undefined) {
    const [{ sampled }] = predictLearningCurve(
      task,
      networkOf(request),
      { sizes: [examples], form: request.form, sampling: { stream, ...sampling }, ...watched },
      work.algebra,
    ) as [CurvePoint];
    return sampled as Sampled;
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
  { width, sampling }: Pick<CurveRequest, "width"> & { readonly sampling?: CurveRequest["sampling"] },
  features: number,
): number[] {
  const OVERHEAD = 2e5;
  /** Examples whose gradients take as long as handing all parameters to the graph and back. */
  const HANDED = 50;
  const costs = sizes.map((P) =>
    sampling?.dynamics === undefined
      ? OVERHEAD + 4 * P * width * Math.min(features, P) + 5 * P * P * width
      : HANDED + P,
  );
  const total = costs.reduce((sum, cost) => sum + cost, 0);
  return costs.map((cost) => cost / total);
}
