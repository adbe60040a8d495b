/**
 * Classes by regression on labels: targets of C outputs (1 for the own class, -1 / (C - 1) for the others) or of one (+1 and -1), squared
 * loss, and class probabilities of the posterior predictive y* = f + noise: of the Gaussian process of infinite width, of the mixture over
 * the matrix of order parameters at finite width, and of sampled networks.
 */
import { runStepsInTurns, SpecError, type WorkOptions } from "../../base/index.ts";
import type { LinearAlgebra } from "../../kernels/index.ts";
import { parseNetwork } from "../../networks/index.ts";
import { identityMatrix, type Matrix, type RandomStream, zeros } from "../../numerics/index.ts";
import { type MultiOutputTask, outputSteps, sampleMatrixScales } from "../matrix-scale/index.ts";
import { type ChainEstimate, type NetworkDynamics, sampleNetworkPosterior } from "../sampling/index.ts";
import type { ClassifierNetwork, LabelledExamples } from "./network.ts";
import { countVotes } from "./votes.ts";

/** Chains of sampled networks. */
export interface LabelSampling {
  /** Default "hamiltonian". */
  readonly dynamics?: NetworkDynamics;
  readonly chains?: number;
  readonly samples?: number;
  readonly burnIn?: number;
  readonly thinning?: number;
  readonly threads?: number;
}

/** Options of a regression on labels. */
export interface LabelRegressionOptions extends WorkOptions {
  readonly stream: RandomStream;
  /** Variance T of the likelihood's noise, above 0. */
  readonly temperature: number;
  /** Outputs of the network: C, or 1 for two classes. Default C, 1 for two. */
  readonly outputs?: number;
  /** Samples networks too. Default: none are sampled. */
  readonly sampling?: LabelSampling;
}

/** Class probabilities of one posterior. */
export interface LabelPrediction {
  /** P(class), [M, C]. */
  readonly probability: Matrix;
  /** Of the mean square of the test outputs over chains (at finite width the largest of that and of the entries of Q); null: no chains. */
  readonly rHat: number | null;
  readonly effectiveSamples: number | null;
}

/** What a regression on labels predicts. */
export interface LabelRegressionResult {
  readonly infiniteWidth: LabelPrediction;
  /** Over the posterior of the matrix of order parameters; null for layers that are no wider than the outputs are many. */
  readonly finiteWidth: (LabelPrediction & { readonly scale: number }) | null;
  readonly sampled: LabelPrediction | null;
}

/** Draws of every state, and of the Gaussian process of infinite width. */
const DRAWS = 4;
const WIDE_DRAWS = 2000;

/**
 * Predicts classes by regression on labels, beside the same for sampled networks.
 *
 * @param network - without biases; `sampling` covers equal precisions.
 * @returns probabilities with Monte Carlo errors below 0.02 where there are more than two outputs; R-hat and effective
 * sample sizes of the chains. Cost: 9 P^3, then P M outputs for each of 400 matrices Q; sampling as `sampleNetworkPosterior`.
 * @throws SpecError for outputs that do not fit the classes or a temperature of 0, InterruptedError when the signal fires.
 * @source Lee et al. 2020 (arXiv:2007.15801), section 3.8, for one-hot regression; the mixture as in Zavatone-Veth and Pehlevan 2021.
 * @example
 * ```ts
 * import { predictLabelRegression } from "isinglass/bayes";
 * import { loadKernels } from "isinglass/kernels";
 * import { resolveActivation } from "isinglass/networks";
 * import { createStream } from "isinglass/numerics";
 *
 * const x = { rows: 2, cols: 1, data: Float64Array.of(1, -1) };
 * const examples = { inputs: x, labels: [1, 0], testInputs: x, classes: 2 };
 * const network = { activation: resolveActivation("erf"), widths: [10] };
 * const options = { stream: createStream(1), temperature: 0.1 };
 * const { infiniteWidth } = await predictLabelRegression(examples, network, options, await loadKernels());
 * infiniteWidth.probability.data[1] > 0.5; // => true
 * ```
 */
