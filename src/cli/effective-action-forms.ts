/** Which theory a task file asks for: one or several hidden layers, one or several outputs, a convolutional layer; and its answer. */
import { type Estimate, exact, SpecError } from "../base/index.ts";
import {
  describeDuplicates,
  type MixtureResult,
  type OutputPrediction,
  type Prediction,
  sampleConvolutionMixture,
  sampleMultiOutputMixture,
  solveConvolutionActionInTurns,
  solveDeepEffectiveActionInTurns,
  solveDeepMixture,
  solveEffectiveActionInTurns,
  solveMultiOutputActionInTurns,
  type TaskFile,
  type Validity,
} from "../bayes/index.ts";
import type { Kernels } from "../kernels/index.ts";
import { type Activation, resolveActivation } from "../networks/activations/index.ts";
import { createStream, type Matrix } from "../numerics/index.ts";
import type { CommandContext } from "./command.ts";

/** What every theory answers. */
export interface EffectiveActionAnswer {
  /** Scale of the kernel; null where it is a matrix. */
  readonly q: Estimate | null;
  readonly bigQ: Estimate | null;
  readonly action: Estimate | null;
  readonly layerScales: readonly Estimate[] | null;
  /** Matrix of order parameters, of outputs or of patches. */
  readonly scale: Matrix | null;
  readonly prediction: OutputPrediction;
  readonly infiniteWidth: Pick<OutputPrediction, "bias" | "spread" | "error" | "trainError"> | null;
  readonly load: number;
  readonly ratio: number | null;
  readonly validity: Validity;
  readonly warnings: readonly string[];
  readonly assumptions: readonly string[];
  /** How the numbers were found. */
  readonly method: string;
}

const nothing = { q: null, bigQ: null, action: null, layerScales: null, scale: null, ratio: null } as const;
const assumptions = [
  "no biases, Gaussian priors, squared loss, equilibrium of the posterior",
  "the hidden layers act through Gaussian features (exact for linear units, else for P and N large)",
];

/**
 * Solves a task file.
 *
 * @throws SpecError for a method or form that does not cover what the file holds; else as the solvers.
 */
export async function answerTaskFile(
  file: TaskFile,
  algebra: Kernels,
  context: Pick<CommandContext, "seed" | "onProgress" | "signal">,
): Promise<EffectiveActionAnswer> {
  const answer = await answerBy(file, algebra, context);
  const warnings = [...answer.warnings];
  const { odd, name } = resolveActivation(file.activation);
  const offersTwo = file.widths.length === 1 && file.outputs.targets.cols === 1 && file.patches === null;
  if (!odd && !offersTwo) {
    warnings.push(
      `${name} has a mean that is not zero, and order parameters rescale it with the rest of the kernel; the method "two-parameter" does not, for one hidden dense layer with one output`,
    );
  }
  const equal = describeDuplicates(file.task.inputs);
  if (equal !== null) {
    warnings.push(
      `${equal}: their targets differ by noise alone, and at temperature 0 the kernel is singular`,
    );
  }
  return { ...answer, warnings };
}

async function answerBy(
  file: TaskFile,
  algebra: Kernels,
  context: Pick<CommandContext, "seed" | "onProgress" | "signal">,
): Promise<EffectiveActionAnswer> {
  const activation = resolveActivation(file.activation);
  const outputs = file.outputs.targets.cols;
  if (file.patches !== null) return convolution(file, activation, algebra, context);
  if (outputs > 1) return severalOutputs(file, activation, algebra, context);
  if (file.widths.length > 1 || file.form !== "vanilla") return deep(file, activation, algebra, context);
  const { task, ...options } = file;
  const solved = await solveEffectiveActionInTurns(task, { ...options, activation }, algebra, context);
  return { ...nothing, ...solved, prediction: asOutputs(solved.prediction), method: solved.q.method };
}

async function deep(
  file: TaskFile,
  activation: Activation,
  algebra: Kernels,
  context: Pick<CommandContext, "onProgress" | "signal">,
): Promise<EffectiveActionAnswer> {
  const { task, method, form } = file;
  refuse(file, { "two-parameter": "two order parameters cover one hidden layer of the vanilla form" });
  const options = { ...file, activation };
  if (method === "mixture") {
    if (form !== "vanilla") {
      throw new SpecError(`effective action: the mixture covers the vanilla form, received "${form}"`, {
        hint: 'use the method "saddle", or the form "vanilla"',
      });
    }
    const solved = solveDeepMixture(task, options, algebra);
    const prediction = asOutputs(solved.prediction);
    return { ...nothing, ...solved, prediction, warnings: [], assumptions, method: solved.q.method };
  }
  const solved = await solveDeepEffectiveActionInTurns(task, options, algebra, context);
  const q = solved.layerScales.reduce((product, { value }) => product * value, 1);
  return {
    ...nothing,
    ...solved,
    q: exact(q, `product over the layers, ${form} form`),
    prediction: asOutputs(solved.prediction),
    warnings: [],
    method: `${form} form, lowest minimum`,
  };
}

