import { describe, expect, it } from "vitest";
import {
  blockedOperator,
  denseKernelOperator,
  matrixOperator,
  pivotedCholesky,
  prepareKernelPreconditioner,
  solveConjugateGradients,
  solveDenseKernels,
  solveGaussianProcess,
  solveKernelDiagonal,
  solveLargeGaussianProcess,
  uniformKernelSpec,
} from "../../../src/bayes/index.ts";
import { loadKernels } from "../../../src/kernels/index.ts";
import { resolveActivation } from "../../../src/networks/index.ts";
import { createStream, identityMatrix, type Matrix } from "../../../src/numerics/index.ts";
import { referenceTask } from "../reference-task.ts";

const algebra = await loadKernels();
const spec = uniformKernelSpec(resolveActivation("erf"), 1, { weightVariance: 1, biasVariance: 0 });
const noise = 0.05;

function problem(examples: number, testRows = 7) {
  const task = referenceTask(10, examples, 1, testRows);
  return {
    task,
    train: solveDenseKernels(spec, task.inputs, null, algebra).nngp,
    cross: solveDenseKernels(spec, task.testInputs, task.inputs, algebra).nngp,
    diagonal: solveKernelDiagonal(spec, task.testInputs),
    targets: { rows: examples, cols: 1, data: task.targets },
  };
}

const shifted = ({ rows, cols, data }: Matrix, shift: number): Matrix => ({
  rows,
  cols,
  data: data.map((value, at) => (at % (rows + 1) === 0 ? value + shift : value)),
});

const near = (a: Float64Array, b: Float64Array, tolerance: number): void => {
  expect(a).toHaveLength(b.length);
  a.forEach((value, i) => {
    expect(Math.abs(value - (b[i] as number))).toBeLessThan(tolerance);
  });
};

describe("kernel operator", () => {
  it("multiplies as the stored matrix at every size of block and budget of memory", () => {
    const { task, train } = problem(37);
    const b = { rows: 37, cols: 3, data: new Float64Array(111) };
    createStream(1).fillNormal(b.data);
    const expected = algebra.multiply(train, b).data;
    for (const [block, memoryBytes] of [
      [5, 0],
      [8, 2000],
      [36, 1e9],
      [64, 0],
    ] as const) {
      const kernel = denseKernelOperator(spec, task.inputs, algebra, { block, memoryBytes });
      near(kernel.multiply(b).data, expected, 1e-12);
      // a second product, where some blocks are kept
      near(kernel.multiply(b).data, expected, 1e-12);
      near(kernel.row(20), train.data.slice(20 * 37, 21 * 37), 1e-14);
    }
    expect(denseKernelOperator(spec, task.inputs, algebra, { memoryBytes: 0, block: 4 }).bytes).toBe(128);
  });

  it("works out no more than half of the blocks, and kept ones once", () => {
    let made = 0;
    const rectangle = ([a, b]: readonly [number, number], [c, d]: readonly [number, number]): Matrix => {
      made++;
      return { rows: b - a, cols: d - c, data: new Float64Array((b - a) * (d - c)) };
    };
    const one = { rows: 10, cols: 1, data: new Float64Array(10) };
    const diagonal = new Float64Array(10);
    const kept = blockedOperator(diagonal, rectangle, algebra, { block: 3 });
    kept.multiply(one);
    kept.multiply(one);
    expect(made).toBe(10);
    blockedOperator(diagonal, rectangle, algebra, { block: 3, memoryBytes: 0 }).multiply(one);
    expect(made).toBe(20);
  });

  it("refuses what does not fit", () => {
    const { task, train } = problem(5);
    expect(() => matrixOperator(train, algebra).multiply(identityMatrix(4))).toThrow(/\[4, 4\]/);
    expect(() => denseKernelOperator(spec, task.inputs, algebra, { block: 0 })).toThrow(/blocks of 0/);
    expect(() => blockedOperator(new Float64Array(), () => train, algebra)).toThrow(/no inputs/);
  });
});

