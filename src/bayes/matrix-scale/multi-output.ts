/**
 * Several outputs at finite width ("kernel shape renormalisation", Pacelli et al. 2023, supplement; Li and Sompolinsky 2021 for
 * linear units): the kernel of D outputs is Q x K with a D x D order parameter,
 * S(Q) = tr Q - log det Q + (1/N) [ log det(T + Q x K) + y^T (T + Q x K)^{-1} y ].
 * At T = 0 Q has the eigenvectors of R = Y^T K^{-1} Y / P, and each eigenvalue solves the equation of one output. Hidden layers of
 * equal width share one V, Q = V^L, with L (tr V - log det V) in the action.
 */
import { ConvergenceError, type Estimate, exact } from "../../base/index.ts";
import type { LinearAlgebra } from "../../kernels/index.ts";
import { type Matrix, multiplyMatrices, transposeMatrix, zeros } from "../../numerics/index.ts";
import { solveDeepLinearScale } from "../deep-linear/index.ts";
import { requireInvertible } from "../finite-width/eigenbasis.ts";
import { type EigenTask, type Validity, validityOf } from "../finite-width/index.ts";
import { type MixtureOptions, type MixtureResult, sampleMatrixScales } from "./mixture.ts";
import { type MultiOutputOptions, type MultiOutputTask, prepareOutputs } from "./outputs.ts";
import type { MatrixProblem, OutputPrediction } from "./problem.ts";
import { solveMatrixSaddle } from "./saddle.ts";

/** What the theory predicts for D outputs. */
export interface MultiOutputResult {
  /** Q, [D, D]. */
  readonly scale: Matrix;
  /** R = Y^T K^{-1} Y / P, [D, D]; null for a singular kernel. */
  readonly ratio: Matrix | null;
  readonly action: Estimate | null;
  readonly prediction: OutputPrediction;
  readonly infiniteWidth: OutputPrediction;
  readonly load: number;
  readonly validity: Validity;
  readonly warnings: readonly string[];
}

/**
 * Solves for the matrix Q and predicts mean, variance and errors of all outputs.
 *
 * @returns cost 9 P^3 and P D^2 for every step of the minimisation; at T = 0 in closed form.
 * @throws SpecError for as many outputs as hidden units or more, ShapeError for sizes that do not fit, ConvergenceError for NaN, a
 * singular kernel at T = 0 (with its rank), or targets of fewer dimensions than outputs at T = 0 and P >= N.
 * @source Pacelli et al. 2023, supplement; Li and Sompolinsky 2021.
 * @example
 * ```ts
 * import { solveMultiOutputAction } from "isinglass/bayes";
 * import { loadKernels } from "isinglass/kernels";
 * import { resolveActivation } from "isinglass/networks";
 *
 * const x = { rows: 2, cols: 2, data: Float64Array.of(Math.SQRT2, 0, 0, Math.SQRT2) };
 * const task = { inputs: x, targets: x, testInputs: x, testTargets: x };
 * const options = { activation: resolveActivation("linear"), width: 4, temperature: 0 };
 * solveMultiOutputAction(task, options, await loadKernels()).scale.data; // => [1, 0, 0, 1]
 * ```
 */
export function solveMultiOutputAction(
  task: MultiOutputTask,
  options: MultiOutputOptions,
  algebra: LinearAlgebra,
): MultiOutputResult {
  const { width, depth = 1, temperature, activation } = options;
  const prepared = prepareOutputs(task, options, algebra);
  const { eigen, components } = prepared;
  const outputs = task.targets.cols;
  const examples = task.targets.rows;
  const load = examples / width;
  const isFullRank = eigen.rank === examples;
  const ratio = isFullRank ? ratioOf(eigen, components) : null;
  requireInvertible(eigen, temperature, task.inputs);
  const solved =
    temperature === 0
      ? { scale: coldScale(ratio as Matrix, { depth, load }, algebra), action: null }
      : warmScale(prepared.problem, { depth, width }, algebra);
  const trace = ratio === null ? null : traceOf(ratio) / outputs;
  return {
    ...solved,
    ratio,
    prediction: prepared.problem.predict(solved.scale),
    infiniteWidth: prepared.problem.predict(identity(outputs)),
    load,
    validity: validityOf({ activation, depth, width, load, ratio: trace, isMixture: false }),
    warnings:
      4 * outputs > width
        ? [
            `${outputs} outputs on ${width} hidden units: the saddle point needs many units for each output, sampleMultiOutputMixture does not`,
          ]
        : [],
  };
}

/**
 * Averages over the posterior of Q instead of taking its most likely value: exact for linear units of any depth, width, number of
 * outputs and temperature above 0.
 *
 * @param options - `widths` of the hidden layers may differ.
 * @returns E Q, errors with Monte Carlo standard errors, and averaged predictions.
 * @throws as `solveMultiOutputAction`; SpecError at T = 0 for a singular kernel.
 * @source Zavatone-Veth and Pehlevan 2021.
 */
