import { describe, expect, it } from "vitest";
import {
  calibrateVariance,
  measureCalibration,
  measureReliability,
  solveDenseKernels,
  solveGaussianProcess,
  solveKernelDiagonal,
  uniformKernelSpec,
} from "../../../src/bayes/index.ts";
import { loadKernels } from "../../../src/kernels/index.ts";
import { resolveActivation } from "../../../src/networks/index.ts";
import { createStream } from "../../../src/numerics/index.ts";
import { referenceTask } from "../reference-task.ts";

const algebra = await loadKernels();

describe("calibration of variances", () => {
  it("finds scores and coverage of the right distribution right", () => {
    const stream = createStream(3);
    const count = 4000;
    const variance = Float64Array.from({ length: count }, () => 0.2 + stream.uniform());
    const mean = Float64Array.from({ length: count }, () => stream.normal());
    const targets = mean.map((m, i) => m + Math.sqrt(variance[i] as number) * stream.normal());
    const { meanScore, meanSquareScore, coverage, negativeLogDensity } = measureCalibration(
      { mean, variance },
      targets,
    );
    expect(Math.abs(meanScore.value)).toBeLessThan(4 * (meanScore.stderr as number));
    expect(Math.abs(meanSquareScore.value - 1)).toBeLessThan(4 * (meanSquareScore.stderr as number));
    for (const { level, observed } of coverage)
      expect(Math.abs(observed.value - level)).toBeLessThan(4 * (observed.stderr as number));
    // variances that are 4 times too large cover too much, and cost density
    const wide = measureCalibration({ mean, variance: variance.map((v) => 4 * v) }, targets);
    expect(wide.meanSquareScore.value).toBeCloseTo(meanSquareScore.value / 4, 10);
    expect(wide.coverage[0]?.observed.value).toBeGreaterThan(0.75);
    expect(wide.negativeLogDensity.value).toBeGreaterThan(negativeLogDensity.value);
  });

  it("repairs a kernel of wrong amplitude from leave-one-out scores", () => {
    const task = referenceTask(20, 60, 1, 60);
    const spec = uniformKernelSpec(resolveActivation("erf"), 1, { weightVariance: 1, biasVariance: 0 });
    const joint = {
      rows: 120,
      cols: 20,
      data: Float64Array.from([...task.inputs.data, ...task.testInputs.data]),
    };
    const factor = algebra.cholesky(solveDenseKernels(spec, joint, null, algebra).nngp);
    const stream = createStream(5);
    const train = solveDenseKernels(spec, task.inputs, null, algebra).nngp;
    const cross = solveDenseKernels(spec, task.testInputs, task.inputs, algebra).nngp;
    const diagonal = solveKernelDiagonal(spec, task.testInputs);
    const amplitude = 9;
    const noise = 0.1;
    const factors: number[] = [];
    const before: number[] = [];
    const after: number[] = [];
    for (let t = 0; t < 20; t++) {
      // functions and noise of 9 times the variance that the kernel assumes
      const z = { rows: 120, cols: 1, data: Float64Array.from({ length: 120 }, () => stream.normal()) };
      const f = algebra.multiply(factor, z).data.map((value) => Math.sqrt(amplitude) * value);
      const y = f.map((value) => value + Math.sqrt(amplitude * noise) * stream.normal());
      const solved = solveGaussianProcess(
        { train, cross, diagonal, targets: { rows: 60, cols: 1, data: y.slice(0, 60) } },
        noise,
        algebra,
      );
      const { mean, variance } = solved.leaveOneOut;
      const repair = calibrateVariance({ mean: mean.data, variance }, y.subarray(0, 60));
      factors.push(repair.value);
      const observed = solved.variance.map((v) => v + noise);
      const test = y.slice(60);
      before.push(
        measureCalibration({ mean: solved.mean.data, variance: observed }, test).meanSquareScore.value,
      );
      const scaled = observed.map((v) => repair.value * v);
      after.push(
        measureCalibration({ mean: solved.mean.data, variance: scaled }, test).meanSquareScore.value,
      );
    }
    const average = (values: number[]): number => values.reduce((sum, v) => sum + v, 0) / values.length;
    expect(Math.abs(average(factors) / amplitude - 1)).toBeLessThan(0.15);
    expect(average(before)).toBeGreaterThan(7);
    expect(Math.abs(average(after) - 1)).toBeLessThan(0.15);
  });

  it("names variances of 0, unequal lengths and levels out of range", () => {
    expect(() => measureCalibration({ mean: [1], variance: [0] }, [2])).toThrow(/variance 0/);
    expect(() => measureCalibration({ mean: [1], variance: [1] }, [])).toThrow(/0 targets/);
    expect(() => measureCalibration({ mean: [1], variance: [1] }, [1], [1])).toThrow(/level 1/);
    expect(() => calibrateVariance({ mean: [Number.NaN], variance: [1] }, [1])).toThrow(/residual NaN/);
  });
});

describe("reliability of probabilities", () => {
  it("finds right probabilities right, and moderate ones by their error", () => {
    const stream = createStream(4);
    const p = Float64Array.from({ length: 20_000 }, () => stream.uniform());
    const outcomes = p.map((value) => (stream.uniform() < value ? 1 : 0));
    const right = measureReliability(p, outcomes);
    expect(right.bins).toHaveLength(10);
    for (const { predicted, observed } of right.bins)
      expect(Math.abs(observed.value - predicted)).toBeLessThan(4 * (observed.stderr as number));
    expect(right.calibrationError).toBeLessThan(0.015);
    // E (p - y)^2 = E p (1 - p) = 1/6, E of the entropy = 1/2
    expect(right.brierScore.value).toBeCloseTo(1 / 6, 2);
    expect(right.logLoss.value).toBeCloseTo(0.5, 1);
    const timid = measureReliability(
      p.map((value) => 0.5 + 0.5 * (value - 0.5)),
      outcomes,
    );
    expect(timid.calibrationError).toBeCloseTo(0.125, 2);
  });

  it("names what is no probability", () => {
    expect(() => measureReliability([1.1], [1])).toThrow(/probability 1.1/);
    expect(() => measureReliability([0.5], [2])).toThrow(/outcome 2/);
    expect(() => measureReliability([0.5], [])).toThrow(/0 outcomes/);
    expect(() => measureReliability([0.5], [1], 0)).toThrow(/0 bins/);
  });
});