describe("pivoted Cholesky", () => {
  it("is exact at full rank, and its trace bounds what is left", () => {
    const { train } = problem(20);
    const kernel = matrixOperator(train, algebra);
    const full = pivotedCholesky(kernel, 20);
    near(algebra.gramOfRows(full.factor).data, train.data, 1e-12);
    expect(full.residualTrace).toBeLessThan(1e-12);
    const part = pivotedCholesky(kernel, 6);
    const product = algebra.gramOfRows(part.factor).data;
    const rest = { ...train, data: train.data.map((value, at) => value - (product[at] as number)) };
    const trace = rest.data.reduce((sum, value, at) => (at % 21 === 0 ? sum + value : sum), 0);
    expect(part.residualTrace).toBeCloseTo(trace, 12);
    const { values } = algebra.eigenSymmetric(rest, { vectors: false });
    expect(values[0]).toBeGreaterThan(-1e-12);
    expect(values.at(-1)).toBeLessThan(part.residualTrace);
  });

  it("stops at the rank of the kernel", () => {
    const { task } = problem(20);
    // 20 inputs of 10 features: a linear kernel of rank 10
    const linear = uniformKernelSpec(resolveActivation("linear"), 1, { weightVariance: 1, biasVariance: 0 });
    const { factor, pivots } = pivotedCholesky(denseKernelOperator(linear, task.inputs, algebra), 20);
    expect(factor.cols).toBe(10);
    expect(new Set(pivots).size).toBe(10);
    expect(() => pivotedCholesky(matrixOperator(identityMatrix(2), algebra), -1)).toThrow(/rank -1/);
  });
});

describe("preconditioner", () => {
  it("inverts L L^T plus its shift, and knows its determinant", () => {
    const { train } = problem(15);
    const kernel = matrixOperator(train, algebra);
    for (const rank of [0, 4, 15]) {
      const inverse = prepareKernelPreconditioner(kernel, noise, rank, algebra);
      const { factor, residualTrace } = pivotedCholesky(kernel, rank);
      const product = rank === 0 ? new Float64Array(225) : algebra.gramOfRows(factor).data;
      const dense = shifted({ rows: 15, cols: 15, data: product }, Math.max(noise, residualTrace / 15));
      near(algebra.multiply(dense, inverse.solve(identityMatrix(15))).data, identityMatrix(15).data, 1e-10);
      expect(inverse.logDeterminant).toBeCloseTo(algebra.logDeterminant(dense).logAbs, 9);
    }
  });

  it("draws from its own distribution", () => {
    const { train } = problem(6);
    const preconditioner = prepareKernelPreconditioner(matrixOperator(train, algebra), noise, 3, algebra);
    const draws = preconditioner.sample(20_000, createStream(3));
    // P^{-1} times the covariance of the draws is the identity
    const covariance = algebra.gramOfRows(draws);
    const scaled = { ...covariance, data: covariance.data.map((value) => value / 20_000) };
    near(preconditioner.solve(scaled).data, identityMatrix(6).data, 0.06);
  });
});

