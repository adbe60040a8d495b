/**
 * Predictions of a request, prepared for any width and temperature: at infinite and finite width without biases, at infinite width
 * with them, where no theory of finite width is known here.
 */
import {
  errorsOf,
  firstExamples,
  prepareLearningCurve,
  type RegressionTask,
  solveDenseKernels,
  solveGaussianProcess,
  solveKernelDiagonal,
  uniformKernelSpec,
} from "../../../../src/bayes/index.ts";
import type { LinearAlgebra } from "../../../../src/kernels/index.ts";
import { resolveActivation } from "../../../../src/networks/index.ts";
import { networkOf } from "./network.ts";
import type { CurveRequest, ShownPoint } from "./types.ts";

/** What decides a prediction once kernels are there. */
export type Setting = Pick<CurveRequest, "width" | "temperature" | "form">;

/** Theory of a task. */
export interface PreparedTheory {
  point(examples: number, setting: Setting): ShownPoint;
  /** Eigenvalues of the training kernel at infinite width, descending. */
  eigenvalues(examples: number): Float64Array;
}

/** Works out kernels; `sizes` are all numbers of examples that will be asked for. */
export function prepareTheory(
  request: CurveRequest,
  task: RegressionTask,
  sizes: readonly number[],
  algebra: LinearAlgebra,
): PreparedTheory {
  if (request.biasVariance !== undefined) return prepareBiased(request, task, algebra);
  const curve = prepareLearningCurve(task, networkOf(request), sizes, algebra);
  return { point: curve.predict, eigenvalues: curve.eigenvalues };
}

function prepareBiased(
  { activation, depth, weightVariance, biasVariance = 0 }: CurveRequest,
  task: RegressionTask,
  algebra: LinearAlgebra,
): PreparedTheory {
  const spec = uniformKernelSpec(resolveActivation(activation), depth, { weightVariance, biasVariance });
  const diagonal = solveKernelDiagonal(spec, task.testInputs);
  const kernelsOf = remember((examples: number) => {
    const { inputs, targets } = firstExamples(task, examples);
    return {
      train: solveDenseKernels(spec, inputs, null, algebra).nngp,
      cross: solveDenseKernels(spec, task.testInputs, inputs, algebra).nngp,
      ...{ diagonal, targets: { rows: examples, cols: 1, data: targets } },
    };
  });
  return {
    point: (examples, { temperature, form }) => {
      const { mean, variance } = solveGaussianProcess(kernelsOf(examples), temperature, algebra);
      return {
        ...{ examples, form, finiteWidth: null, q: null, validity: null, ratio: null, sampled: null },
        infiniteWidth: errorsOf({ mean: mean.data, variance }, task.testTargets),
      };
    },
    eigenvalues: (examples) =>
      algebra.eigenSymmetric(kernelsOf(examples).train, { vectors: false }).values.slice().reverse(),
  };
}

/** Remembers what was worked out for a number. */
function remember<T>(work: (n: number) => T): (n: number) => T {
  const known = new Map<number, T>();
  return (n) => {
    const value = known.get(n) ?? work(n);
    known.set(n, value);
    return value;
  };
}
