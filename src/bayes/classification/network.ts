/**
 * Classification with the Gaussian process that a wide network is, and with what finite width makes of it: kernels from the network's
 * layers, a classifier on top, and for one output the average over the random scale of the kernel.
 */
import { InterruptedError, ShapeError, SpecError, type WorkOptions } from "../../base/index.ts";
import type { LinearAlgebra } from "../../kernels/index.ts";
import type { Activation } from "../../networks/index.ts";
import { type Matrix, type RandomStream, zeros } from "../../numerics/index.ts";
import { solveScalePrior } from "../deep-linear/index.ts";
import { type DenseKernelSpec, solveDenseNngp, solveKernelDiagonal } from "../kernels/index.ts";
import { solveExpectationPropagation } from "./expectation-propagation.ts";
import { solveLaplaceClassifier } from "./laplace.ts";
import { averageOverScale } from "./scale-average.ts";
import { solveSoftmaxClassifier } from "./softmax.ts";
import type { ClassificationTask } from "./task.ts";

/** Examples with classes 0 .. C - 1. */
export interface LabelledExamples {
  /** [P, N0]. */
  readonly inputs: Matrix;
  readonly labels: ArrayLike<number>;
  /** [M, N0]. */
  readonly testInputs: Matrix;
  /** C, at least 2. */
  readonly classes: number;
}

/** A network without biases. */
export interface ClassifierNetwork {
  readonly activation: Activation;
  /** Units of every hidden layer. */
  readonly widths: readonly number[];
  /** Default 1. */
  readonly weightPrecision?: number;
  /** Default 1. */
  readonly readoutPrecision?: number;
}

/** Two classes: "expectation-propagation" (probit likelihood) or "laplace" (logistic); any number: "softmax". */
export type ClassifierMethod = "expectation-propagation" | "laplace" | "softmax";

/** All methods. */
export const classifierMethods: readonly ClassifierMethod[] = [
  "expectation-propagation",
  "laplace",
  "softmax",
];

/** Options of a classification. */
export interface NetworkClassifierOptions extends WorkOptions {
  /** Draws behind the probabilities of "softmax". */
  readonly stream: RandomStream;
  /** Default: "expectation-propagation" for two classes, "softmax" for more. */
  readonly method?: ClassifierMethod;
  /** Factor of the kernel, so of the prior variance of outputs; "evidence": the one of largest evidence. Default 1. */
  readonly amplitude?: number | "evidence";
  /** As for the classifiers. Default 1e-6. */
  readonly tolerance?: number;
}

/** Probabilities of one prior. */
export interface NetworkClassification {
  /** P(class), [M, C]. */
  readonly probability: Matrix;
  /** Approximate log p(labels). */
  readonly logEvidence: number;
  readonly converged: boolean;
}

/** What a network predicts. */
export interface NetworkClassifierResult {
  readonly method: ClassifierMethod;
  readonly amplitude: number;
  readonly infiniteWidth: NetworkClassification;
  /** Averaged over the scale q of the kernel, whose posterior mean is `q`; null for "softmax", whose outputs share hidden units. */
  readonly finiteWidth: (NetworkClassification & { readonly q: number }) | null;
}

/** First factor between amplitudes that are tried, and the one at which the search ends. */
const COARSE = Math.log(4);
const FINE = 0.1;
/** Log evidence that a better amplitude has to gain: with separable classes it rises towards a limit for ever. */
const LEAST_GAIN = 0.05;
/** Where the search gives up, as a logarithm. */
const FARTHEST = 30;

/**
 * Predicts class probabilities at infinite width and, for two classes, at the network's own width.
 *
 * @returns cost of one amplitude: that of the classifier; about 15 of them at finite width, and as many for `amplitude: "evidence"`.
 * @throws SpecError for a method that does not cover the classes or options out of range, ShapeError for sizes that do not fit,
 * ConvergenceError for NaN, InterruptedError when the signal fires.
 * @source Rasmussen and Williams 2006, chapter 3, with the kernels of Lee et al. 2018; the average over q as in Zavatone-Veth and
 * Pehlevan 2021, exact for linear units up to the approximation of the classifier.
 * @example
 * ```ts
 * import { predictClassification } from "isinglass/bayes";
 * import { loadKernels } from "isinglass/kernels";
 * import { resolveActivation } from "isinglass/networks";
 * import { createStream } from "isinglass/numerics";
 *
 * const x = { rows: 2, cols: 1, data: Float64Array.of(1, -1) };
 * const examples = { inputs: x, labels: [1, 0], testInputs: x, classes: 2 };
 * const network = { activation: resolveActivation("erf"), widths: [10] };
 * const { infiniteWidth } = await predictClassification(examples, network, { stream: createStream(1) }, await loadKernels());
 * infiniteWidth.probability.data[1] > 0.5; // => true
 * ```
 */