describe("conjugate gradients", () => {
  it("solves as Cholesky does, at three sizes", () => {
    for (const size of [1, 33, 150]) {
      const { train, cross, targets } = problem(size);
      const kernel = matrixOperator(train, algebra);
      const b = {
        rows: size,
        cols: 2,
        data: Float64Array.from({ length: 2 * size }, (_, at) =>
          at % 2 === 0 ? (targets.data[at / 2] as number) : (cross.data[(at - 1) / 2] as number),
        ),
      };
      const expected = algebra.solvePositiveDefinite(shifted(train, noise), b);
      const solved = solveConjugateGradients(
        kernel,
        noise,
        b,
        prepareKernelPreconditioner(kernel, noise, 10, algebra),
        { tolerance: 1e-11 },
      );
      expect(solved.converged).toBe(true);
      expect(Math.max(...solved.residuals)).toBeLessThan(1e-10);
      near(solved.solution.data, expected.data, 1e-8);
    }
  });

  it("needs fewer iterations with a better preconditioner, one with the whole kernel", () => {
    const { train, targets } = problem(150);
    const kernel = matrixOperator(train, algebra);
    const iterations = [0, 20, 150].map((rank) => {
      const preconditioner = prepareKernelPreconditioner(kernel, 1e-3, rank, algebra);
      const { iterations } = solveConjugateGradients(kernel, 1e-3, targets, preconditioner);
      return iterations[0] as number;
    });
    expect(iterations[1]).toBeLessThan(iterations[0] as number);
    expect(iterations[2]).toBeLessThan(3);
  });

  it("reports what it did not reach", () => {
    const { train, targets } = problem(150);
    const kernel = matrixOperator(train, algebra);
    const preconditioner = prepareKernelPreconditioner(kernel, 1e-6, 0, algebra);
    const short = solveConjugateGradients(kernel, 1e-6, targets, preconditioner, { maxIterations: 3 });
    expect(short.converged).toBe(false);
    expect(short.residuals[0]).toBeGreaterThan(1e-6);
    expect(short.iterations).toEqual([3]);
    const zero = { rows: 150, cols: 1, data: new Float64Array(150) };
    const trivial = solveConjugateGradients(kernel, 1e-6, zero, preconditioner);
    expect([trivial.converged, trivial.products, Math.max(...trivial.solution.data)]).toEqual([true, 1, 0]);
  });

  it("refuses NaN, negative noise, indefinite matrices and other sizes", () => {
    const kernel = matrixOperator(identityMatrix(2), algebra);
    const preconditioner = prepareKernelPreconditioner(kernel, 1, 0, algebra);
    const b = { rows: 2, cols: 1, data: Float64Array.of(1, Number.NaN) };
    expect(() => solveConjugateGradients(kernel, 1, b, preconditioner)).toThrow(/NaN in row 1/);
    const good = { rows: 2, cols: 1, data: Float64Array.of(1, 1) };
    expect(() => solveConjugateGradients(kernel, -1, good, preconditioner)).toThrow(/noise -1/);
    expect(() => solveConjugateGradients(kernel, 1, identityMatrix(3), preconditioner)).toThrow(/\[3, 3\]/);
    const minus = { ...kernel, multiply: (x: Matrix) => ({ ...x, data: x.data.map((value) => -5 * value) }) };
    expect(() => solveConjugateGradients(minus, 1, good, preconditioner)).toThrow(/positive definite/);
    const signal = AbortSignal.abort();
    expect(() => solveConjugateGradients(kernel, 1, good, preconditioner, { signal })).toThrow(/interrupted/);
  });
});

