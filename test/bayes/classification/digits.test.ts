/** Classifiers on real digits: right and calibrated, with the evidence choosing the amplitude of the kernel. */
import { describe, expect, it } from "vitest";
import {
  measureReliability,
  solveDenseKernels,
  solveExpectationPropagation,
  solveKernelDiagonal,
  solveLaplaceClassifier,
  uniformKernelSpec,
} from "../../../src/bayes/index.ts";
import { type Dataset, loadDataset } from "../../../src/data/index.ts";
import { loadKernels } from "../../../src/kernels/index.ts";
import { resolveActivation } from "../../../src/networks/index.ts";

const algebra = await loadKernels();
const { train, test } = await loadDataset("mnist", {
  ...{ train: 150, test: 600, classes: [3, 5], seed: 2, standardize: "global" as const },
});
const matrixOf = ({ inputs, count }: Dataset) => ({
  rows: count,
  cols: inputs.length / count,
  data: Float64Array.from(inputs),
});
const spec = uniformKernelSpec(resolveActivation("erf"), 1, { weightVariance: 1, biasVariance: 0 });
const inputs = matrixOf(train);
const testInputs = matrixOf(test as Dataset);
const outcomes = Float64Array.from((test as Dataset).labels ?? []);
const times = (factor: number) => ({
  train: scaled(solveDenseKernels(spec, inputs, null, algebra).nngp, factor),
  cross: scaled(solveDenseKernels(spec, testInputs, inputs, algebra).nngp, factor),
  diagonal: solveKernelDiagonal(spec, testInputs).map((k) => factor * k),
  labels: Array.from(train.labels ?? []),
});
const scaled = (matrix: { rows: number; cols: number; data: Float64Array }, factor: number) => ({
  ...matrix,
  data: matrix.data.map((k) => factor * k),
});

describe("classifiers of digits 3 and 5", () => {
  it("gain evidence, log loss and calibration together, and more by expectation propagation than by Laplace", () => {
    const classify = (solve: typeof solveLaplaceClassifier, amplitude: number) => {
      const { probability, logEvidence, converged } = solve(times(amplitude), algebra, { tolerance: 1e-6 });
      const right = probability.filter((p, m) => (p > 0.5 ? 1 : 0) === outcomes[m]).length / outcomes.length;
      expect(converged).toBe(true);
      return { logEvidence, right, ...measureReliability(probability, outcomes) };
    };
    const timid = classify(solveExpectationPropagation, 5);
    const bold = classify(solveExpectationPropagation, 50);
    const laplace = classify(solveLaplaceClassifier, 50);
    // measured: evidence -55.6 and -48.2, log loss 0.247 and 0.198, calibration error 0.106 and 0.066 (Laplace 0.135)
    expect(bold.logEvidence).toBeGreaterThan(timid.logEvidence + 5);
    expect(bold.logLoss.value).toBeLessThan(timid.logLoss.value);
    expect(bold.calibrationError).toBeLessThan(timid.calibrationError);
    expect(bold.calibrationError).toBeLessThan(0.08);
    expect(laplace.calibrationError).toBeGreaterThan(bold.calibrationError);
    expect(Math.min(bold.right, laplace.right)).toBeGreaterThan(0.9);
  });
});
