/**
 * The most likely matrix of order parameters of several outputs: by minimisation at temperatures above 0, in the eigenvectors of
 * R = Y^T K^{-1} Y / P at 0 (Li and Sompolinsky 2021). Layers of any widths N_l: Q_l = 1 + W / N_l, Q their product.
 */
import { ConvergenceError, type Estimate, exact, type Steps } from "../../base/index.ts";
import type { LinearAlgebra } from "../../kernels/index.ts";
import { type Matrix, multiplyMatrices, transposeMatrix } from "../../numerics/index.ts";
import { solveLayerScales } from "../finite-width/index.ts";
import type { MatrixProblem } from "./problem.ts";
import { matrixSaddleSteps } from "./saddle.ts";

/** The minimum over V, the matrix of the narrowest layer: Q_l = 1 + (N / N_l) (V - 1), Q their product. */
export function* warmScale(
  problem: MatrixProblem,
  widths: readonly number[],
  algebra: LinearAlgebra,
): Steps<{ scale: Matrix; action: Estimate }> {
  const { size } = problem;
  const narrowest = Math.min(...widths);
  const shares = widths.map((width) => narrowest / width);
  const factorsAt = (v: number): number[] => shares.map((share) => 1 + share * (v - 1));
  const product = (factors: readonly number[]): number => factors.reduce((all, q) => all * q, 1);
  const decompose = (v: Matrix): { values: Float64Array; vectors: Matrix; scale: Matrix } => {
    const { values, vectors } = algebra.eigenSymmetric(v);
    if (vectors === null) throw new Error("internal: no eigenvectors");
    return {
      values,
      vectors,
      scale: withEigenvalues(
        vectors,
        values.map((value) => product(factorsAt(value))),
      ),
    };
  };
  const inner = new Float64Array(size * size);
  const energy = (v: Matrix, gradient: Float64Array): number => {
    const { values, vectors, scale } = decompose(v);
    let value = problem.energy(scale, inner);
    const turned = multiplyMatrices(
      multiplyMatrices(transposeMatrix(vectors), { rows: size, cols: size, data: inner }),
      vectors,
    );
    const factors = Array.from(values, factorsAt);
    for (let a = 0; a < size; a++) {
      const own = factors[a] as number[];
      for (let b = 0; b < size; b++) {
        // divided difference of the product: each factor is linear in v
        const other = factors[b] as number[];
        const quotient = shares.reduce(
          (sum, share, j) => sum + share * product(own.slice(0, j)) * product(other.slice(j + 1)),
          0,
        );
        turned.data[a * size + b] = (turned.data[a * size + b] as number) * quotient;
      }
      // what the layers' own terms add to N (tr V - log det V)
      const v1 = values[a] as number;
      widths.forEach((width, l) => {
        const q = own[l] as number;
        value += width * (q - Math.log(q));
        turned.data[a * (size + 1)] =
          (turned.data[a * (size + 1)] as number) + width * (shares[l] as number) * (1 - 1 / q);
      });
      value -= narrowest * (v1 - Math.log(v1));
      turned.data[a * (size + 1)] = (turned.data[a * (size + 1)] as number) - narrowest * (1 - 1 / v1);
    }
    gradient.set(multiplyMatrices(multiplyMatrices(vectors, turned), transposeMatrix(vectors)).data);
    return value;
  };
  const { q, action } = yield* matrixSaddleSteps({ size, energy }, narrowest);
  return {
    scale: decompose(q).scale,
    action: exact(action, "minimum of S over the matrix of the narrowest layer"),
  };
}

/** T = 0: the eigenvectors of R, and for every eigenvalue the equation of one output. */
export function coldScale(
  ratio: Matrix,
  { widths, examples }: { readonly widths: readonly number[]; readonly examples: number },
  algebra: LinearAlgebra,
): Matrix {
  const { values, vectors } = algebra.eigenSymmetric(ratio);
  if (vectors === null) throw new Error("internal: no eigenvectors");
  const largest = values.at(-1) as number;
  const load = examples / Math.min(...widths);
  const scales = values.map((value) => {
    const isZero = value <= values.length * Number.EPSILON * largest;
    if (load >= 1 && isZero) {
      throw new ConvergenceError(
        `multi-output action: ${values.length} outputs whose targets span fewer dimensions, P >= N and T = 0: the kernel of one combination vanishes`,
        { hint: "leave out outputs that are combinations of others, or choose a temperature above 0" },
      );
    }
    if (isZero) return widths.reduce((all, width) => all * (1 - examples / width), 1);
    const eigen = {
      eigenvalues: new Float64Array(examples).fill(1),
      components: new Float64Array(examples).fill(Math.sqrt(value)),
      rank: examples,
    };
    return solveLayerScales(eigen, { widths, temperature: 0 }).q;
  });
  return withEigenvalues(vectors, scales);
}

/** U diag(values) U^T. */
export function withEigenvalues(vectors: Matrix, values: Float64Array): Matrix {
  const size = values.length;
  const scaled = { ...vectors, data: vectors.data.map((value, at) => value * (values[at % size] as number)) };
  return multiplyMatrices(scaled, transposeMatrix(vectors));
}