export async function predictClassification(
  examples: LabelledExamples,
  network: ClassifierNetwork,
  options: NetworkClassifierOptions,
  algebra: LinearAlgebra,
): Promise<NetworkClassifierResult> {
  const { stream, tolerance = 1e-6, signal, onProgress } = options;
  const method = checkMethod(examples, options);
  const prior = method === "softmax" ? null : solveScalePrior(network.widths);
  const task = kernelsOf(examples, network, algebra);
  let solved = 0;
  const classify = async (factor: number): Promise<NetworkClassification> => {
    onProgress?.({
      stage: "classifying",
      done: solved++,
      total: null,
      note: `kernel x ${factor.toPrecision(3)}`,
    });
    // lets Ctrl-C and messages in
    await new Promise((resolve) => setTimeout(resolve, 0));
    if (signal?.aborted === true) throw new InterruptedError("classification: interrupted");
    const scaled = scaleTask(task, factor);
    if (method === "softmax") {
      const { classes } = examples;
      return solveSoftmaxClassifier(scaled, algebra, { classes, stream: stream.fork("softmax"), tolerance });
    }
    const solve = method === "laplace" ? solveLaplaceClassifier : solveExpectationPropagation;
    const { probability, logEvidence, converged } = solve(scaled, algebra, { tolerance });
    return { probability: bothClasses(probability), logEvidence, converged };
  };
  const { amplitude, answer: infiniteWidth } = await chooseAmplitude(options.amplitude ?? 1, classify);
  if (prior === null) return { method, amplitude, infiniteWidth, finiteWidth: null };
  const { nodes, mean, logEvidence } = await averageOverScale(prior, (q) => classify(amplitude * q));
  const probability = zeros(infiniteWidth.probability.rows, 2);
  for (const { weight, answer } of nodes)
    answer.probability.data.forEach((p, at) => {
      probability.data[at] = (probability.data[at] as number) + weight * p;
    });
  const converged = nodes.every(({ answer }) => answer.converged);
  return { method, amplitude, infiniteWidth, finiteWidth: { probability, logEvidence, converged, q: mean } };
}

function checkMethod(
  { inputs, labels, testInputs, classes }: LabelledExamples,
  { method, amplitude = 1 }: NetworkClassifierOptions,
): ClassifierMethod {
  if (inputs.cols !== testInputs.cols || inputs.rows !== labels.length) {
    throw new ShapeError(
      `classification: received X [${inputs.rows}, ${inputs.cols}], ${labels.length} labels and X* [${testInputs.rows}, ${testInputs.cols}]; expected [P, N0], P and [M, N0]`,
    );
  }
  if (amplitude !== "evidence" && !(amplitude > 0 && Number.isFinite(amplitude))) {
    throw new SpecError(
      `classification: received amplitude ${amplitude}, expected a number above 0 or "evidence"`,
    );
  }
  const chosen = method ?? (classes === 2 ? "expectation-propagation" : "softmax");
  if (!classifierMethods.includes(chosen)) {
    throw new SpecError(
      `classification: received method "${chosen}", expected ${classifierMethods.join(", ")}`,
    );
  }
  if (classes !== 2 && chosen !== "softmax") {
    throw new SpecError(`classification: ${chosen} covers two classes, received ${classes}`, {
      hint: 'take the method "softmax", or two classes',
    });
  }
  return chosen;
}

function kernelsOf(
  { inputs, labels, testInputs }: LabelledExamples,
  { activation, widths, weightPrecision = 1, readoutPrecision = 1 }: ClassifierNetwork,
  algebra: LinearAlgebra,
): ClassificationTask {
  if (!(weightPrecision > 0 && readoutPrecision > 0)) {
    throw new SpecError(
      `classification: received precisions ${weightPrecision} and ${readoutPrecision}, expected them above 0`,
    );
  }
  const hidden = { weightVariance: 1 / weightPrecision, biasVariance: 0 };
  const spec: DenseKernelSpec = {
    activations: widths.map(() => activation),
    layers: [...widths.map(() => hidden), { weightVariance: 1 / readoutPrecision, biasVariance: 0 }],
  };
  return {
    train: solveDenseNngp(spec, inputs, null, algebra),
    cross: solveDenseNngp(spec, testInputs, inputs, algebra),
    diagonal: solveKernelDiagonal(spec, testInputs),
    labels,
  };
}

function scaleTask(
  { train, cross, diagonal, labels }: ClassificationTask,
  factor: number,
): ClassificationTask {
  const scaled = (matrix: Matrix): Matrix => ({ ...matrix, data: matrix.data.map((k) => factor * k) });
  return { train: scaled(train), cross: scaled(cross), diagonal: diagonal.map((k) => factor * k), labels };
}

/** P(0) and P(1) from P(1). */
function bothClasses(probability: Float64Array): Matrix {
  const both = zeros(probability.length, 2);
  probability.forEach((p, m) => {
    both.data[2 * m] = 1 - p;
    both.data[2 * m + 1] = p;
  });
  return both;
}

/** The amplitude asked for, or the one of largest evidence by a search in its logarithm with steps that halve. */
async function chooseAmplitude(
  wanted: number | "evidence",
  classify: (amplitude: number) => Promise<NetworkClassification>,
): Promise<{ readonly amplitude: number; readonly answer: NetworkClassification }> {
  if (wanted !== "evidence") return { amplitude: wanted, answer: await classify(wanted) };
  let best = { log: 0, answer: await classify(1) };
  for (let step = COARSE; step > FINE; step /= 2) {
    for (const direction of [1, -1]) {
      for (;;) {
        const log = best.log + direction * step;
        const answer = await classify(Math.exp(log));
        if (!(answer.logEvidence > best.answer.logEvidence + LEAST_GAIN) || Math.abs(log) > FARTHEST) break;
        best = { log, answer };
      }
    }
  }
  return { amplitude: Math.exp(best.log), answer: best.answer };
}
