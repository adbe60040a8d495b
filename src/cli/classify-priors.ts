/** Class probabilities that `classify` scores: of classifiers on the kernel of a network, or of a regression on labels. */
import { exact, SpecError } from "../base/index.ts";
import {
  type ClassifierMethod,
  type DeepCurveSampling,
  type LabelSampling,
  type NetworkClassification,
  predictClassification,
  predictLabelRegression,
} from "../bayes/index.ts";
import { formatNumber } from "../figures/index.ts";
import type { Kernels } from "../kernels/index.ts";
import type { RandomStream } from "../numerics/index.ts";
import type { ClassifyTask } from "./classify-task.ts";
import type { CommandContext } from "./command.ts";
import type { DenseBayesianNetwork } from "./generalize-task.ts";
import { readNumber } from "./options.ts";
import type { ScoredPrior } from "./render/classify.ts";

/** A prior or posterior, before it is scored. */
export type FoundPrior = Omit<ScoredPrior, "scores"> & Pick<NetworkClassification, "probability">;

/** What is classified, and by which network. */
export interface ClassifySetting {
  readonly task: ClassifyTask;
  readonly network: Omit<DenseBayesianNetwork, "outputs">;
  readonly outputs: number;
  readonly amplitude: number | "evidence";
  readonly sampling: DeepCurveSampling | undefined;
  readonly stream: RandomStream;
}

/** Probabilities, the last ones those of the network itself. */
export interface ClassifyAnswer {
  readonly found: readonly FoundPrior[];
  readonly method: string;
  readonly parameters: Readonly<Record<string, unknown>>;
  readonly assumptions: readonly string[];
  /** What the prior variance or the temperature is, in words. */
  readonly prefactor: string;
  /** What to do about probabilities that are off. */
  readonly remedy: string;
}

const assumedByMethod: Readonly<Record<ClassifierMethod, string>> = {
  "expectation-propagation":
    "Probit likelihood by expectation propagation: probabilities within about 0.001 of the exact integral on small problems.",
  laplace: "Logistic likelihood by Laplace's approximation: too moderate where latent values are large.",
  softmax: "Softmax likelihood by Laplace's approximation: too moderate where latent values are large.",
};
const assumedWidth = {
  finite:
    "Finite width enters through one scale q of the kernel, averaged over its posterior: exact for linear units; for others, with few examples, no better than infinite width. No biases.",
  infinite:
    "Infinite width: with more than two classes outputs share hidden units, and one scale does not cover that (--method regression does). No biases.",
} as const;

/** Probit, logistic or softmax likelihoods. */
export async function classifyByLikelihood(
  { task, network, amplitude, sampling, stream }: ClassifySetting,
  wanted: ClassifierMethod | undefined,
  { args, signal, onProgress }: CommandContext,
  algebra: Kernels,
): Promise<ClassifyAnswer> {
  const given = sampling !== undefined ? "sample" : args.temperature !== undefined ? "temperature" : null;
  if (given !== null) {
    throw new SpecError(`--${given}: received without --method regression, which alone takes it`, {
      hint: "--method regression --temperature 0.1 --sample",
    });
  }
  const predicted = await predictClassification(
    task.examples,
    network,
    { stream, amplitude, signal, onProgress, ...(wanted === undefined ? {} : { method: wanted }) },
    algebra,
  );
  const { infiniteWidth, finiteWidth, method } = predicted;
  const isFitted = amplitude === "evidence";
  const noChains = { rHat: null, effectiveSamples: null };
  return {
    found: [
      { name: "infinite width", q: 1, ...infiniteWidth, ...noChains },
      ...(finiteWidth === null
        ? []
        : [{ name: `width ${network.widths.join(", ")}`, ...finiteWidth, ...noChains }]),
    ],
    method,
    parameters: { amplitude: exact(predicted.amplitude, isFitted ? "largest evidence" : "given") },
    assumptions: [
      assumedByMethod[method],
      finiteWidth === null ? assumedWidth.infinite : assumedWidth.finite,
    ],
    prefactor: `prior variance of outputs times ${formatNumber(predicted.amplitude, 3)}${isFitted ? " (largest evidence)" : ""}`,
    remedy: isFitted
      ? "although the prior variance of outputs is that of largest evidence: probabilities of this likelihood are not calibrated here"
      : "--amplitude evidence fits the prior variance of outputs to the labels",
  };
}

/** Squared loss on targets of the classes: infinite width, finite width, and sampled networks. */
export async function classifyByRegression(
  { task, network, outputs, amplitude, sampling, stream }: ClassifySetting,
  { args, threads, signal, onProgress }: CommandContext,
  algebra: Kernels,
): Promise<ClassifyAnswer> {
  if (amplitude !== 1) {
    throw new SpecError("--amplitude: covers the likelihoods of classes, received --method regression", {
      hint: "give the prior variance of weights in the specification: sw2=2",
    });
  }
  const temperature = readNumber(args, "temperature", { min: 0, open: true }) ?? 0.1;
  const chains = sampling === undefined ? undefined : labelSampling(sampling, threads);
  const predicted = await predictLabelRegression(
    task.examples,
    network,
    {
      ...{ stream, temperature, outputs, signal, onProgress },
      ...(chains === undefined ? {} : { sampling: chains }),
    },
    algebra,
  );
  const { infiniteWidth, finiteWidth, sampled } = predicted;
  const rest = { logEvidence: null, converged: true };
  const width = network.widths.join(", ");
  return {
    found: [
      { name: "infinite width", q: 1, ...rest, ...infiniteWidth },
      ...(finiteWidth === null
        ? []
        : [{ name: `width ${width}`, ...rest, ...finiteWidth, q: finiteWidth.scale }]),
      ...(sampled === null ? [] : [{ name: `sampled, width ${width}`, ...rest, q: null, ...sampled }]),
    ],
    method: "regression",
    parameters: { temperature },
    assumptions: [
      "Squared loss on targets: 1 for the own class and -1 / (C - 1) for the others; probabilities are shares of predicted targets, noise included, whose largest output is the class's.",
      finiteWidth === null
        ? "Finite width is left out: hidden layers are no wider than the outputs are many. No biases."
        : "Finite width enters through a matrix of scales between outputs, averaged over its posterior: exact for linear units. No biases.",
    ],
    prefactor: `temperature ${formatNumber(temperature, 3)}`,
    remedy: "another --temperature changes how sure it is",
  };
}

function labelSampling(sampling: DeepCurveSampling, threads: number | undefined): LabelSampling {
  const { sampler, chains, samples, burnIn, thinning } = sampling;
  if (sampler === "collapsed") {
    throw new SpecError("--sampler collapsed: covers the regression of generalize, expected hmc or langevin");
  }
  return {
    ...{ chains, samples, burnIn },
    ...(sampler === undefined ? {} : { dynamics: sampler }),
    ...(thinning === undefined ? {} : { thinning }),
    ...(threads === undefined ? {} : { threads }),
  };
}