async function severalOutputs(
  file: TaskFile,
  activation: Activation,
  algebra: Kernels,
  context: Pick<CommandContext, "seed" | "onProgress" | "signal">,
): Promise<EffectiveActionAnswer> {
  const { task, outputs, widths, method, form } = file;
  const { temperature, weightPrecision, readoutPrecision } = file;
  const prior = { temperature, weightPrecision, readoutPrecision };
  const count = outputs.targets.cols;
  refuse(file, { "two-parameter": `two order parameters cover one output, received ${count}` });
  if (form !== "vanilla") {
    throw new SpecError(`effective action: the form "${form}" covers one output, received ${count}`, {
      hint: 'use the form "vanilla", or predict one output at a time',
    });
  }
  const whole = { inputs: task.inputs, testInputs: task.testInputs, ...outputs };
  if (method === "mixture") {
    const mixture = await sampleMultiOutputMixture(
      whole,
      { ...prior, activation, widths },
      algebra,
      sampling(context),
    );
    return fromMixture(mixture, count, task.inputs.rows / Math.min(...widths), activation);
  }
  const { ratio, ...solved } = await solveMultiOutputActionInTurns(
    whole,
    { ...prior, activation, widths },
    algebra,
    context,
  );
  return { ...nothing, ...solved, assumptions, method: "minimum over a matrix of outputs" };
}

async function convolution(
  file: TaskFile,
  activation: Activation,
  algebra: Kernels,
  context: Pick<CommandContext, "seed" | "onProgress" | "signal">,
): Promise<EffectiveActionAnswer> {
  const { task, outputs, widths, method, form, patches } = file;
  refuse(file, { "two-parameter": "two order parameters cover dense layers" });
  if (outputs.targets.cols > 1 || widths.length > 1 || form !== "vanilla" || patches === null) {
    throw new SpecError(
      `effective action: a convolutional layer covers one output, one hidden layer and the form "vanilla"; received outputs: ${outputs.targets.cols}, layers: ${widths.length}, form: "${form}"`,
      { hint: "leave out patches, or predict one output at a time" },
    );
  }
  const options = { ...file, ...patches, activation, channels: file.width };
  if (method === "mixture") {
    const mixture = await sampleConvolutionMixture(task, options, algebra, sampling(context));
    return fromMixture(mixture, Math.sqrt(mixture.scale.length), task.inputs.rows / file.width, activation);
  }
  const solved = await solveConvolutionActionInTurns(task, options, algebra, context);
  return { ...nothing, ...solved, assumptions, method: "minimum over a matrix of patches" };
}

function fromMixture(
  mixture: MixtureResult,
  size: number,
  load: number,
  activation: Activation,
): EffectiveActionAnswer {
  const isLinear = activation.name === "linear";
  return {
    ...nothing,
    scale: { rows: size, cols: size, data: Float64Array.from(mixture.scale, ({ value }) => value) },
    prediction: mixture.prediction,
    infiniteWidth: null,
    load,
    validity: {
      region: isLinear
        ? "exact for linear units at every width"
        : "Gaussian features; compared with sampling for one output and few patches",
      isInside: isLinear || load <= 1.5,
    },
    warnings: mixture.rHat > 1.05 ? [`chains disagree: R-hat ${mixture.rHat.toPrecision(4)}`] : [],
    assumptions,
    method: `${mixture.error.method}; error ${mixture.error.value.toPrecision(4)} +- ${(mixture.error.stderr ?? 0).toPrecision(2)}`,
  };
}

const sampling = ({ seed, onProgress, signal }: Pick<CommandContext, "seed" | "onProgress" | "signal">) => ({
  stream: createStream(seed).fork("matrix"),
  onProgress,
  signal,
});

/** Throws for a method that does not cover the file. */
function refuse({ method }: TaskFile, reasons: Readonly<Partial<Record<TaskFile["method"], string>>>): void {
  const reason = reasons[method];
  if (reason !== undefined)
    throw new SpecError(`effective action: ${reason}`, { hint: 'use the method "saddle"' });
}

function asOutputs({ mean, variance, ...errors }: Prediction): OutputPrediction {
  const column = (data: Float64Array): Matrix => ({ rows: data.length, cols: 1, data });
  return { mean: column(mean), variance: column(variance), ...errors };
}