export async function predictLabelRegression(
  examples: LabelledExamples,
  network: ClassifierNetwork,
  options: LabelRegressionOptions,
  algebra: LinearAlgebra,
): Promise<LabelRegressionResult> {
  const { classes } = examples;
  const {
    stream,
    temperature,
    outputs = classes === 2 ? 1 : classes,
    sampling,
    signal,
    onProgress,
  } = options;
  if (!(outputs === classes || (outputs === 1 && classes === 2))) {
    throw new SpecError(
      `label regression: received ${outputs} outputs for ${classes} classes, expected one for each`,
    );
  }
  if (!(temperature > 0)) {
    throw new SpecError(`label regression: received temperature ${temperature}, expected above 0`, {
      hint: "0.1; it is the variance of the noise on the targets",
    });
  }
  const work = {
    ...(signal === undefined ? {} : { signal }),
    ...(onProgress === undefined ? {} : { onProgress }),
  };
  const task = targetsOf(examples, outputs);
  const widths = network.widths;
  const isWide = Math.min(...widths) > outputs;
  const prior = { ...network, temperature, widths: isWide ? widths : widths.map(() => outputs + 1) };
  const prepared = await runStepsInTurns(outputSteps(task, prior, algebra), work, "label regression");
  const size = { examples: task.testInputs.rows, classes, outputs, temperature };
  const wide = countVotes({ ...size, draws: WIDE_DRAWS, stream: stream.fork("wide") });
  wide.addGaussian(prepared.independent(identityMatrix(outputs)));
  const infiniteWidth = { probability: wide.probability(), rHat: null, effectiveSamples: null };

  let finiteWidth: LabelRegressionResult["finiteWidth"] = null;
  if (isWide) {
    const votes = countVotes({ ...size, draws: DRAWS, stream: stream.fork("votes") });
    const predict = (q: Matrix) => {
      const independent = prepared.independent(q);
      votes.addGaussian(independent);
      return prepared.together(independent);
    };
    const problem = { ...prepared.problem, predict };
    const mixture = await sampleMatrixScales(problem, widths, {
      stream: stream.fork("matrix"),
      samples: 200,
      burnIn: 200,
      ...work,
    });
    const trace = mixture.scale.reduce(
      (sum, { value }, at) => sum + (at % (outputs + 1) === 0 ? value : 0),
      0,
    );
    const { rHat, error } = mixture;
    finiteWidth = {
      probability: votes.probability(),
      scale: trace / outputs,
      rHat,
      effectiveSamples: error.effectiveSamples,
    };
  }
  if (sampling === undefined) return { infiniteWidth, finiteWidth, sampled: null };
  const votes = countVotes({ ...size, draws: DRAWS, stream: stream.fork("networks") });
  const { error } = await sampleNetworkPosterior(
    specificationOf(network, task),
    {
      inputs: task.inputs,
      targets: task.targets.data,
      testInputs: task.testInputs,
      testTargets: task.testTargets.data,
    },
    { ...sampling, ...work, temperature, stream: stream.fork("posterior"), visit: votes.addOutputs },
  );
  return { infiniteWidth, finiteWidth, sampled: { probability: votes.probability(), ...trustOf(error) } };
}

const trustOf = ({ rHat, effectiveSamples }: ChainEstimate) => ({ rHat, effectiveSamples });

/** Targets of sum 0 for every class. */
function targetsOf(
  { inputs, labels, testInputs, classes }: LabelledExamples,
  outputs: number,
): MultiOutputTask {
  const targets = zeros(inputs.rows, outputs);
  for (let p = 0; p < inputs.rows; p++) {
    for (let c = 0; c < outputs; c++) {
      const isOwn = outputs === 1 ? labels[p] === 1 : labels[p] === c;
      targets.data[p * outputs + c] = isOwn ? 1 : -1 / (classes - 1);
    }
  }
  return { inputs, targets, testInputs, testTargets: zeros(testInputs.rows, outputs) };
}

function specificationOf(
  { activation, widths, weightPrecision = 1, readoutPrecision = 1 }: ClassifierNetwork,
  { inputs, targets }: MultiOutputTask,
) {
  if (weightPrecision !== readoutPrecision) {
    throw new SpecError(
      `label regression: sampling covers one precision of all weights, received ${weightPrecision} and ${readoutPrecision} for the readout`,
      { hint: "take equal precisions" },
    );
  }
  const layers = [inputs.cols, ...widths, targets.cols].join("-");
  return parseNetwork(`${layers} ${activation.name.replaceAll(" ", "")} sw2=${1 / weightPrecision} sb2=0`);
}
