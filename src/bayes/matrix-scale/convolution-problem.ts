/** One convolutional layer as a problem for a matrix of order parameters: A(Q) = T + sum_ij Q_ij K_ij / (lambda n). */
import { ConvergenceError } from "../../base/index.ts";
import type { LinearAlgebra } from "../../kernels/index.ts";
import { identityMatrix, type Matrix, transposeMatrix } from "../../numerics/index.ts";
import type { RegressionTask } from "../finite-width/index.ts";
import type { PatchKernels } from "./patches.ts";
import type { MatrixProblem } from "./problem.ts";

/** Energy and predictions from kernels of pairs of patches; `factor` is 1 / (lambda n). */
export function convolutionProblem(
  kernels: PatchKernels,
  setting: { readonly task: RegressionTask; readonly temperature: number; readonly factor: number },
  algebra: LinearAlgebra,
): MatrixProblem {
  const { task, temperature, factor } = setting;
  const size = kernels.patches;
  const examples = task.inputs.rows;
  const targets = { rows: examples, cols: 1, data: task.targets };
  const factorize = (q: Matrix): Matrix => {
    const shifted = mix(kernels.train, q, factor);
    for (let p = 0; p < examples; p++)
      shifted[p * (examples + 1)] = (shifted[p * (examples + 1)] as number) + temperature;
    return algebra.cholesky({ rows: examples, cols: examples, data: shifted });
  };
  return {
    size,
    energy: (q, gradient) => {
      let root: Matrix;
      try {
        root = factorize(q);
      } catch (cause) {
        if (cause instanceof ConvergenceError) return Number.POSITIVE_INFINITY;
        throw cause;
      }
      const inverse = inverseOf(root, algebra);
      const b = algebra.multiply(inverse, targets).data;
      let energy = 0;
      for (let p = 0; p < examples; p++) {
        energy += 2 * Math.log(root.data[p * (examples + 1)] as number);
        energy += (task.targets[p] as number) * (b[p] as number);
      }
      const sensitivity = inverse.data;
      for (let at = 0; at < sensitivity.length; at++) {
        const outer = (b[Math.floor(at / examples)] as number) * (b[at % examples] as number);
        sensitivity[at] = factor * ((sensitivity[at] as number) - outer);
      }
      forPairs(size, (i, j, pair) => {
        const block = kernels.train[pair] as Float64Array;
        let along = 0;
        for (let at = 0; at < block.length; at++)
          along += (block[at] as number) * (sensitivity[at] as number);
        gradient[i * size + j] = i === j ? along : along / 2;
        gradient[j * size + i] = gradient[i * size + j] as number;
      });
      return energy;
    },
    predict: (q) => {
      const root = factorize(q);
      const tests = task.testInputs.rows;
      const cross = { rows: tests, cols: examples, data: mix(kernels.cross, q, factor) };
      const prior = mix(kernels.diagonal, q, factor);
      const inverse = inverseOf(root, algebra);
      const b = algebra.multiply(inverse, targets);
      const mean = algebra.multiply(cross, b);
      const half = algebra.solveTriangular(root, "lower", transposeMatrix(cross)).data;
      const variance = prior.map((own, m) => {
        let explained = 0;
        for (let p = 0; p < examples; p++) explained += (half[p * tests + m] as number) ** 2;
        return Math.max(0, own - explained);
      });
      let [bias, spread] = [0, 0];
      variance.forEach((value, m) => {
        bias += ((mean.data[m] as number) - (task.testTargets[m] as number)) ** 2 / tests;
        spread += value / tests;
      });
      let trainError = 0;
      for (let p = 0; p < examples; p++) {
        const rest = temperature * (b.data[p] as number);
        const freedom = temperature * (1 - temperature * (inverse.data[p * (examples + 1)] as number));
        trainError += (rest * rest + freedom) / examples;
      }
      const column = { rows: tests, cols: 1, data: variance };
      return { mean, variance: column, bias, spread, error: bias + spread, trainError };
    },
  };
}

/** factor times the sum over pairs of Q_ij and the kernels of the pair. */
export function mix(blocks: readonly Float64Array[], q: Matrix, factor: number): Float64Array {
  const out = new Float64Array((blocks[0] as Float64Array).length);
  forPairs(q.rows, (i, j, pair) => {
    const weight = factor * (q.data[i * q.rows + j] as number);
    const block = blocks[pair] as Float64Array;
    for (let at = 0; at < out.length; at++) out[at] = (out[at] as number) + weight * (block[at] as number);
  });
  return out;
}

function forPairs(size: number, visit: (i: number, j: number, pair: number) => void): void {
  let pair = 0;
  for (let i = 0; i < size; i++) for (let j = i; j < size; j++) visit(i, j, pair++);
}

function inverseOf(root: Matrix, algebra: LinearAlgebra): Matrix {
  return algebra.gramOfColumns(algebra.solveTriangular(root, "lower", identityMatrix(root.rows)));
}