describe("large Gaussian process", () => {
  it("repeats the exact solution, with a log determinant inside its error bar", () => {
    const { task, train, cross, diagonal, targets } = problem(200);
    const exact = solveGaussianProcess({ train, cross, diagonal, targets }, noise, algebra);
    const logDeterminant = algebra.logDeterminant(shifted(train, noise)).logAbs;
    const kernel = denseKernelOperator(spec, task.inputs, algebra, { block: 64, memoryBytes: 100_000 });
    const errors = Array.from({ length: 20 }, (_, seed) => {
      const solved = solveLargeGaussianProcess(
        { kernel, cross, diagonal: seed === 0 ? diagonal : new Float64Array(), targets },
        noise,
        algebra,
        { stream: createStream(seed), rank: 30, tolerance: 1e-9 },
      );
      expect(solved.converged).toBe(true);
      near(solved.mean.data, exact.mean.data, 1e-7);
      if (seed === 0) near(solved.variance, exact.variance, 1e-7);
      const { value, stderr } = solved.logDeterminant;
      expect(Math.abs(solved.logEvidence.value - exact.logEvidence)).toBeCloseTo(
        0.5 * Math.abs(value - logDeterminant),
        6,
      );
      return (value - logDeterminant) / (stderr as number);
    });
    // 10 probes: Student t with 9 degrees of freedom, root mean square 1.13
    const spread = Math.sqrt(errors.reduce((sum, z) => sum + z * z, 0) / errors.length);
    expect(spread).toBeGreaterThan(0.6);
    expect(spread).toBeLessThan(1.8);
    expect(errors.filter((z) => Math.abs(z) < 1).length).toBeGreaterThanOrEqual(8);
  });

  it("has an exact determinant where the preconditioner is the kernel", () => {
    const { train, cross, targets } = problem(40);
    const { logDeterminant } = solveLargeGaussianProcess(
      { kernel: matrixOperator(train, algebra), cross, diagonal: new Float64Array(), targets },
      noise,
      algebra,
      { stream: createStream(1), rank: 40 },
    );
    expect(logDeterminant.value).toBeCloseTo(algebra.logDeterminant(shifted(train, noise)).logAbs, 8);
    expect(logDeterminant.stderr).toBeLessThan(1e-8);
  });

  it("leaves examples out as the exact solution does, and a drawn part with its error", () => {
    const { train, cross, targets } = problem(60);
    const both = { rows: 60, cols: 2, data: new Float64Array(120) };
    for (let p = 0; p < 60; p++) both.data.set([targets.data[p] as number, Math.sin(p)], 2 * p);
    const exact = solveGaussianProcess(
      { train, cross, diagonal: new Float64Array(cross.rows), targets: both },
      noise,
      algebra,
    ).leaveOneOut;
    const task = {
      kernel: matrixOperator(train, algebra),
      cross,
      diagonal: new Float64Array(),
      targets: both,
    };
    const solve = (count: number, seed: number) =>
      solveLargeGaussianProcess(task, noise, algebra, {
        ...{ stream: createStream(seed), rank: 20, tolerance: 1e-10, leaveOneOut: count },
      }).leaveOneOut;
    const all = solve(100, 1);
    near(all?.mean.data as Float64Array, exact.mean.data, 1e-7);
    near(all?.variance as Float64Array, exact.variance, 1e-8);
    const error = exact.mean.data.reduce((sum, m, at) => sum + (m - (both.data[at] as number)) ** 2 / 120, 0);
    expect(all?.error.value).toBeCloseTo(error, 8);
    expect(all?.error.stderr).toBe(0);
    const scores = Array.from({ length: 12 }, (_, seed) => {
      const part = solve(15, seed);
      expect(part?.examples).toHaveLength(15);
      return ((part?.error.value as number) - error) / (part?.error.stderr as number);
    });
    const spread = Math.sqrt(scores.reduce((sum, z) => sum + z * z, 0) / scores.length);
    expect(spread).toBeGreaterThan(0.5);
    expect(spread).toBeLessThan(1.7);
    const density = exact.mean.data.reduce((sum, m, at) => {
      const variance = exact.variance[Math.floor(at / 2)] as number;
      const log = ((both.data[at] as number) - m) ** 2 / variance + Math.log(2 * Math.PI * variance);
      return sum - log / 240;
    }, 0);
    expect(all?.logDensity.value).toBeCloseTo(density, 7);
    expect(() => solve(1, 1)).toThrow(/1 examples to leave out/);
    expect(solve(0, 1)).toBeNull();
  });

  it("refuses no noise and one probe", () => {
    const { train, cross, diagonal, targets } = problem(5);
    const task = { kernel: matrixOperator(train, algebra), cross, diagonal, targets };
    const stream = createStream(1);
    expect(() => solveLargeGaussianProcess(task, 0, algebra, { stream })).toThrow(/noise 0/);
    expect(() => solveLargeGaussianProcess(task, 1, algebra, { stream, probes: 1 })).toThrow(/1 probes/);
    const many = { ...task, diagonal: new Float64Array(9) };
    expect(() => solveLargeGaussianProcess(many, 1, algebra, { stream })).toThrow(/9 variances/);
  });
});