export async function sampleMultiOutputMixture(
  task: MultiOutputTask,
  options: Omit<MultiOutputOptions, "width" | "depth"> & { readonly widths: readonly number[] },
  algebra: LinearAlgebra,
  sampling: MixtureOptions,
): Promise<MixtureResult> {
  const { widths } = options;
  const prepared = prepareOutputs(
    task,
    { ...options, width: Math.min(...widths), depth: widths.length },
    algebra,
  );
  requireInvertible(prepared.eigen, options.temperature, task.inputs);
  return await sampleMatrixScales(prepared.problem, widths, sampling);
}

/** The minimum over V with Q = V^L. */
function warmScale(
  problem: MatrixProblem,
  { depth, width }: { readonly depth: number; readonly width: number },
  algebra: LinearAlgebra,
): { scale: Matrix; action: Estimate } {
  const { size } = problem;
  const powers = (v: Matrix): { values: Float64Array; vectors: Matrix; scale: Matrix } => {
    const { values, vectors } = algebra.eigenSymmetric(v);
    if (vectors === null) throw new Error("internal: no eigenvectors");
    return {
      values,
      vectors,
      scale: withEigenvalues(
        vectors,
        values.map((value) => value ** depth),
      ),
    };
  };
  const inner = new Float64Array(size * size);
  const energy = (v: Matrix, gradient: Float64Array): number => {
    const { values, vectors, scale } = powers(v);
    const value = problem.energy(scale, inner);
    const turned = multiplyMatrices(
      multiplyMatrices(transposeMatrix(vectors), { rows: size, cols: size, data: inner }),
      vectors,
    );
    for (let a = 0; a < size; a++) {
      for (let b = 0; b < size; b++) {
        // divided difference of v^L
        let quotient = 0;
        for (let j = 0; j < depth; j++)
          quotient += (values[a] as number) ** j * (values[b] as number) ** (depth - 1 - j);
        turned.data[a * size + b] = (turned.data[a * size + b] as number) * quotient;
      }
    }
    gradient.set(multiplyMatrices(multiplyMatrices(vectors, turned), transposeMatrix(vectors)).data);
    return value;
  };
  // L (tr V - log det V) + E / N = L [ tr V - log det V + E / (L N) ]
  const { q, action } = solveMatrixSaddle({ size, energy }, depth * width);
  return { scale: powers(q).scale, action: exact(depth * action, "minimum of S over V, Q = V^L") };
}

/** T = 0: the eigenvectors of R, and for every eigenvalue the equation of one output. */
function coldScale(
  ratio: Matrix,
  { depth, load }: { readonly depth: number; readonly load: number },
  algebra: LinearAlgebra,
): Matrix {
  const { values, vectors } = algebra.eigenSymmetric(ratio);
  if (vectors === null) throw new Error("internal: no eigenvectors");
  const largest = values.at(-1) as number;
  const scales = values.map((value) => {
    if (load >= 1 && value <= values.length * Number.EPSILON * largest) {
      throw new ConvergenceError(
        `multi-output action: ${values.length} outputs whose targets span fewer dimensions, P >= N and T = 0: the kernel of one combination vanishes`,
        { hint: "leave out outputs that are combinations of others, or choose a temperature above 0" },
      );
    }
    return Math.exp(
      solveDeepLinearScale({ depth, weightVariance: 1, load, ratio: Math.max(0, value) }).logTotal,
    );
  });
  return withEigenvalues(vectors, scales);
}

function ratioOf({ eigenvalues }: EigenTask, { rows, cols, data }: Matrix): Matrix {
  const out = zeros(cols, cols);
  for (let i = 0; i < rows; i++) {
    for (let a = 0; a < cols; a++) {
      for (let b = 0; b < cols; b++) {
        const term = (data[i * cols + a] as number) * (data[i * cols + b] as number);
        out.data[a * cols + b] =
          (out.data[a * cols + b] as number) + term / (rows * (eigenvalues[i] as number));
      }
    }
  }
  return out;
}

function withEigenvalues(vectors: Matrix, values: Float64Array): Matrix {
  const size = values.length;
  const scaled = { ...vectors, data: vectors.data.map((value, at) => value * (values[at % size] as number)) };
  return multiplyMatrices(scaled, transposeMatrix(vectors));
}

function identity(size: number): Matrix {
  return withEigenvalues(
    {
      rows: size,
      cols: size,
      data: Float64Array.from({ length: size * size }, (_, at) => (at % (size + 1) === 0 ? 1 : 0)),
    },
    new Float64Array(size).fill(1),
  );
}

function traceOf({ rows, data }: Matrix): number {
  let sum = 0;
  for (let i = 0; i < rows; i++) sum += data[i * (rows + 1)] as number;
  return sum;
}
